"""One stream on the driver of which parts go different ways: a branch for each wire, with what its port gives."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from engine.dataflow.duplicate import Branching
from engine.dataflow.failing import failure_of
from engine.dataflow.local import Local
from engine.dataflow.parallel import Stream, local
from engine.kinds import Item
from engine.problems import FAILURES

Ways = Callable[[Item], Mapping[str, Item]]  # what leaves at each port; ports that have nothing are left out


class _Split(Branching):
    """A stream whose branches see what leaves at their port."""

    def __init__(self, node: str, upstream: Local, bound: int, ways: Ways) -> None:
        super().__init__(node, upstream, bound)
        self.ways = ways

    def hand_out(self, item: Item) -> None:
        """Queue each part of the item for the branches of its port."""
        start = time.perf_counter()
        try:
            parts = self.ways(item)
        except FAILURES as error:
            raise failure_of(self.node, error, item) from error
        finally:
            self.meter.busy += time.perf_counter() - start
        for branch in self.branches:
            if branch.port in parts:
                branch.queue.append(parts[branch.port])


def split(node: str, upstream: Stream, bound: int, ways: Ways) -> Local:
    """Return a stream whose `branch(reader, port)` gives what `ways` says for that port.

    Example: over 1, 2, 3 with ways that send odd numbers to port "odd" and the others to "even", the branches give
    1, 3 and 2. Neither is more than `bound` items ahead of the other.
    """
    return _Split(node, local(upstream, node), bound, ways)
