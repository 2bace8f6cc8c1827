"""An array that grows at its end, in amortised constant time for each row."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


class Growing:
    """Rows of `width` float64 numbers.

    Example: `grown = Growing(2); grown.append(np.zeros((3, 2)))` has `grown.rows.shape == (3, 2)`.
    """

    def __init__(self, width: int) -> None:
        self._buffer = np.empty((256, width))
        self._length = 0

    def __len__(self) -> int:
        """Return how many rows there are."""
        return self._length

    @property
    def rows(self) -> NDArray[np.float64]:
        """The rows as a view (length, width); the next `append` may leave it behind."""
        return self._buffer[: self._length]

    def append(self, rows: NDArray[np.float64]) -> None:
        """Add rows (n, width)."""
        length = self._length + len(rows)
        if length > len(self._buffer):
            bigger = np.empty((max(length, 2 * len(self._buffer)), self._buffer.shape[1]))
            bigger[: self._length] = self.rows
            self._buffer = bigger
        self._buffer[self._length : length] = rows
        self._length = length

    def cut(self, length: int) -> None:
        """Keep the first `length` rows, or all if there are fewer."""
        self._length = min(self._length, length)
