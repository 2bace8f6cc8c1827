"""One curve in a chart: what it looks like, and the graphics items that draw it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QColor

from app.plots.curve import Curve, Numbers, Outline
from app.plots.view import View
from engine.over_seeds import Band

FAINT: Final = 110  # of 255: dots, and lines that step back
AREA: Final = 45
DOT: Final = 3  # pixels
DOTS: Final = 1_500  # as many are drawn in 3 ms; more would hide each other, and become an area
SMOOTH: Final = 20.0  # times that a bold line crosses its range; with smooth edges, 20 take 3 ms and 600 take 400 ms


NOTHING: Final = Outline(*(np.empty(0) for _ in range(3)))


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
        self._bold = bold
        self._line = pg.PlotCurveItem(pen=pg.mkPen(colour, width=2 if bold else 1))
        self._area = pg.PlotCurveItem(pen=None, brush=_with_alpha(trace.colour, AREA), fillLevel="enclosed")
        self._dots = pg.ScatterPlotItem(size=DOT, pen=None, brush=_with_alpha(trace.colour, FAINT))
        self._bars = pg.BarGraphItem(**_columns(NOTHING), pen=None, brush=_with_alpha(trace.colour, AREA))
        self._items = (self._bars, self._dots) if samples else (self._area, self._line) if trace.band else (self._line,)
        for item in self._items:
            item.setZValue(1 if trace.told else 0)
            plot.addItem(item, ignoreBounds=True)

    def draw(self, window: Window) -> tuple[float, float] | None:
        """Draw what the window shows; return its lowest and highest value, None where there is nothing."""
        outline = window.outline(self.trace.curve)
        if self.trace.style == "samples":
            self._draw_samples(window, outline)
        else:
            x, y = outline.line()
            self._line.setData(x, y, skipFiniteCheck=True, antialias=self._bold and crossings(y) <= SMOOTH)
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
        self._bars.setVisible(not dotted)
        if dotted:
            dots = Outline(x, y, y).logged(window.view.log_x, window.view.log_y)
            self._dots.setData(dots.x, dots.low)
        else:
            self._bars.setOpts(**_columns(outline))


def _columns(outline: Outline) -> dict[str, Numbers]:
    """Return a bar for each column of an outline: of a jagged area they are drawn in a tenth of the time."""
    return {"x0": outline.x, "x1": np.append(outline.x[1:], outline.x[-1:]), "y0": outline.low, "y1": outline.high}


def crossings(y: Numbers) -> float:
    """Return how often a line crosses its range, up and down counted alike: what smooth edges cost grows with that.

    Example: `crossings([0, 4, 0, 2])` is 2.5.
    """
    far = float(np.ptp(y)) if len(y) else 0.0
    return float(np.abs(np.diff(y)).sum()) / far if far else 0.0


def _with_alpha(colour: str, alpha: int) -> QColor:
    made = QColor(colour)
    made.setAlpha(alpha)
    return made
