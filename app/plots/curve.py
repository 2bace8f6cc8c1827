"""A curve of any length, drawn at the cost of the pixels that it covers.

Above the samples stands a pyramid: each level keeps the lowest and highest value of blocks of 8 of the level below,
and is brought up to date when it is read. What is on the screen comes from the coarsest level that still has several
blocks in a pixel column, so a curve of a million samples costs what one of ten thousand does, and no spike is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.plots.growing import Growing

FANOUT: Final = 8  # blocks that one block of the next level joins
FINENESS: Final = 8  # blocks at least in a pixel column, so that a block is never seen as such

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outline:
    """What to draw of a curve: for each pixel column that has samples, their place and their range.

    Attributes:
        x: (n,) where the column's first sample lies.
        low, high: (n,) lowest and highest value of the column's samples.
    """

    x: Numbers
    low: Numbers
    high: Numbers

    def line(self) -> tuple[Numbers, Numbers]:
        """Return x and y of a line through all of it: two points for each column, the one nearer to the last first."""
        middle = self.low + self.high
        falling = np.diff(middle, prepend=middle[:1]) < 0
        first, second = np.where(falling, self.high, self.low), np.where(falling, self.low, self.high)
        return np.repeat(self.x, 2), np.column_stack((first, second)).ravel()

    def logged(self, x: bool, y: bool) -> Outline:
        """Return it on logarithmic axes, in powers of ten; what is not above 0 has no place on them.

        Example: with y logarithmic, a column from 0 to 100 is drawn at its 100, that is at 2.
        """
        if not (x or y):
            return self
        kept = (self.x > 0) | (not x)
        kept &= (self.high > 0) | (not y)
        places, low, high = self.x[kept], self.low[kept], self.high[kept]
        low = np.where(low > 0, low, high) if y else low
        return Outline(np.log10(places) if x else places, *((np.log10(low), np.log10(high)) if y else (low, high)))

    def border(self) -> tuple[Numbers, Numbers]:
        """Return x and y of the area between lowest and highest: forth along the top, back along the bottom."""
        return np.concatenate((self.x, self.x[::-1])), np.concatenate((self.high, self.low[::-1]))


class Curve:
    """Samples y over several x axes at once, each non-decreasing.

    Example: with axes `("env_steps", "seconds")`, `curve.extend([[10, 0.5], [20, 1.0]], [3, 4])` adds two samples;
    `curve.outline("seconds", 0, 2, columns=500)` gives both.

    Attributes:
        axes: their names.
        cuts: how often it has been cut; a curve that was never cut has only grown.
    """

    def __init__(self, axes: tuple[str, ...]) -> None:
        self.axes = axes
        self._x = Growing(len(axes))
        self._y = Growing(1)
        self.cuts = 0
        self._levels: list[Growing] = []  # rows (low, high); level k has blocks of FANOUT ** (k + 1) samples

    def __len__(self) -> int:
        """Return how many samples there are."""
        return len(self._y)

    @property
    def y(self) -> Numbers:
        """The values, (n,)."""
        return self._y.rows[:, 0]

    @property
    def places(self) -> Numbers:
        """Where the samples lie on all axes, (n, axes)."""
        return self._x.rows

    def x(self, axis: str) -> Numbers:
        """Return where the samples lie on `axis`, (n,)."""
        return self._x.rows[:, self.axes.index(axis)]

    def extend(self, x: Numbers, y: Numbers) -> None:
        """Add samples: x (n, axes) and y (n,); an x below the one before it is raised to that one."""
        x = np.asarray(x, dtype=np.float64).reshape(-1, len(self.axes))
        before = self._x.rows[-1:]
        self._x.append(np.maximum.accumulate(np.concatenate((before, x)))[len(before) :])
        self._y.append(np.asarray(y, dtype=np.float64).reshape(-1, 1))

    def cut(self, axis: str, end: float) -> None:
        """Forget the samples past `end` on `axis`."""
        self.cuts += 1
        length = int(np.searchsorted(self.x(axis), end, side="right"))
        self._x.cut(length)
        self._y.cut(length)
        for number, level in enumerate(self._levels, 1):
            level.cut(length // FANOUT**number)

    def nearest(self, axis: str, x: float) -> int | None:
        """Return the index of the sample closest to `x` on `axis`; None if there is none."""
        if not len(self):
            return None
        places = self.x(axis)
        right = min(int(np.searchsorted(places, x)), len(self) - 1)
        left = max(right - 1, 0)
        return left if x - places[left] < places[right] - x else right

    def between(self, axis: str, first: float, last: float) -> tuple[Numbers, Numbers]:
        """Return x and y of the samples from `first` to `last` of `axis`."""
        start, stop = np.searchsorted(self.x(axis), first), np.searchsorted(self.x(axis), last, side="right")
        return self.x(axis)[start:stop], self.y[start:stop]

    def outline(self, axis: str, first: float, last: float, columns: int, log: bool = False) -> Outline:
        """Return what to draw between `first` and `last` of `axis`, on this many pixel columns.

        One sample on either side belongs to it, so that a line reaches the edges. On a `log` axis, `first` is above 0
        and the columns grow to the right; the pyramid's even blocks do not serve it, so it costs all samples there.
        """
        places = self.x(axis)
        start = max(int(np.searchsorted(places, first)) - 1, 0)
        stop = min(int(np.searchsorted(places, last, side="right")) + 1, len(self))
        blocks = self._blocks(places, start, stop, stop - start if log else columns)
        if len(blocks.x) <= columns:
            return blocks
        borders = np.geomspace(first, last, columns - 1) if log else np.linspace(first, last, columns - 1)
        edges = np.searchsorted(blocks.x, borders)
        starts = np.concatenate(([0], edges[edges < len(blocks.x)]))
        starts = starts[np.diff(starts, prepend=-1) > 0]  # of columns without a sample, none
        low, high = np.minimum.reduceat(blocks.low, starts), np.maximum.reduceat(blocks.high, starts)
        return Outline(blocks.x[starts], low, high)

    def _blocks(self, places: Numbers, start: int, stop: int, columns: int) -> Outline:
        """Return the samples from `start` to `stop`, in the coarsest blocks that are fine enough."""
        self._build()
        number = 0
        while number < len(self._levels) and (stop - start) // FANOUT ** (number + 1) >= FINENESS * columns:
            number += 1
        if number == 0:
            return Outline(places[start:stop], self.y[start:stop], self.y[start:stop])
        size = FANOUT**number
        full = self._levels[number - 1].rows[start // size : stop // size]
        rest = self.y[stop // size * size : stop]  # of a block that is not full yet, or not wholly on the screen
        tail = [[rest.min(), rest.max()]] if len(rest) else np.empty((0, 2))
        low, high = np.concatenate((full, tail)).T
        return Outline(places[start // size * size : stop : size], low, high)

    def _build(self) -> None:
        """Add the blocks that are full by now, level by level."""
        low = high = self.y
        for number in count():
            if number == len(self._levels):
                self._levels.append(Growing(2))
            level = self._levels[number]
            new = slice(len(level) * FANOUT, len(low) // FANOUT * FANOUT)
            if new.start == new.stop:  # nor is there anything new above
                return
            lows, highs = low[new].reshape(-1, FANOUT), high[new].reshape(-1, FANOUT)
            level.append(np.column_stack((lows.min(axis=1), highs.max(axis=1))))
            low, high = level.rows.T
