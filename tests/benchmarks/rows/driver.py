"""How many calls a second the driver carries: actors that do next to nothing, one step of one environment a call."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks import graphs, ours
from tests.benchmarks.limits import worker
from tests.benchmarks.line import Effort, Line, in_turn


def measure(effort: Effort) -> Iterator[Line]:
    """Measure more and more actors; each comes on top of those before. Beyond 32 see `test_dataflow.py`."""
    turns = Effort(effort.seconds, 3)
    with ours.ray() as cluster:
        for actors in (2, 8, 32):
            graph = graphs.sampling(False, workers=actors, length=1, environments=1)
            ours.speed(graph, cluster)(effort.seconds)  # each new actor imports for half a second of a core
            limit = worker.sampling(acting=False, workers=actors, environments=1, length=1)
            calls, theirs = in_turn(turns, ours.speed(graph, cluster), limit)
            work = f"driver, {actors} actors that do next to nothing"
            yield Line(work, "calls/s", calls, theirs, "a loop over ray.wait")
