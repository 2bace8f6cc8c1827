"""The plots of the studio: the live run's curves as they grow, and recorded ones from their folders.

Events only extend curves. What changed is drawn at most ten times a second, and not at all while nobody can see it,
so training at full speed costs the window no more than training slowly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QPoint, QSize, QThreadPool, QTimer, Signal
from PySide6.QtGui import QPixmap, QShowEvent
from PySide6.QtWidgets import QFileDialog, QLabel, QVBoxLayout, QWidget

from app.plots.charts import Charts
from app.plots.export import Series, csv_text, series_of
from app.plots.plot_bar import PlotBar
from app.plots.run_curves import EVENT_TYPES, RunCurves
from app.run.slices import Slices
from app.themes import Theme
from engine.atomic import write_atomically
from engine.event_log import read_events
from engine.events import Event, RunStarted
from engine.problems import FlowError

REDRAW: Final = 100  # ms
SHARPNESS: Final = 2  # pixels of an exported picture for each on the screen
MARGIN: Final = 8  # pixels


class PlotPanel(QWidget):
    """Curves of the live run (`take`) and of recorded ones (`show_run`).

    `meanings` explain the names of metrics; see `app.plots.meanings`.

    Signals:
        loaded(str): the record in this folder has been read to its end.
        saved(str): a picture or a table was written to this file.
        failed(str): a record could not be read, or a file not be written; one line that says why.
    """

    loaded = Signal(str)
    saved = Signal(str)
    failed = Signal(str)

    def __init__(
        self, theme: Theme, meanings: Mapping[str, str] = MappingProxyType({}), parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._runs: list[RunCurves] = []
        self._live: RunCurves | None = None
        self._recorded: RunCurves | None = None
        self._redraw = QTimer(self, interval=REDRAW, singleShot=True)
        self._slices = Slices(self._take_recorded, self)
        self.bar = PlotBar(theme)
        self.charts = Charts(theme, meanings)
        self._drawing = Slices(self.charts.draw, self, budget=0)  # a chart in each turn: all at once take 30 ms
        self._connect()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 4)
        layout.setSpacing(4)
        layout.addWidget(self.bar)
        layout.addWidget(self.charts, 1)

    @property
    def runs(self) -> tuple[RunCurves, ...]:
        """The runs whose curves are shown, in the order of their colours."""
        return tuple(self._runs)

    @property
    def up_to_date(self) -> bool:
        """Whether everything that has come has been drawn."""
        return not (self._redraw.isActive() or self._drawing.busy)

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
        if self._live is not None and self._live.take(event):
            self._touch()

    def show_run(self, folder: str | Path) -> None:
        """Read a recorded run and show it instead of the shown ones or, while comparing, beside them."""
        curves = self._shown(str(folder))
        if curves is not self._live:
            self._recorded = curves
            self._slices.start(self._events_in(curves.folder))

    def clear(self) -> None:
        """Show no run."""
        self._slices.stop()
        self._runs, self._live, self._recorded = [], None, None
        self.charts.show_runs(self._runs)

    def save_png(self, path: str | Path) -> None:
        """Save a picture of the charts below their legend, at twice the screen's resolution."""
        legend, charts = QLabel(self.bar.legend.text()), self.charts
        legend.setFixedSize(charts.width() - 2 * MARGIN, self.bar.legend.height())
        picture = QPixmap(QSize(charts.width(), legend.height() + charts.height()) * SHARPNESS)
        picture.setDevicePixelRatio(SHARPNESS)
        picture.fill(self._theme.panel)
        legend.render(picture, QPoint(MARGIN, 0))
        charts.render(picture, QPoint(0, legend.height()))
        if picture.save(str(path), "PNG"):
            self.saved.emit(str(path))
        else:
            self.failed.emit(f"The picture was not saved: {path} cannot be written.")

    def save_csv(self, path: str | Path) -> None:
        """Save every value of the shown runs as a table; `saved` or `failed` tells when it is done."""
        series = series_of(self._runs)
        QThreadPool.globalInstance().start(lambda: self._write_csv(path, series))

    def showEvent(self, event: QShowEvent) -> None:
        """Draw what was not drawn while hidden."""
        super().showEvent(event)
        self._touch()

    def _connect(self) -> None:
        self._redraw.timeout.connect(self._draw)
        self._slices.slice_ended.connect(self._touch)
        self._slices.ended.connect(self._tell_loaded)
        self.charts.changed.connect(self._touch)
        self.charts.pointed_at.connect(self.bar.place.setText)
        self.bar.axis_chosen.connect(self.charts.choose_axis)
        self.bar.fit_wished.connect(self.charts.fit)
        self.bar.png_wished.connect(lambda: self._ask("Save the charts", "Picture (*.png)", self.save_png))
        self.bar.csv_wished.connect(lambda: self._ask("Save the values", "Table (*.csv)", self.save_csv))

    def _shown(self, folder: str) -> RunCurves:
        """Return the curves of the run in `folder`, which is shown from now on."""
        known = (run for run in (*self._runs, self._live) if run is not None and run.folder == folder)
        curves = next(known, None) or RunCurves(folder)
        if self.bar.overlay.isChecked():
            self._runs += [] if curves in self._runs else [curves]
        else:
            self._runs = [curves]
        self.charts.show_runs(self._runs)
        return curves

    def _events_in(self, folder: str) -> Iterator[Event]:
        try:
            yield from read_events(folder, only=EVENT_TYPES)
        except FlowError as error:
            self.failed.emit(str(error))

    def _take_recorded(self, event: Event) -> None:
        if self._recorded is not None:
            self._recorded.take(event)

    def _tell_loaded(self) -> None:
        if self._recorded is not None:
            self.loaded.emit(self._recorded.folder)

    def _touch(self) -> None:
        """See to it that what changed is drawn soon."""
        if self.isVisible() and not self._redraw.isActive():
            self._redraw.start()

    def _draw(self) -> None:
        if self.isVisible():
            self.bar.name_runs([(_name(run), self.charts.colour(number)) for number, run in enumerate(self._runs)])
            self.charts.prepare()
            self._drawing.start(iter(self.charts.all))

    def _ask(self, title: str, kind: str, save: Callable[[str], None]) -> None:
        path, _ = QFileDialog.getSaveFileName(self, title, "", kind)
        if path:
            save(path)

    def _write_csv(self, path: str | Path, series: tuple[Series, ...]) -> None:
        try:
            write_atomically(path, csv_text(series).encode())
        except OSError as error:
            self.failed.emit(f"The values were not saved: {error.strerror or error}: {path}.")
        else:
            self.saved.emit(str(path))


def _name(run: RunCurves) -> str:
    return f"{run.title or Path(run.folder).name} · seed {run.seed}"
