"""One curve in a chart: what it looks like, and the graphics items that draw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import pyqtgraph as pg
from PySide6.QtGui import QColor

from app.plots.curve import Curve, Outline

FAINT: Final = 110  # of 255: dots
BAND: Final = 45
DOT: Final = 3  # pixels
DOTS: Final = 1_500  # as many are drawn in 3 ms; more would hide each other, and become a band


@dataclass(frozen=True, slots=True)
class Trace:
    """A curve to draw.

    Attributes:
        curve: what.
        colour: `#rrggbb`.
        style: `"samples"` are faint dots, or a band where they are many; a `"line"` goes through them.
    """

    curve: Curve
    colour: str
    style: Literal["samples", "line"]


@dataclass(frozen=True, slots=True)
class Window:
    """What part of the x axis is on the screen, and on how many pixel columns."""

    axis: str
    first: float
    last: float
    columns: int


class Drawing:
    """The graphics items of one trace in a plot."""

    def __init__(self, trace: Trace, plot: pg.PlotItem, bold: bool) -> None:
        self.trace = trace
        line = trace.style == "line"
        self._line = pg.PlotCurveItem(pen=pg.mkPen(trace.colour, width=2 if bold else 1), antialias=bold)
        self._band = pg.PlotCurveItem(pen=None, brush=_with_alpha(trace.colour, BAND), fillLevel="enclosed")
        self._dots = pg.ScatterPlotItem(size=DOT, pen=None, brush=_with_alpha(trace.colour, FAINT))
        self._items = (self._line,) if line else (self._band, self._dots)
        for item in self._items:
            item.setZValue(1 if line else 0)
            plot.addItem(item, ignoreBounds=True)

    def draw(self, window: Window) -> tuple[float, float] | None:
        """Draw what the window shows; return its lowest and highest value, None where there is nothing."""
        curve = self.trace.curve
        outline = curve.outline(window.axis, window.first, window.last, window.columns)
        if not len(outline.x):
            return None
        if self.trace.style == "line":
            self._line.setData(*outline.line(), skipFiniteCheck=True)
        else:
            self._draw_samples(window, outline)
        return float(outline.low.min()), float(outline.high.max())

    def remove(self, plot: pg.PlotItem) -> None:
        """Take the items off the plot."""
        for item in self._items:
            plot.removeItem(item)

    def _draw_samples(self, window: Window, outline: Outline) -> None:
        x, y = self.trace.curve.between(window.axis, window.first, window.last)
        dotted = len(x) <= DOTS
        self._dots.setVisible(dotted)
        self._band.setVisible(not dotted)
        if dotted:
            self._dots.setData(x, y)
        else:
            self._band.setData(*outline.border(), skipFiniteCheck=True)


def _with_alpha(colour: str, alpha: int) -> QColor:
    made = QColor(colour)
    made.setAlpha(alpha)
    return made
