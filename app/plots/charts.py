"""The charts side by side: episode return and two metrics of choice, over one x axis and under one cross-hair."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.plots.axes import place_on
from app.plots.chart import Chart
from app.plots.metric_choice import MetricChoice
from app.plots.run_curves import LENGTHS, RunCurves
from app.plots.tracing import RETURNS, Tracing
from app.plots.view import View
from app.themes import Theme

ROOM_FOR: Final = (440, 700)  # pixels of width from which the first and the second metric chart are shown
ROOM: Final = 1.02  # of the x range, so that the newest sample does not stick to the edge
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
        self._tracing = Tracing(self.colour, self)
        self._follow = True
        self._x: float | None = None
        self.returns = Chart(QLabel("Episode return"), labelled=True)
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
        self._tracing.runs = runs
        self.fit()

    @property
    def view(self) -> View:
        """How the curves are looked at."""
        return self._tracing.view

    def look(self, **changes: Any) -> None:
        """Look at the curves in another way; the changes are fields of `View`.

        Example: `charts.look(axis="seconds", log_x=True)`.
        """
        self._tracing.view = dataclasses.replace(self.view, **changes)
        self.fit()

    @property
    def up_to_date(self) -> bool:
        """Whether nothing is being worked out that would change what is drawn."""
        return self._tracing.middles.up_to_date

    @property
    def groups(self) -> list[tuple[int, list[RunCurves]]]:
        """The runs of one graph together, each group with the number of its colour."""
        return self._tracing.groups

    @property
    def marked(self) -> set[str]:
        """The kinds of marks that are shown."""
        return {mark.kind for run in self._tracing.runs for mark in run.marks} - self.view.hidden

    def fit(self) -> None:
        """Show everything, and go on doing so as the curves grow."""
        self._follow = True
        self._x = None
        self.changed.emit()

    def prepare(self) -> None:
        """Take up what the runs hold now; then `draw` each chart."""
        tracing, view = self._tracing, self.view
        self._offer_metrics()
        tracing.follow([choice.currentText() for choice in self.choices])
        self.returns.set_caption(tracing.words())
        self.returns.show_traces(tracing.of(RETURNS), view, self._no_return())
        marks = [(mark, self.colour(number)) for number, run in enumerate(tracing.runs) for mark in run.marks
                 if mark.kind not in view.hidden]  # fmt: skip
        for chart in self.all:
            chart.ticks.show(marks, view)
        for chart, choice in zip(self.metrics, self.choices, strict=True):
            choice.setVisible(bool(choice.count()))
            chart.set_caption(choice.healthy, choice.toolTip())
            chart.show_traces(tracing.of(choice.currentText()), view, NO_METRIC if tracing.runs else "")

    def draw(self, chart: Chart) -> None:
        """Draw one chart, unless it is hidden."""
        if chart.isVisible():
            if self._follow:
                first, last = self._whole()
                chart.area.setXRange(self.view.shown(first), self.view.shown(last), padding=0)
            chart.draw(self._follow)
            chart.read(self._x)

    @contextmanager
    def as_figure(self) -> Iterator[None]:
        """Look like a figure while this lasts: shapes and letters, nothing to click on."""
        self._set_figure(True)
        try:
            yield
        finally:
            self._set_figure(False)

    def _set_figure(self, on: bool) -> None:
        for choice in self.choices:
            choice.plain = on
        for chart in self.all:
            chart.set_vector(on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many charts as there is room for."""
        super().resizeEvent(event)
        for chart, width in zip(self.metrics, ROOM_FOR, strict=True):
            chart.setVisible(self.width() >= width)
        self.changed.emit()

    def _connect(self) -> None:
        self._tracing.middles.ready.connect(self.changed)
        for choice in self.choices:
            choice.currentTextChanged.connect(self.changed)
        for chart in self.all:
            chart.hovered.connect(self._hover)
            chart.fit_wished.connect(self.fit)
            chart.moved_by_hand.connect(self._follow_hand)

    def _hover(self, x: float | None) -> None:
        self._x = x
        for chart in self.all:
            chart.read(x)
        self.pointed_at.emit("" if x is None else place_on(self.view.axis, max(x, 0)))

    def _follow_hand(self, first: float, last: float) -> None:
        self._follow = False
        for chart in self.all:
            chart.area.setXRange(first, last, padding=0)
        self.changed.emit()

    def _offer_metrics(self) -> None:
        names = {name for run in self._tracing.runs for name in run.metrics}
        if any(len(run.lengths) for run in self._tracing.runs):
            names.add(LENGTHS)
        taken: list[str] = []
        for choice in self.choices:
            choice.offer(names, taken)
            taken.append(choice.currentText())

    def _no_return(self) -> str:
        """Say why there is no return to see."""
        runs = self._tracing.runs
        return f"No finished episode yet: {runs[-1].env_steps:,} env steps so far." if runs else NO_RUN

    def _whole(self) -> tuple[float, float]:
        """Return the first and last x of anything that could be shown; on a linear axis, from 0."""
        runs, axis = self._tracing.runs, self.view.axis
        places = [curve.x(axis) for run in runs for curve in (run.returns, *run.metrics.values()) if len(curve)]
        last = max((float(x[-1]) for x in places), default=0.0) * ROOM or 1.0
        if not self.view.log_x:
            return 0.0, last
        above = [x[np.searchsorted(x, 0, side="right") :] for x in places]
        return min((float(x[0]) for x in above if len(x)), default=last / 10) / ROOM, last
