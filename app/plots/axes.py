"""The axes of a chart: few ticks in the reading font, counts with k and M, times as people tell them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Final

import pyqtgraph as pg

from app.plots.figures import count, duration
from app.themes import Theme, number_font

TICK_POINTS: Final = 8.0
LEFT_WIDTH: Final = 46  # pixels, the same in every chart, so that charts above each other line up
TICK_ROOM: Final = 55  # pixels for the text of a time
FEW_DECADES: Final = 2.2  # a logarithmic axis of no more has ticks between the powers of ten
MOST_DECADES: Final = 5  # of which each has a tick
TIMES: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)  # seconds


class Axis(pg.AxisItem):
    """An axis without title or SI prefixes.

    `written` turns a tick into its text; None leaves it to pyqtgraph, which knows how many decimals are needed. With
    `log`, places on it are powers of ten, and ticks stand at 1, 2 and 5 of each, or at 1 alone where there are many.
    """

    def __init__(self, side: str) -> None:
        super().__init__(side, maxTickLength=0)
        self.written: Callable[[float], str] | None = None
        self.log = False
        self.enableAutoSIPrefix(False)
        self.setStyle(tickFont=number_font(TICK_POINTS), maxTickLevel=0, tickTextOffset=6, autoExpandTextSpace=False)
        self.setTickDensity(0.8)
        if side == "left":
            self.setWidth(LEFT_WIDTH)

    def tickSpacing(self, first: float, last: float, size: float) -> list[tuple[float, float]]:
        """Return how far apart the ticks are: on a time axis, whole units of time."""
        for step in TIMES if self.written is duration else ():
            if (last - first) / step * TICK_ROOM <= size:
                return [(step, 0)]
        return list(super().tickSpacing(first, last, size))

    def tickValues(self, first: float, last: float, size: float) -> list[tuple[float, list[float]]]:
        """Return the places of the ticks, and how far apart they are."""
        powers = log_ticks(first, last) if self.log else []
        return [(1, powers)] if len(powers) > 1 else list(super().tickValues(first, last, size))

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return the texts of the ticks at `values`."""
        if self.log:
            return [(self.written or count)(float(f"{10.0**value:.3g}")) for value in values]
        if self.written is not None:
            return [self.written(value) for value in values]
        if spacing >= 1:
            return [count(value) for value in values]
        return list(super().tickStrings(values, scale, spacing))

    def major_ticks(self) -> list[float]:
        """Return where the labelled ticks are."""
        first, last = self.range
        levels = self.tickValues(first, last, self.height() if self.orientation == "left" else self.width())
        return [float(value) for value in levels[0][1]] if levels else []

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours; the left axis has no line of its own, for the rules are enough."""
        self.setTextPen(theme.muted)
        self.setPen(theme.border if self.orientation == "bottom" else theme.panel)


def log_ticks(first: float, last: float) -> list[float]:
    """Return where the ticks of a logarithmic axis stand from 10**first to 10**last, in powers of ten.

    Example: from 0 to 2, that is 1 to 100, they stand at 1, 2, 5, 10, 20, 50 and 100; from 0 to 12 at each third power.
    """
    decades = range(math.floor(first), math.ceil(last) + 1)
    steps = (0.0, math.log10(2), math.log10(5)) if last - first <= FEW_DECADES else (0.0,)
    every = math.ceil((last - first) / MOST_DECADES) if last > first else 1
    found = [decade + step for decade in decades if decade % max(every, 1) == 0 for step in steps]
    return [tick for tick in found if first <= tick <= last]


X_AXES: Final = {"env_steps": "Env steps", "seconds": "Wall time", "updates": "Updates"}


def written_on(axis: str) -> Callable[[float], str]:
    """Return how the ticks of this x axis are written."""
    return duration if axis == "seconds" else count


def place_on(axis: str, x: float) -> str:
    """Return a place on this x axis in words.

    Example: `place_on("env_steps", 41_000)` is `"41,000 env steps"`.
    """
    return f"after {duration(x)}" if axis == "seconds" else f"{x:,.0f} {X_AXES[axis].lower()}"
