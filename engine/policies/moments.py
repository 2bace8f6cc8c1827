"""Running mean and deviation of observations, and what normalising with them means.

The learner keeps them and sends them along with the weights, so that workers and learner always agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Peers

Array = NDArray[np.float64]

LARGEST: Final = 10.0  # deviations; a rare far observation must not drive the network to its limits
SMALLEST_DEVIATION: Final = 1e-4  # a component that hardly varies is not blown up into noise


def standardised(
    obs: NDArray[np.float32], mean: NDArray[np.float32], deviation: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return (obs - mean) / deviation, cut to -10 .. 10, for obs (B, O), mean and deviation (O,)."""
    result: NDArray[np.float32] = (obs - mean) / deviation
    return np.clip(result, -LARGEST, LARGEST, out=result)


class Moments:
    """Mean and deviation of all rows seen, each (O,); 0 and 1 before the first."""

    def __init__(self, size: int) -> None:
        """Begin with nothing seen."""
        self.count = 0
        self.mean = np.zeros(size)
        self.variance = np.ones(size)

    @property
    def deviation(self) -> NDArray[np.float64]:
        """Standard deviation, at least 1e-4."""
        return np.maximum(np.sqrt(self.variance), SMALLEST_DEVIATION)

    def update(self, rows: NDArray[Any], peers: Peers | None = None) -> None:
        """Take in rows (B, O), and as many of each of the `peers`, by the parallel algorithm of Chan et al. 1979.

        Example: after rows 1, 3 and then row 5 the mean is 3 and the variance 8/3.
        """
        count, mean, variance = len(rows), rows.mean(0, dtype=np.float64), rows.var(0, dtype=np.float64)
        if peers is not None:
            count, mean, variance = _of_all(count, mean, variance, peers)
        total = self.count + count
        shift = mean - self.mean
        seen = self.variance * self.count + variance * count
        self.variance = (seen + shift**2 * self.count * count / total) / total
        self.mean = self.mean + shift * count / total
        self.count = total

    def state(self) -> dict[str, Any]:
        """Return what a checkpoint must keep."""
        return {"count": self.count, "mean": self.mean, "variance": self.variance}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.count = int(state["count"])
        self.mean, self.variance = (np.array(state[name], np.float64) for name in ("mean", "variance"))


def _of_all(count: int, mean: Array, variance: Array, peers: Peers) -> tuple[int, Array, Array]:
    """Return count, mean and variance of the rows of all peers together, given those of this one's."""
    both = np.stack([mean, variance + mean**2])
    peers.average(both)
    return count * peers.count, both[0], both[1] - both[0] ** 2
