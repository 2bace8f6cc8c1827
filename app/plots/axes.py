"""The axes of a chart: few ticks in the reading font, counts with k and M, times as people tell them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import pyqtgraph as pg

from app.plots.figures import count, duration
from app.themes import Theme, number_font

TICK_POINTS: Final = 8.0
LEFT_WIDTH: Final = 46  # pixels, the same in every chart, so that charts above each other line up
TICK_ROOM: Final = 55  # pixels for the text of a time
TIMES: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)  # seconds


class Axis(pg.AxisItem):
    """An axis without title or SI prefixes.

    `written` turns a tick into its text; None leaves it to pyqtgraph, which knows how many decimals are needed.
    """

    def __init__(self, side: str) -> None:
        super().__init__(side, maxTickLength=0)
        self.written: Callable[[float], str] | None = None
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

    def tickStrings(self, values: Sequence[float], scale: float, spacing: float) -> list[str]:
        """Return the texts of the ticks at `values`."""
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


X_AXES: Final = {"env_steps": "Env steps", "seconds": "Wall time", "updates": "Updates"}


def written_on(axis: str) -> Callable[[float], str]:
    """Return how the ticks of this x axis are written."""
    return duration if axis == "seconds" else count


def place_on(axis: str, x: float) -> str:
    """Return a place on this x axis in words.

    Example: `place_on("env_steps", 41_000)` is `"41,000 env steps"`.
    """
    return f"after {duration(x)}" if axis == "seconds" else f"{x:,.0f} {X_AXES[axis].lower()}"
