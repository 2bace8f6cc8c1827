"""What a node will do in its graph, foretold without running anything: who plays whom, how much memory a buffer takes.

Only what is certain is said; where an environment is not known here, there is nothing to say before the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.agent_names import known_agents, matching
from engine.catalogue import Catalogue
from engine.checks.graph import Graph
from engine.document import Document
from engine.environment_spaces import known_rows
from engine.kinds import Environment, MultiAgentEnvironment, Policy, Replay, Row
from engine.operators.experiences.n_step_returns import NStepReturns
from engine.operators.replay.store_to_replay import StoreToReplay
from engine.operators.rollouts.multi_agent_rollouts import MultiAgentRollouts
from engine.operators.rollouts.rollouts import Rollouts
from engine.operators.setup.agents import Agents
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
    if isinstance(operator, ReplayBuffer) and not operator.sequences:
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
    """Say how much memory the buffer takes, if what single agents meet comes to it."""
    stores = [node for node in graph.takers(buffer.node, Replay) if isinstance(graph.operators[node], StoreToReplay)]
    for store in stores:
        columns = _columns(graph, store)
        if columns:
            each = row_bytes(columns, buffer.prioritised)
            full = each * buffer.capacity
            kept = saving(full, buffer.save_up_to * 1e6)
            return f"When full it takes {in_words(full)}, {each:g} bytes for a transition; {kept}."
    return ""


def _columns(graph: Graph, store: str) -> Mapping[str, Row]:
    before = graph.operators_before(store)
    for rollouts in before:
        if not isinstance(rollouts, Rollouts):
            continue
        for environment in graph.givers(rollouts.node, Environment):
            rows = _rows(graph.operators[environment])
            discount: dict[str, Row] = {"discount": ((), "float32")}
            summed = discount if any(isinstance(each, NStepReturns) for each in before) else {}
            return transition_columns(*rows) | summed if rows else {}
    return {}


def _rows(environment: object) -> tuple[Row, Row] | None:
    """Return one observation and one action of an environment as its parameters shape them."""
    if not isinstance(environment, GymnasiumEnvironment):
        return None
    known = known_rows(environment.id, environment.kwargs)
    if known is None:
        return None
    (shape, dtype), action = known
    shape = PIXELS if environment.preprocessing == "atari" else shape
    shape = (shape[0] - len(set(environment.hidden)),) if environment.hidden else shape
    return ((environment.frame_stack, *shape) if environment.frame_stack > 1 else shape, dtype), action
