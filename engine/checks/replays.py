"""Replay buffers: filled and drawn from, large enough, told their priorities, and used before the run is over."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from engine.agent_names import known_agents
from engine.checks import mending
from engine.checks.graph import Graph
from engine.declare import Operator
from engine.kinds import MultiAgentEnvironment, Replay
from engine.operators.experiences.batch import Batch
from engine.operators.experiences.concat_batches import ConcatBatches
from engine.operators.experiences.overlap_sequences import OverlapSequences
from engine.operators.replay.mix_in_replay import MixInReplay
from engine.operators.replay.replay import Replay as DrawingFrom
from engine.operators.replay.store_to_replay import StoreToReplay
from engine.operators.replay.update_priorities import UpdatePriorities
from engine.operators.setup.dqn_policy import DQNPolicy
from engine.operators.setup.multi_agent_environment import MultiAgentEnvironment as PettingZooEnvironment
from engine.operators.setup.replay_buffer import ReplayBuffer
from engine.problems import Fix, Place, Problem


def problems(graph: Graph) -> Iterator[Problem]:
    """Say which buffers cannot do what is wanted of them."""
    for node, buffer in graph.giving(Replay):
        if isinstance(buffer, ReplayBuffer):
            operators = [graph.operators[taker] for taker in graph.takers(node, Replay)]
            stores = [operator for operator in operators if isinstance(operator, StoreToReplay)]
            readers = [operator for operator in operators if isinstance(operator, DrawingFrom)]
            updates = [operator for operator in operators if isinstance(operator, UpdatePriorities)]
            yield from _one_sided(node, stores, readers)
            for reader in readers:
                yield from _too_small(buffer, reader)
                yield from _too_late(graph, reader, stores)
                yield from _torn(graph, buffer, reader)
            yield from _priorities(graph, buffer, readers, updates)
    yield from _never_joined(graph)
    yield from _blended(graph)


def _one_sided(node: str, stores: list[StoreToReplay], readers: list[DrawingFrom]) -> Iterator[Problem]:
    where = Place(node, "buffer")
    if readers and not stores:
        what = f"nobody stores anything here, so {readers[0].node} waits for ever"
        yield Problem(where, what, "connect it to Store To Replay, behind the gather of the rollouts")
    if stores and not readers:
        yield Problem(where, "nobody draws from what is stored here", "connect it to Replay", "warning")
    for reader in readers[1:]:
        what = f"{readers[0].node} draws from {node} already"
        yield Problem(Place(reader.node), what, "give each Replay a buffer of its own")


def _too_small(buffer: ReplayBuffer, reader: DrawingFrom) -> Iterator[Problem]:
    if buffer.capacity < reader.learning_starts:
        what = f"{buffer.node} keeps {buffer.capacity} transitions, and learning starts with {reader.learning_starts}"
        fix = mending.setting(reader.node, "learning_starts", buffer.capacity)
        yield Problem(Place(reader.node, "learning_starts"), what, f"try {buffer.capacity} or less", fix=fix)
    shards = max(1, buffer.shards)  # a batch is drawn from one of them
    if buffer.capacity // shards < reader.batch_size:
        keeper = f"each of its {shards} shards" if shards > 1 else "it"
        kept = f"{keeper} keeps {buffer.capacity // shards} transitions"
        what = f"{kept}, fewer than one batch of {reader.node} has: {reader.batch_size}"
        yield Problem(Place(buffer.node, "capacity"), what, f"try {100 * reader.batch_size * shards}", "warning")


def _too_late(graph: Graph, reader: DrawingFrom, stores: list[StoreToReplay]) -> Iterator[Problem]:
    """Compare the learning start with the steps that the run has, where each agent's is stored once at most."""
    steps = graph.document.run.stop.get("env_steps")
    passed = [operator for store in stores for operator in graph.operators_before(store.node)]
    if steps is None or any(isinstance(operator, OverlapSequences | MixInReplay) for operator in passed):
        return
    if 0 < steps * _agents(graph, passed) <= reader.learning_starts:
        what = f"the run stops after {steps:g} env steps, and learning starts with {reader.learning_starts} transitions"
        hint = "let it start earlier, or the run last longer"
        yield Problem(Place(reader.node, "learning_starts"), what, hint, "warning")


