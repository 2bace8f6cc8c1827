"""DQN on CartPole: one environment, batch 64, one gradient step for every four env steps."""

from __future__ import annotations

from collections.abc import Iterator

from engine.cluster import Cluster
from tests.benchmarks import graphs, ours
from tests.benchmarks.limits import dqn
from tests.benchmarks.line import Effort, Line, in_turn
from tests.benchmarks.peers.figures import against


def measure(effort: Effort) -> Iterator[Line]:
    """Measure it in this process; Ray is not needed."""
    mine, limit = in_turn(effort, ours.speed(graphs.dqn(), Cluster()), dqn.local())
    what = "DQN, 1 environment, batch 64, 1 gradient step per 4 steps"
    yield Line(what, "env steps/s", mine, limit, "one process written by hand, autograd", 0.95)
    yield from against("CleanRL, DQN", what, mine, 1.8)
