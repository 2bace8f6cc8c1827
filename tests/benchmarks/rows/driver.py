"""How many calls a second the driver carries: actors that do next to nothing, one step of one environment a call.

With few cores the actors' own work fills most of a second, so a call's share of the driver's processor time is told
too: that is what must not grow with the number of actors.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from engine.cluster import Cluster
from engine.document import Document
from tests.benchmarks import graphs, ours
from tests.benchmarks.limits.calling import calling
from tests.benchmarks.line import THOROUGH, Effort, Line, in_turn

ACTORS: Final = (2, 8, 32)
MANY: Final = 128  # which take 8 GB and some minutes to start: left out of quick measurements
AGAINST: Final = "a loop over ray.wait, same actors"


def measure(effort: Effort) -> Iterator[Line]:
    """Measure more and more actors; each comes on top of those before."""
    turns = Effort(effort.seconds, 3)
    with ours.ray() as cluster:
        for actors in (*ACTORS, MANY) if effort == THOROUGH else ACTORS:
            cluster.start(warm=actors)
            cluster.wait_for_idle()
            graph = graphs.sampling(False, workers=actors, length=1, environments=1)
            mine, theirs = in_turn(turns, carrying(graph, cluster), calling(cluster, actors))
            units = ("calls/s", "calls/CPU s of the driver")
            for unit, calls, limit in zip(units, zip(*mine, strict=True), zip(*theirs, strict=True), strict=True):
                yield Line(f"driver, {actors} actors that do next to nothing", unit, calls, limit, AGAINST)


def carrying(graph: Document, cluster: Cluster) -> Callable[[float], tuple[float, float]]:
    """Return what runs the graph; it returns calls a second, and in a second of this process's own processor time."""

    def rates(seconds: float) -> tuple[float, float]:
        heard = ours.run(graph, {"seconds": ours.WARM_UP + seconds}, cluster)
        return heard.rate(), heard.rate_of_processor()

    return rates
