"""Sampling in proportion to priorities, many at a time.

A tree of sums, 16 children to a node: five levels hold a million leaves, and each level of a search or an update is a
handful of numpy operations on a whole batch. Sums are always made anew from the children, so that no rounding error
builds up however often priorities change.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FAN_OUT: Final = 16


class SumTree:
    """Priorities of `size` leaves, zero at first.

    Example: leaves 1, 0, 3 have the total 4; the search for 0.5 finds leaf 0, those for 1.0 and 3.9 find leaf 2.

    Attributes:
        leaves: the priorities (size,), float64; write through `set` only.
    """

    def __init__(self, size: int) -> None:
        self.levels: list[NDArray[np.float64]] = []  # from the leaves up, each padded to whole nodes
        length = size
        while not self.levels or length > 1:
            parents = -(-length // FAN_OUT)
            self.levels.append(np.zeros(parents * FAN_OUT))
            length = parents
        self.leaves = self.levels[0][:size]

    @property
    def total(self) -> float:
        """The sum of all priorities."""
        return float(self.levels[-1].sum())

    def set(self, indexes: NDArray[np.int64], priorities: NDArray[np.float64] | float) -> None:
        """Give these leaves (K,) these priorities, none negative; where an index comes twice, the last one stands."""
        self.leaves[indexes] = priorities
        for level, parents in zip(self.levels, self.levels[1:], strict=False):
            indexes = indexes // FAN_OUT
            parents[indexes] = level.reshape(-1, FAN_OUT)[indexes].sum(axis=1)

    def search(self, masses: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return for each of `masses` (K,), from 0 up to the total, the leaf in whose share of the total it lies.

        Leaves without priority are never found, whatever the rounding.
        """
        found = np.zeros(len(masses), np.int64)
        for level in reversed(self.levels):
            sums = level.reshape(-1, FAN_OUT)[found].cumsum(axis=1)
            masses = np.minimum(masses, np.nextafter(sums[:, -1], 0))
            child = (sums <= masses[:, None]).sum(axis=1)
            before = np.where(child > 0, sums[np.arange(len(child)), child - 1], 0.0)
            masses = masses - before
            found = found * FAN_OUT + child
        return found
