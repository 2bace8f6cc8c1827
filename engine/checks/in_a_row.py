"""Operators that look at several steps in a row: whether each agent's steps come to them one after another."""

from __future__ import annotations

from collections.abc import Iterator

from engine.checks.graph import Graph
from engine.declare import Operator
from engine.kinds import MultiAgentBatch
from engine.operators.experiences.n_step_returns import NStepReturns
from engine.operators.experiences.normalize_rewards import NormalizeRewards
from engine.operators.experiences.overlap_sequences import OverlapSequences
from engine.operators.replay.replay import Replay
from engine.problems import Place, Problem


def problems(graph: Graph) -> Iterator[Problem]:
    """Refuse those that would join steps of different agents."""
    for node, operator in graph.operators.items():
        if isinstance(operator, NStepReturns | OverlapSequences | NormalizeRewards):
            yield from _mixed(graph, node, operator)


def _mixed(graph: Graph, node: str, operator: Operator) -> Iterator[Problem]:
    before = graph.operators_before(node)
    several = any(_gives_several(each) for each in before)
    here = {graph.wiring.places.get(edge.source) for _, edge in graph.wiring.streams_into(node)}
    title = operator.spec.title
    if isinstance(operator, NStepReturns) and "local" in here and not several:
        what = "fragments of different environments come here, one after another"
        yield Problem(Place(node), what, f"put {title} before the gather, right behind the rollouts")
    elif isinstance(operator, OverlapSequences) and several:
        what = "sequences of agents that come and go do not overlap"
        yield Problem(Place(node), what, "take it out, and set sequence_length of the rollouts")
    elif isinstance(operator, NormalizeRewards) and several:
        what = "rewards of agents that come and go cannot be normalised"
        yield Problem(Place(node), what, "take it out, and set reward_scale of their environment")
    elif isinstance(operator, NormalizeRewards) and any(isinstance(each, Replay) for each in before):
        what = "rows that are drawn from a buffer do not follow one another, so they add up to no return"
        yield Problem(Place(node), what, f"put {title} before Store To Replay: scaled rewards are stored then")


def _gives_several(operator: Operator) -> bool:
    return any(port.kind is MultiAgentBatch and not port.same_as for port in operator.spec.outputs)