def _agents(graph: Graph, passed: Sequence[Operator]) -> float:
    """Return how many transitions an env step may give: one for each agent, if it is known who they are."""
    agents = 1.0
    for rollouts in passed:
        for environment in graph.givers(rollouts.node, MultiAgentEnvironment):
            operator = graph.operators[environment]
            known = known_agents(operator.id, operator.kwargs) if isinstance(operator, PettingZooEnvironment) else ()
            agents = max(agents, len(known) or math.inf)
    return agents


def _never_joined(graph: Graph) -> Iterator[Problem]:
    """Tell of a Concat Batches to which replayed batches alone come: its env steps are never together."""
    for node, operator in graph.operators.items():
        if isinstance(operator, ConcatBatches):
            begins = [each for each in graph.operators_before(node) if not graph.has_streams_in(each.node)]
            if begins and all(isinstance(each, DrawingFrom) for each in begins):
                given = f"batches of {begins[0].node} stand for no env steps"
                what = f"{given}, so {operator.min_steps} never come together"
                yield Problem(Place(node, "min_steps"), what, "join them with Batch, or set batch_size of Replay")


def _blended(graph: Graph) -> Iterator[Problem]:
    """Refuse to make priorities of batches that are joined of the rows of several buffers: who gave which is lost."""
    for node, operator in graph.operators.items():
        if isinstance(operator, ConcatBatches | Batch):
            readers = [each.node for each in graph.operators_before(node) if isinstance(each, DrawingFrom)]
            buffers = sorted({buffer for reader in readers for buffer in graph.givers(reader, Replay)})
            following = sorted(graph.after(node)) if len(buffers) > 1 else ()
            for update in (each for each in following if isinstance(graph.operators.get(each), UpdatePriorities)):
                rows = f"rows of {' and '.join(buffers)} come into one batch here"
                hint = "let each buffer's batches go on as they are, or take Update Priorities out"
                yield Problem(Place(node), f"{rows}, and {update} cannot tell them apart", hint)


def _torn(graph: Graph, buffer: ReplayBuffer, reader: DrawingFrom) -> Iterator[Problem]:
    """Tell of a policy with a memory that is to learn from steps torn out of their sequences."""
    drawn = graph.after(reader.node)
    for policy, learner in graph.learners.items() if not buffer.sequences else ():
        operator = graph.operators[policy]
        if isinstance(operator, DQNPolicy) and operator.recurrent != "none" and learner.partition(".")[0] in drawn:
            what = f"{policy} has a memory, and single steps come from here: they tell it nothing of what was before"
            fix = mending.setting(buffer.node, "sequences", True)
            yield Problem(Place(buffer.node, "sequences"), what, "keep whole sequences", "warning", fix)


def _priorities(
    graph: Graph, buffer: ReplayBuffer, readers: list[DrawingFrom], updates: list[UpdatePriorities]
) -> Iterator[Problem]:
    if buffer.prioritised and readers and not updates:
        what = "nobody tells it how much its rows surprised, so it draws all alike"
        hint, fix = "insert Update Priorities after the learner", _updating(graph, buffer.node, readers[0].node)
        yield Problem(Place(buffer.node, "prioritised"), what, hint, "warning", fix)
    for update in updates if not buffer.prioritised else ():
        what = f"{buffer.node} draws all rows alike, whatever it is told"
        hint = f"set prioritised of {buffer.node}, or take this out"
        fix = mending.setting(buffer.node, "prioritised", True)
        yield Problem(Place(update.node), what, hint, "warning", fix)
    drawn = frozenset[str]().union(*(graph.after(reader.node) for reader in readers))
    for update in updates if readers else ():
        if update.node not in drawn:
            what = f"no batch that {' or '.join(reader.node for reader in readers)} draws from {buffer.node} comes here"
            yield Problem(Place(update.node, "buffer"), what, "connect the buffer that the batches are drawn from")


def _updating(graph: Graph, buffer: str, reader: str) -> Fix | None:
    """Return the mend that puts Update Priorities behind what learns from a reader's batches."""
    drawn = graph.after(reader)
    for learner in graph.learners.values():
        if learner.partition(".")[0] in drawn:
            wires = graph.wiring.leaving.get(learner, ())
            return mending.inserting(UpdatePriorities, learner, wires, buffer=graph.output(buffer, Replay))
    return None
