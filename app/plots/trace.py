"""One curve in a chart: what it looks like, and the graphics items that draw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import pyqtgraph as pg
from PySide6.QtGui import QColor

from app.plots.curve import Curve, Outline
from app.plots.view import View
from engine.over_seeds import Band

FAINT: Final = 110  # of 255: dots, and lines that step back
AREA: Final = 45
DOT: Final = 3  # pixels
DOTS: Final = 1_500  # as many are drawn in 3 ms; more would hide each other, and become an area


@dataclass(frozen=True, slots=True)
class Trace:
    """A curve to draw.

    Attributes:
        curve: what.
        colour: `#rrggbb`.
        style: `"samples"` are faint dots, or an area where they are many; `"raw"` is a faint thin line, a `"line"` goes
            through the samples, and a `"band"` is one with an interval around it.
        band: the interval of a `"band"`.
    """

    curve: Curve
    colour: str
    style: Literal["samples", "raw", "line", "band"]
    band: Band | None = None

    @property
    def told(self) -> bool:
        """Whether its figures stand in the chart's heading."""
        return self.style in ("line", "band")


@dataclass(frozen=True, slots=True)
class Window:
    """What part of the x axis is on the screen in a view, from `first` to `last`, and on how many pixel columns."""

    view: View
    first: float
    last: float
    columns: int

    def outline(self, curve: Curve) -> Outline:
        """Return what is seen of a curve, as it is drawn."""
        found = curve.outline(self.view.axis, self.first, self.last, self.columns, self.view.log_x)
        return found.logged(self.view.log_x, self.view.log_y)


class Drawing:
    """The graphics items of one trace in a plot."""

    def __init__(self, trace: Trace, plot: pg.PlotItem, bold: bool) -> None:
        self.trace = trace
        samples = trace.style == "samples"
        colour = _with_alpha(trace.colour, FAINT) if trace.style == "raw" else trace.colour
        self._line = pg.PlotCurveItem(pen=pg.mkPen(colour, width=2 if bold else 1), antialias=bold)
        self._area = pg.PlotCurveItem(pen=None, brush=_with_alpha(trace.colour, AREA), fillLevel="enclosed")
        self._dots = pg.ScatterPlotItem(size=DOT, pen=None, brush=_with_alpha(trace.colour, FAINT))
        self._items = (self._area, self._dots) if samples else (self._area, self._line) if trace.band else (self._line,)
        for item in self._items:
            item.setZValue(1 if trace.told else 0)
            plot.addItem(item, ignoreBounds=True)

    def draw(self, window: Window) -> tuple[float, float] | None:
        """Draw what the window shows; return its lowest and highest value, None where there is nothing."""
        outline = window.outline(self.trace.curve)
        if self.trace.style == "samples":
            self._draw_samples(window, outline)
        else:
            self._line.setData(*outline.line(), skipFiniteCheck=True)
        area = self._draw_interval(window.view) if self.trace.band else outline
        return (float(area.low.min()), float(area.high.max())) if len(area.x) else None

    def set_vector(self, vector: bool) -> None:
        """Paint dots as shapes and not as small pictures, which are faster; a figure wants shapes."""
        self._dots.setExportMode(vector, {})

    def remove(self, plot: pg.PlotItem) -> None:
        """Take the items off the plot."""
        for item in self._items:
            plot.removeItem(item)

    def _draw_interval(self, view: View) -> Outline:
        band = self.trace.band
        area = Outline(band.x, band.low, band.high).logged(view.log_x, view.log_y)
        self._area.setData(*area.border(), skipFiniteCheck=True)
        return area

    def _draw_samples(self, window: Window, outline: Outline) -> None:
        x, y = self.trace.curve.between(window.view.axis, window.first, window.last)
        dotted = len(x) <= DOTS
        self._dots.setVisible(dotted)
        self._area.setVisible(not dotted)
        if dotted:
            dots = Outline(x, y, y).logged(window.view.log_x, window.view.log_y)
            self._dots.setData(dots.x, dots.low)
        else:
            self._area.setData(*outline.border(), skipFiniteCheck=True)


def _with_alpha(colour: str, alpha: int) -> QColor:
    made = QColor(colour)
    made.setAlpha(alpha)
    return made
