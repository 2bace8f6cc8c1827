"""What a node will do in its graph, foretold without running anything: who plays whom, how much memory a buffer takes.

Only what is certain is said; where an environment is not known here, there is nothing to say before the run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from engine.agent_names import CARTS, known_agents, matching
from engine.catalogue import Catalogue
from engine.checks.graph import Graph
from engine.declare import Operator
from engine.document import Document
from engine.environment_spaces import known_rows
from engine.kinds import Environment, MultiAgentEnvironment, Policy, Replay, Row
from engine.operators.experiences.n_step_returns import NStepReturns
from engine.operators.experiences.overlap_sequences import OverlapSequences
from engine.operators.replay.store_to_replay import StoreToReplay
from engine.operators.rollouts.multi_agent_rollouts import MultiAgentRollouts
from engine.operators.rollouts.rollouts import Rollouts
from engine.operators.setup.agents import Agents
from engine.operators.setup.dqn_policy import DQNPolicy
from engine.operators.setup.environment import Environment as GymnasiumEnvironment
from engine.operators.setup.multi_agent_environment import MultiAgentEnvironment as PettingZooEnvironment
from engine.operators.setup.replay_buffer import ReplayBuffer
from engine.replay.memory import in_words, row_bytes, saving, transition_columns

FORETOLD: Final = {operator.spec.type for operator in (Agents, MultiAgentRollouts, ReplayBuffer)}
PIXELS: Final = (84, 84)  # of Atari's pictures, preprocessed


def foretell(document: Document, catalogue: Catalogue, node: str) -> str:
    """Return a sentence on what the node will do, or nothing.

    Example: on Agents with the pattern `cart_*`, `"It picks cart_0, cart_1; ppo_1 plays them."`; on a buffer of 180,000
    transitions of CartPole, `"When full it takes 9 MB, 50 bytes for a transition; every checkpoint keeps them."`
    """
    placed = next((each for each in document.nodes if each.id == node), None)
    if placed is None or placed.type not in FORETOLD:  # of most nodes nothing is: the form asks at every edit
        return ""
    graph = Graph(document, catalogue)
    operator = graph.operators.get(node)
    if isinstance(operator, Agents):
        return _picked(graph, node, operator)
    if isinstance(operator, MultiAgentRollouts):
        return _cast(graph, node)
    if isinstance(operator, ReplayBuffer):
        return _memory(graph, operator)
    return ""


def _picked(graph: Graph, node: str, operator: Agents) -> str:
    agents = matching(_agents_of(graph, node), operator.agents)
    policies = graph.takers(node, Environment)
    if not agents:
        return ""
    played = f"; {' and '.join(policies)} {'plays' if len(policies) == 1 else 'play'} them" if policies else ""
    return f"It picks {', '.join(agents)}{played}."


def _cast(graph: Graph, node: str) -> str:
    known, parts = _agents_of(graph, node), []
    for policy in graph.givers(node, Policy):
        for view in graph.givers(policy, Environment):
            operator = graph.operators[view]
            agents = matching(known, operator.agents) if isinstance(operator, Agents) else ()
            parts += [f"{policy} plays {', '.join(agents)}"] if agents else []
    return f"{'; '.join(parts)}." if parts else ""


def _agents_of(graph: Graph, node: str) -> tuple[str, ...]:
    for environment in graph.givers(node, MultiAgentEnvironment):
        operator = graph.operators[environment]
        if isinstance(operator, PettingZooEnvironment):
            return known_agents(operator.id, operator.kwargs)
    return ()


def _memory(graph: Graph, buffer: ReplayBuffer) -> str:
    """Say how much memory the buffer takes, if it is known what comes to it."""
    stores = [node for node in graph.takers(buffer.node, Replay) if isinstance(graph.operators[node], StoreToReplay)]
    for store in stores:
        before = graph.operators_before(store)
        steps = _sequence(before) if buffer.sequences else 1
        if steps and (columns := _columns(graph, before)):
            each = row_bytes(columns, buffer.prioritised, steps)
            full = each * buffer.capacity
            kept = saving(full, buffer.save_up_to * 1e6)
            return f"When full it takes {in_words(full)}, {each:g} bytes for a transition; {kept}."
    return ""


def _sequence(before: Sequence[Operator]) -> int:
    """Return how many steps the sequences have that come through these operators; 0 where that is not certain."""
    if any(isinstance(each, NStepReturns) for each in before):
        return 0  # their first fragment is shorter than the others
    cut = [each.length for each in before if isinstance(each, OverlapSequences)]
    whole = [each.fragment_length for each in before if isinstance(each, Rollouts)]
    seats = [each.sequence_length for each in before if isinstance(each, MultiAgentRollouts)]
    return next(iter((*cut, *whole, *seats)), 0)


def _columns(graph: Graph, before: Sequence[Operator]) -> Mapping[str, Row]:
    """Return what policies that learn from transitions have stored behind these operators; nothing if not certain."""
    summed: dict[str, Row] = {"discount": ((), "float32")} if any(isinstance(o, NStepReturns) for o in before) else {}
    for rollouts in before:
        if not isinstance(rollouts, Rollouts | MultiAgentRollouts):
            continue
        policies = [graph.operators[policy] for policy in graph.givers(rollouts.node, Policy)]
        memories = [each.memory_size for each in policies if isinstance(each, DQNPolicy) and each.recurrent != "none"]
        rows = _rows(graph, rollouts.node)
        if rows and (not memories or len(policies) == 1):
            state: dict[str, Row] = {"state": ((2 * memories[0],), "float32")} if memories else {}
            return transition_columns(*rows) | summed | state
    return {}


def _rows(graph: Graph, rollouts: str) -> tuple[Row, Row] | None:
    """Return one observation and one action as they come from rollouts, where that follows from parameters alone."""
    for environment in graph.givers(rollouts, Environment):
        operator = graph.operators[environment]
        return _shaped(operator) if isinstance(operator, GymnasiumEnvironment) else None
    for environment in graph.givers(rollouts, MultiAgentEnvironment):
        operator = graph.operators[environment]
        if isinstance(operator, PettingZooEnvironment) and operator.id == CARTS:
            return known_rows("CartPole-v1", {})
    return None


def _shaped(environment: GymnasiumEnvironment) -> tuple[Row, Row] | None:
    known = known_rows(environment.id, environment.kwargs)
    if known is None:
        return None
    (shape, dtype), action = known
    shape = PIXELS if environment.preprocessing == "atari" else shape
    shape = (shape[0] - len(set(environment.hidden)),) if environment.hidden else shape
    return ((environment.frame_stack, *shape) if environment.frame_stack > 1 else shape, dtype), action
