"""Learners in a thread of their own: who else changes or reads their policy does so while the thread is at rest.

A Learner hands its thread the next batch when its stream is pulled. So the thread is at rest while a result goes
through the nodes behind it, and only there: not where items come from elsewhere too, not behind a queue, and not behind
Duplicate, whose other branch may have pulled since.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.checks.graph import Graph
from engine.declare import Operator
from engine.kinds import Policy
from engine.operators.flow.duplicate import Duplicate
from engine.operators.learning.apply_gradients import ApplyGradients
from engine.operators.learning.compute_gradients import ComputeGradients
from engine.operators.learning.learner import Learner
from engine.operators.learning.train_one_step import TrainOneStep
from engine.operators.learning.update_kl import UpdateKL
from engine.operators.learning.update_target_network import UpdateTargetNetwork
from engine.operators.weights.fetch_weights import FetchWeights
from engine.problems import Place, Problem

UPDATING: Final[tuple[type[Operator], ...]] = (UpdateTargetNetwork, UpdateKL)
TRAINING: Final[tuple[type[Operator], ...]] = (TrainOneStep, ApplyGradients, ComputeGradients, FetchWeights, Learner)


def problems(graph: Graph) -> Iterator[Problem]:
    """Say which nodes touch a policy while a Learner's thread may be training it."""
    for policy, _ in graph.giving(Policy):
        takers = graph.takers(policy, Policy)
        learners = [node for node in takers if isinstance(graph.operators[node], Learner)]
        resting = _resting(graph, learners[0]) if learners else frozenset(takers)
        for node in takers:
            if node not in resting and _touches(graph, node):
                yield _untimely(graph, learners[0], node)


def _resting(graph: Graph, learner: str) -> frozenset[str]:
    """Return the learner and the nodes that every item reaches straight from it, so that its thread is at rest."""
    resting = {learner}
    for node in graph.operators:
        known = [source for source in graph.passed_on_from(node) if source in graph.operators]
        straight = (source in resting and not isinstance(graph.operators[source], Duplicate) for source in known)
        if graph.has_streams_in(node) and all(straight):
            resting.add(node)
    return frozenset(resting)


def _touches(graph: Graph, node: str) -> bool:
    """Whether a node changes or reads the driver's policy; on the actors there are only copies."""
    streams = [f"{node}.{port.name}" for port in graph.operators[node].spec.outputs if not port.is_handle]
    local = any(graph.wiring.places.get(stream) == "local" for stream in streams)
    return local and isinstance(graph.operators[node], UPDATING + TRAINING)


def _untimely(graph: Graph, learner: str, node: str) -> Problem:
    if isinstance(graph.operators[node], UPDATING):
        what = f"items reach it while {learner} may be training its policy"
        hint = f"put it behind {learner}, whose thread trains this policy; no Duplicate, queue or other branch between"
        return Problem(Place(node), what, hint)
    what = f"{learner} trains this policy already, in a thread of its own"
    return Problem(Place(node), what, f"take {node} or {learner} out")
