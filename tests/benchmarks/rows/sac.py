"""SAC on Pendulum: networks of 256 × 256, batch 256, one gradient step for every env step."""

from __future__ import annotations

from collections.abc import Iterator

from engine.cluster import Cluster
from tests.benchmarks import graphs, ours
from tests.benchmarks.limits import sac
from tests.benchmarks.line import Effort, Line, in_turn
from tests.benchmarks.peers.figures import against


def measure(effort: Effort) -> Iterator[Line]:
    """Measure it in this process; Ray is not needed."""
    graph = graphs.saved("sac_pendulum", replay_1={"learning_starts": 256})
    mine, limit = in_turn(effort, ours.speed(graph, Cluster()), sac.local())
    what = "SAC, 256 × 256, batch 256, 1 gradient step per step"
    yield Line(what, "env steps/s", mine, limit, "one process written by hand, autograd", 1.0)
    for name, wanted in (("SB3, SAC", 1.3), ("SBX, SAC", 1.0)):
        yield from against(name, what, mine, wanted)
