"""The charts side by side: episode return and two metrics of choice, over one x axis and under one cross-hair."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.plots.axes import place_on
from app.plots.chart import Chart
from app.plots.metric_choice import MetricChoice
from app.plots.run_curves import RunCurves
from app.plots.trace import Trace
from app.themes import Theme

ROOM_FOR: Final = (440, 700)  # pixels of width from which the first and the second metric chart are shown
ROOM: Final = 1.02  # of the x range, so that the newest sample does not stick to the edge
LENGTHS: Final = "episode_length"
NO_RUN: Final = "Run the graph to see its return grow here,\nor open a run from the list of runs."
NO_METRIC: Final = "No metric has been reported yet."


class Charts(QWidget):
    """Draws runs. They are not copied: call `prepare` and `draw` when they have grown.

    Signals:
        changed(): something else is to be seen; drawing is due.
        pointed_at(str): the place under the pointer in words; empty when it has left the charts.
    """

    changed = Signal()
    pointed_at = Signal(str)

    def __init__(self, theme: Theme, meanings: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runs: Sequence[RunCurves] = ()
        self._axis = "env_steps"
        self._follow = True
        self._x: float | None = None
        self.returns = Chart(QLabel("Episode return"), "each · mean of 100", labelled=True)
        self.choices = (MetricChoice(meanings), MetricChoice(meanings))
        self.metrics = tuple(Chart(choice) for choice in self.choices)
        for chart, name in zip(self.all, ("Episode return", "First metric", "Second metric"), strict=True):
            chart.setAccessibleName(name)
        self._connect()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.returns, 3)
        for chart in self.metrics:
            row.addWidget(chart, 2)
        self.set_theme(theme)

    @property
    def all(self) -> tuple[Chart, ...]:
        """The return chart, then the metric charts."""
        return (self.returns, *self.metrics)

    def colour(self, number: int) -> str:
        """Return the colour of the run that is shown at this place."""
        return self._theme.series[number % len(self._theme.series)]

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        for chart in self.all:
            chart.set_theme(theme)
        self.changed.emit()

    def show_runs(self, runs: Sequence[RunCurves]) -> None:
        """Draw these runs from now on, all of each."""
        self._runs = runs
        self.fit()

    def choose_axis(self, axis: str) -> None:
        """Draw over this x axis."""
        self._axis = axis
        self.fit()

    def fit(self) -> None:
        """Show everything, and go on doing so as the curves grow."""
        self._follow = True
        self._x = None
        self.changed.emit()

    def prepare(self) -> None:
        """Take up what the runs hold now; then `draw` each chart."""
        self._offer_metrics()
        self.returns.show_traces(self._return_traces(), self._axis, self._no_return())
        marks = [(mark, self.colour(number)) for number, run in enumerate(self._runs) for mark in run.marks]
        for chart in self.all:
            chart.ticks.show(marks, self._axis)
        for chart, choice in zip(self.metrics, self.choices, strict=True):
            choice.setVisible(bool(choice.count()))
            chart.show_traces(self._metric_traces(choice.currentText()), self._axis, NO_METRIC if self._runs else "")

    def draw(self, chart: Chart) -> None:
        """Draw one chart, unless it is hidden."""
        if chart.isVisible():
            if self._follow:
                chart.view.setXRange(0, self._end() * ROOM or 1, padding=0)
            chart.draw(self._axis, self._follow)
            chart.read(self._axis, self._x)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many charts as there is room for."""
        super().resizeEvent(event)
        for chart, width in zip(self.metrics, ROOM_FOR, strict=True):
            chart.setVisible(self.width() >= width)
        self.changed.emit()

    def _connect(self) -> None:
        for choice in self.choices:
            choice.currentTextChanged.connect(self.changed)
        for chart in self.all:
            chart.hovered.connect(self._hover)
            chart.fit_wished.connect(self.fit)
            chart.moved_by_hand.connect(self._follow_hand)

    def _hover(self, x: float | None) -> None:
        self._x = x
        for chart in self.all:
            chart.read(self._axis, x)
        self.pointed_at.emit("" if x is None else place_on(self._axis, max(x, 0)))

    def _follow_hand(self, first: float, last: float) -> None:
        self._follow = False
        for chart in self.all:
            chart.view.setXRange(first, last, padding=0)
        self.changed.emit()

    def _offer_metrics(self) -> None:
        names = {name for run in self._runs for name in run.metrics}
        if any(len(run.lengths) for run in self._runs):
            names.add(LENGTHS)
        taken: list[str] = []
        for choice in self.choices:
            choice.offer(names, taken)
            taken.append(choice.currentText())

    def _return_traces(self) -> list[Trace]:
        each = [Trace(run.returns, self.colour(number), "samples") for number, run in enumerate(self._runs)]
        return each + [Trace(run.means, self.colour(number), "line") for number, run in enumerate(self._runs)]

    def _metric_traces(self, name: str) -> list[Trace]:
        found = [run.lengths if name == LENGTHS else run.metrics.get(name) for run in self._runs]
        return [Trace(curve, self.colour(number), "line") for number, curve in enumerate(found) if curve is not None]

    def _no_return(self) -> str:
        """Say why there is no return to see."""
        if not self._runs:
            return NO_RUN
        return f"No finished episode yet: {self._runs[-1].env_steps:,} env steps so far."

    def _end(self) -> float:
        """Return the largest x of anything that could be shown."""
        curves = [curve for run in self._runs for curve in (run.returns, *run.metrics.values()) if len(curve)]
        return max((float(curve.x(self._axis)[-1]) for curve in curves), default=0.0)
