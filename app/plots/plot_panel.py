"""The plots of the studio: the live run's curves as they grow, and recorded ones from their folders.

Events only extend curves. What changed is drawn at most ten times a second, and not at all while nobody can see it,
so training at full speed costs the window no more than training slowly.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QThreadPool, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.plots.charts import Charts
from app.plots.differences_panel import DifferencesPanel
from app.plots.export import csv_text, series_of
from app.plots.legend import Named
from app.plots.marks import legend
from app.plots.meanings import meanings
from app.plots.naming import Naming
from app.plots.pictures import MARGIN, png_of, svg_of
from app.plots.plot_bar import PlotBar
from app.plots.run_curves import EVENT_TYPES, RunCurves
from app.run.slices import Slices
from app.themes import Theme
from engine.atomic import write_atomically
from engine.catalogue import Catalogue
from engine.event_log import read_events
from engine.events import Event, RunEnded, RunStarted
from engine.problems import FlowError

REDRAW: Final = 100  # ms
WHILE_READING: Final = 400  # ms; long records are there the sooner
AT_ONCE: Final = 500  # recorded events in a piece: 5 ms


class PlotPanel(QWidget):
    """Curves of the live run (`take`) and of recorded ones (`show_run`).

    The operators of `catalogue` explain the names of metrics and say what differs between two graphs.

    Signals:
        loaded(str): the record in this folder has been read to its end.
        saved(str): a picture or a table was written to this file.
        failed(str): a record could not be read, or a file not be written; one line that says why.
    """

    loaded = Signal(str)
    saved = Signal(str)
    failed = Signal(str)

    def __init__(self, theme: Theme, catalogue: Catalogue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._naming = Naming(catalogue)
        self._runs: list[RunCurves] = []
        self._live: RunCurves | None = None
        self._redraw = QTimer(self, interval=REDRAW, singleShot=True)
        self._slices = Slices(self._take_recorded, self)
        self.bar = PlotBar(theme)
        self.charts = Charts(theme, meanings(catalogue))
        self.differences = DifferencesPanel(catalogue)
        self.differences.hide()
        self._drawing = Slices(self.charts.draw, self, budget=0)  # a chart in each turn: all at once take 30 ms
        self._connect()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.setSpacing(4)
        layout.addWidget(self.bar)
        below = QHBoxLayout()
        below.addWidget(self.charts, 1)
        below.addWidget(self.differences)
        layout.addLayout(below, 1)

    @property
    def runs(self) -> tuple[RunCurves, ...]:
        """The runs whose curves are shown, in the order of their colours."""
        return tuple(self._runs)

    @property
    def up_to_date(self) -> bool:
        """Whether everything that has come has been drawn."""
        return not (self._redraw.isActive() or self._drawing.busy) and self.charts.up_to_date

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.bar.set_theme(theme)
        self.charts.set_theme(theme)

    def take(self, event: Event) -> None:
        """Add what the engine tells of the live run.

        A run that starts takes the place of the shown ones or, while comparing, stands beside them.
        """
        if isinstance(event, RunStarted):
            self._live = self._shown(event.folder)
            self._live.look_up()
        if isinstance(event, RunEnded):
            self.differences.forget()
        if self._live is not None and self._live.take(event):
            self._touch()

    def show_run(self, folder: str | Path) -> None:
        """Read a recorded run and show it instead of the shown ones or, while overlaying, beside them."""
        self.show_runs([folder])

    def show_runs(self, folders: Sequence[str | Path]) -> None:
        """Read recorded runs and lay them over each other; while overlaying, over the shown ones too."""
        if not self.bar.overlay.isChecked():
            self._runs = []
        unread = [curves for folder in folders if (curves := self._beside(str(folder))) is not self._live]
        self._slices.start(event for curves in unread for event in self._events_of(curves))

    def show_difference(self, first: str, second: str) -> None:
        """Lay two recorded runs over each other and set beside them what differs."""
        self.bar.overlay.setChecked(False)
        self.show_runs([first, second])
        self.bar.differences.setChecked(True)

    def look(self, changes: Mapping[str, Any]) -> None:
        """Look at the curves in another way; the changes are fields of `View`."""
        self.charts.look(**changes)
        self.bar.looks.show_view(self.charts.view)

    def clear(self) -> None:
        """Show no run."""
        self._slices.stop()
        self._runs, self._live = [], None
        self.charts.show_runs(self._runs)

    def save(self, kind: str, path: str | Path) -> None:
        """Save what is shown as `png`, `svg` or `csv`; `saved` or `failed` tells when it is done.

        Pictures carry the graph of the run shown first. A table holds every value, drawn or not.
        """
        if kind == "csv":
            series = series_of(self._runs)
            QThreadPool.globalInstance().start(lambda: self._write(path, csv_text(series).encode()))
            return
        head = QLabel(self.bar.legend.whole, wordWrap=True)
        head.setFixedWidth(self.charts.width() - 2 * MARGIN)
        head.setFixedHeight(max(self.bar.legend.height(), head.heightForWidth(head.width())))
        paint = png_of if kind == "png" else svg_of
        self._write(path, paint(head, self.charts, self._theme.panel, self._graph()))

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was not drawn while hidden."""
        super().showEvent(event)
        self._touch()

    def _connect(self) -> None:
        self._redraw.timeout.connect(self._draw)
        self._slices.slice_ended.connect(self._touch)
        self.charts.changed.connect(self._touch)
        self.charts.pointed_at.connect(self.bar.place.setText)
        self.bar.looks.wished.connect(self.look)
        self.bar.fit_wished.connect(self.charts.fit)
        self.bar.export_wished.connect(self._ask)
        self.bar.differences.toggled.connect(self._touch)

    def _shown(self, folder: str) -> RunCurves:
        """Return the curves of the live run in `folder`, which is shown from now on."""
        if not self.bar.overlay.isChecked():
            self._runs = []
        return self._beside(folder)

    def _beside(self, folder: str) -> RunCurves:
        """Return the curves of the run in `folder`, which is shown beside the others from now on."""
        known = (run for run in (*self._runs, self._live) if run is not None and run.folder == folder)
        curves = next(known, None) or RunCurves(folder)
        self._runs += [] if curves in self._runs else [curves]
        self.charts.show_runs(self._runs)
        return curves

    def _events_of(self, curves: RunCurves) -> Iterator[tuple[RunCurves, list[Event]]]:
        """Give the recorded events of a run, for these curves, some at a time, and tell when it has none left."""
        curves.forget()
        curves.look_up()
        try:
            events = read_events(curves.folder, only=EVENT_TYPES)
            while some := list(islice(events, AT_ONCE)):
                yield curves, some
        except FlowError as error:
            self.failed.emit(str(error))
        else:
            self.loaded.emit(curves.folder)

    def _take_recorded(self, of: tuple[RunCurves, list[Event]]) -> None:
        curves, events = of
        curves.take(*events)

    def _touch(self) -> None:
        """See to it that what changed is drawn soon."""
        if self.isVisible() and not self._redraw.isActive():
            self._redraw.start(WHILE_READING if self._slices.busy else REDRAW)

    def _draw(self) -> None:
        if self.isVisible():
            named = self._named()
            self.bar.legend.show_runs(named, legend(self.charts.marked))
            self._show_differences(named)
            self.charts.prepare()
            self._drawing.start(iter(self.charts.all))

    def _named(self) -> list[Named]:
        groups = self._named_groups()
        runs = [group for _, group in groups]
        colours = [self.charts.colour(number) for number, _ in groups]
        names = self._naming.of(runs)
        single = all(len(group) == 1 for group in runs)
        shorts = self._naming.short([group[0] for group in runs]) if single else names
        return [Named(*parts) for parts in zip(names, shorts, colours, strict=True)]

    def _named_groups(self) -> list[tuple[int, list[RunCurves]]]:
        return self.charts.groups if self.charts.view.middle else [(n, [run]) for n, run in enumerate(self._runs)]

    def _show_differences(self, named: Sequence[Named]) -> None:
        two = len(self._runs) == 2
        self.bar.differences.setEnabled(two)
        self.differences.setVisible(two and self.bar.differences.isChecked())
        if self.differences.isVisible():
            names = self._naming.short(self._runs)
            self.differences.show_runs([run.folder for run in self._runs], names, [run.colour for run in named])

    def _graph(self) -> str:
        """Return the text of the graph of the run shown first; empty where there is none."""
        try:
            return (Path(self._runs[0].folder) / "graph.json").read_text(encoding="utf-8") if self._runs else ""
        except (OSError, ValueError):
            return ""

    def _ask(self, kind: str) -> None:
        names = {"png": "Picture (*.png)", "svg": "Vector figure (*.svg)", "csv": "Table (*.csv)"}
        dialog = QFileDialog(self, "Save the values" if kind == "csv" else "Save the charts", "", names[kind])
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.fileSelected.connect(lambda path: self.save(kind, path))
        dialog.open()

    def _write(self, path: str | Path, data: bytes) -> None:
        try:
            write_atomically(path, data)
        except OSError as error:
            self.failed.emit(f"Nothing was saved: {error.strerror or error}: {path}.")
        else:
            self.saved.emit(str(path))
