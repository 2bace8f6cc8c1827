"""How curves are drawn: what a jagged one costs, and that nothing is painted twice."""

from __future__ import annotations

import time
from statistics import median

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.plots.chart import Chart
from app.plots.curve import Curve
from app.plots.trace import Trace, crossings
from app.plots.view import View
from app.themes import DARK

SAMPLES = 10_000


class Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.count = 0
        self._widget = widget
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  # Qt's name
        self.count += event.type() == QEvent.Type.Paint
        return False


@pytest.fixture
def chart(qtbot: QtBot) -> Chart:
    made = Chart(QLabel("Return"))
    made.set_theme(DARK)
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    qtbot.waitExposed(made)
    return made


def zigzag(samples: int = SAMPLES) -> Curve:
    """From -1 to 1 and back at every sample."""
    curve = Curve(("env_steps",))
    curve.extend(np.arange(samples), (-1.0) ** np.arange(samples))
    return curve


def show(chart: Chart, trace: Trace, length: int = SAMPLES) -> None:
    chart.show_traces([trace], View(), "")
    chart.area.setXRange(0, length, padding=0)
    chart.draw(follow=True)


def paint_what_is_due(qtbot: QtBot, chart: Chart) -> None:
    """Wait for the next painting of the window: a label has asked for it, and so may others."""
    label = chart.findChild(QLabel)
    paints = Paints(label)
    label.update()
    qtbot.waitUntil(lambda: paints.count > 0)


def test_what_smooth_edges_cost_is_how_often_a_line_crosses_its_range() -> None:
    assert crossings(np.array([0.0, 4.0, 0.0, 2.0])) == 2.5
    assert crossings(np.array([3.0, 3.0])) == 0
    assert crossings(np.empty(0)) == 0


@pytest.mark.parametrize("style", ["line", "samples"])
def test_a_curve_that_jumps_at_every_pixel_is_painted_in_a_frame(chart: Chart, style: str) -> None:
    show(chart, Trace(zigzag(), "#ff0000", style))
    times = []
    for _ in range(5):
        began = time.thread_time()
        chart.grab()
        times.append(time.thread_time() - began)
    assert median(times) < 0.033  # as one filled path either style takes ten times as long


@pytest.mark.parametrize("style", ["line", "samples"])
def test_a_curve_that_has_grown_is_painted_once(qtbot: QtBot, chart: Chart, style: str) -> None:
    curve = zigzag()
    trace = Trace(curve, "#ff0000", style)
    show(chart, trace)
    paint_what_is_due(qtbot, chart)
    paints = Paints(chart.findChild(pg.PlotWidget).viewport())
    curve.extend(SAMPLES + np.arange(SAMPLES), np.full(SAMPLES, 3.0))
    show(chart, trace, 2 * SAMPLES)
    qtbot.waitUntil(lambda: paints.count > 0)
    paint_what_is_due(qtbot, chart)
    assert paints.count == 1
