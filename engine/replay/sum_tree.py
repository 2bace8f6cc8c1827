"""Sampling in proportion to priorities, many at a time.

A tree of sums, 16 children to a node, that ends below its root with a few thousand nodes: running sums over those and
one or two steps down find a whole batch in a handful of numpy operations. Sums are always made anew from the children,
so that no rounding error builds up however often priorities change.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

FAN_OUT: Final = 16
TOP: Final = 4096  # nodes; running sums over so many cost less than three steps down


class SumTree:
    """Priorities of `size` leaves, zero at first.

    Example: leaves 1, 0, 3 have the total 4; the search for 0.5 finds leaf 0, those for 1.0 and 3.9 find leaf 2.

    Attributes:
        leaves: the priorities (size,), float64; write through `set` only.
    """

    def __init__(self, size: int) -> None:
        self.levels = [_nodes(size)]  # from the leaves up
        while len(self.levels[-1]) > TOP:
            self.levels.append(_nodes(len(self.levels[-1]) // FAN_OUT))
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
            parents[indexes] = level.reshape(-1, FAN_OUT).take(indexes, axis=0).sum(axis=1)

    def search(self, masses: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return for each of `masses` (K,), from 0 up to the total, the leaf in whose share of the total it lies.

        Leaves without priority are never found, whatever the rounding.
        """
        sums = self.levels[-1].cumsum()
        masses = np.minimum(masses, np.nextafter(sums[-1], 0))
        found = sums.searchsorted(masses, side="right")
        masses = np.maximum(masses - sums[found] + self.levels[-1][found], 0)
        for level in self.levels[-2::-1]:
            children = level.reshape(-1, FAN_OUT).take(found, axis=0).cumsum(axis=1)
            masses = np.minimum(masses, np.nextafter(children[:, -1], 0))
            child = (children <= masses[:, None]).sum(axis=1)
            found = found * FAN_OUT + child
            masses = np.maximum(masses - children[np.arange(len(child)), child] + level[found], 0)
        return found


def _nodes(count: int) -> NDArray[np.float64]:
    """Return `count` zeros and as many more as whole families need."""
    return np.zeros(-(-count // FAN_OUT) * FAN_OUT)
