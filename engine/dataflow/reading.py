"""A stream whose items are made here, without any other: what a dataset's batches come as."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import numpy as np

from engine.dataflow.failing import failure_of
from engine.dataflow.local import ENDED, Local, Pulled
from engine.kinds import Batch, Item
from engine.problems import FAILURES


class Reading(Local):
    """Batches of an iterator that is begun anew for each pass; after `passes` of them it has ended (0: never).

    Example: passes 2 over an iterator of batches a, b gives a, b, a, b, then `ENDED` for ever.
    """

    def __init__(
        self, node: str, begin: Callable[[], Iterator[Batch]], passes: int, rng: np.random.Generator | None = None
    ) -> None:
        """Read what `begin` gives, which draws from `rng` alone if it draws."""
        super().__init__(node)
        self.begin, self.passes, self.rng = begin, passes, rng
        self.batches: Iterator[Batch] = iter(())
        self.begun = self.given = 0  # passes, and batches of the last one
        self.drawing: Any = None  # the generator's state when that pass began

    def pull(self) -> Pulled:
        """Give the next batch."""
        start = time.perf_counter()
        try:
            batch = self._next()
        except FAILURES as error:
            raise failure_of(self.node, error) from error
        finally:
            self.meter.busy += time.perf_counter() - start
        if batch is None:
            return ENDED
        self.given += 1
        item = Item(batch, self.node)
        self.meter.count(item)
        return item

    def state(self) -> dict[str, Any]:
        """Return how far it is, and how the generator stood when this pass began."""
        return {"begun": self.begun, "given": self.given, "drawing": self.drawing}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Begin the pass as it began, and leave out what was given."""
        if not state["begun"]:
            return
        if self.rng is not None and state["drawing"] is not None:
            self.rng.bit_generator.state = state["drawing"]
        self.begun = state["begun"] - 1
        self._begin_pass()
        self.given = sum(1 for _ in islice(self.batches, state["given"]))

    def _next(self) -> Batch | None:
        batch = next(self.batches, None)
        while batch is None and (not self.passes or self.begun < self.passes):
            self._begin_pass()
            batch = next(self.batches, None)
        return batch

    def _begin_pass(self) -> None:
        self.begun, self.given = self.begun + 1, 0
        self.drawing = None if self.rng is None else self.rng.bit_generator.state
        self.batches = self.begin()
