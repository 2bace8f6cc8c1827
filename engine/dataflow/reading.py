"""A stream whose items are made here, without any other: what a dataset's batches come as."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import chain, count

from engine.dataflow.local import ENDED, Local, Pulled, failure_of
from engine.kinds import Batch, Item


class Reading(Local):
    """Batches of an iterator that is begun anew for each pass; after `passes` of them it has ended (0: never).

    Example: passes 2 over an iterator of batches a, b gives a, b, a, b, then `ENDED` for ever.
    """

    def __init__(self, node: str, begin: Callable[[], Iterator[Batch]], passes: int) -> None:
        super().__init__(node)
        self.batches = chain.from_iterable(begin() for _ in (range(passes) if passes else count()))

    def pull(self) -> Pulled:
        """Give the next batch."""
        start = time.perf_counter()
        try:
            batch = next(self.batches, None)
        except Exception as error:
            raise failure_of(self.node, error) from error
        finally:
            self.meter.busy += time.perf_counter() - start
        if batch is None:
            return ENDED
        item = Item(batch, self.node)
        self.meter.count(item)
        return item
