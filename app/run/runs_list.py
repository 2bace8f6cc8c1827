"""The recorded runs of a folder: seen at a glance, reopened in the plots, resumed, found on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QIcon, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStackedWidget,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.plots.figures import count, figure
from app.run.slices import Slices
from app.themes import Theme, number_font
from engine.events import Event, NodeStateName, RunEnded, RunStarted
from engine.run_rows import RunRow, rows_below

COLUMNS: Final = ("Run", "Status", "Seed", "Best return", "Env steps", "Steps/s", "Started")
WIDTHS: Final = (200, 105, 50, 90, 80, 70, 145)  # pixels; the first takes what is left
NUMBERS: Final = range(2, 6)  # columns, aligned at their right
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
ROW: Final = Qt.ItemDataRole.UserRole
ORDER: Final = Qt.ItemDataRole.UserRole + 1
LOOKS: Final[dict[str, NodeStateName]] = {
    "finished": "done",
    "stopped": "done",
    "failed": "failed",
    "interrupted": "paused",
    "running": "running",
}


class RunsList(QWidget):
    """Lists the runs below `folder`; `take` keeps it up to date while runs start and end.

    Signals:
        open_wished(str): show the plots of the run in this folder.
        resume_wished(str): go on with the run in this folder.
    """

    open_wished = Signal(str)
    resume_wished = Signal(str)

    def __init__(self, theme: Theme, folder: str | Path = "runs", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._folder = Path(folder)
        self._live = ""
        self._slices = Slices(self._add, self)
        self._slices.ended.connect(self._show_what_there_is)
        self._model = QStandardItemModel(0, len(COLUMNS), self)
        self._model.setHorizontalHeaderLabels(COLUMNS)
        for column in NUMBERS:
            self._model.horizontalHeaderItem(column).setTextAlignment(RIGHT)
        self._model.setSortRole(ORDER)
        self.view = self._make_view()
        self._empty = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        self.open = self._action("Show plots", "chart", lambda row: self.open_wished.emit(str(row.folder)))
        self.resume = self._action("Resume", "resume", lambda row: self.resume_wished.emit(str(row.folder)))
        self.reveal = self._action("Open folder", "open", self._reveal)
        self._lay_out()
        self.set_theme(theme)
        self.refresh()

    @property
    def rows(self) -> tuple[RunRow, ...]:
        """The runs in the list, in the order shown."""
        return tuple(self._model.item(number, 0).data(ROW) for number in range(self._model.rowCount()))

    @property
    def empty_text(self) -> str:
        """The sentence that stands in for the list; nothing while there are runs."""
        return self._empty.text() if self._pages.currentWidget() is self._empty else ""

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._theme = theme
        for action in (self.open, self.resume, self.reveal):
            action.setIcon(icon(action.data(), theme))
        for number, row in enumerate(self.rows):
            self._model.item(number, 1).setIcon(self._status_icon(row))

    def show_folder(self, folder: str | Path) -> None:
        """List the runs below another folder."""
        self._folder = Path(folder)
        self.refresh()

    def refresh(self) -> None:
        """Read the folder again."""
        self._model.setRowCount(0)
        self._empty.setText("")
        self._slices.start(rows_below(self._folder))

    def take(self, event: Event) -> None:
        """Refresh when a run has started or ended."""
        if isinstance(event, RunStarted):
            self._live = event.folder
            self.refresh()
        elif isinstance(event, RunEnded):
            self._live = ""
            self.refresh()

    def _add(self, row: RunRow) -> None:
        status = "running" if str(row.folder) == self._live else row.status
        items = [
            _item(row.title, row.title.lower()),
            _item(status, status),
            _item(str(row.seed), row.seed),
            _item("–" if row.best is None else figure(row.best), row.best),
            _item("–" if row.env_steps is None else count(row.env_steps, 3), row.env_steps),
            _item("–" if row.env_steps_per_s is None else count(row.env_steps_per_s, 3), row.env_steps_per_s),
            _item(*((f"{row.started:%Y-%m-%d %H:%M}", row.started.timestamp()) if row.started else ("–", None))),
        ]
        items[0].setData(row, ROW)
        items[0].setToolTip(str(row.folder))
        items[1].setIcon(self._status_icon(row))
        for column in NUMBERS:
            items[column].setTextAlignment(RIGHT)
        self._model.appendRow(items)
        self._pages.setCurrentWidget(self.view)

    def _show_what_there_is(self) -> None:
        if not self._model.rowCount():
            self._empty.setText(f"No runs in {self._folder.absolute()} yet.\nEach run that you start is kept there.")
            self._pages.setCurrentWidget(self._empty)
        header = self.view.header()
        self._model.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        self._choose()

    def _status_icon(self, row: RunRow) -> QIcon:
        look = LOOKS.get("running" if str(row.folder) == self._live else row.status, "ready")
        return icon(f"state_{look}", self._theme, self._theme.state_colour(look))

    def _chosen(self) -> RunRow | None:
        index = self.view.currentIndex()
        return self._model.item(index.row(), 0).data(ROW) if index.isValid() else None

    def _choose(self) -> None:
        row = self._chosen()
        self.open.setEnabled(row is not None)
        self.reveal.setEnabled(row is not None)
        self.resume.setEnabled(row is not None and row.resumable and not self._live)

    def _reveal(self, row: RunRow) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(row.folder)))

    def _action(self, text: str, icon_name: str, do: Callable[[RunRow], None]) -> QAction:
        action = QAction(text, self)
        action.setData(icon_name)
        action.triggered.connect(lambda: (row := self._chosen()) and do(row))
        self.view.addAction(action)
        return action

    def _make_view(self) -> QTreeView:
        view = QTreeView(accessibleName="Runs", rootIsDecorated=False, uniformRowHeights=True, sortingEnabled=True)
        view.setModel(self._model)
        view.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        view.setFont(number_font(10))
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        view.header().setSortIndicator(len(COLUMNS) - 1, Qt.SortOrder.DescendingOrder)
        view.header().setStretchLastSection(False)
        view.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(WIDTHS):
            view.setColumnWidth(column, width)
        view.activated.connect(lambda _: self.open.trigger())
        view.selectionModel().currentChanged.connect(lambda *_: self._choose())
        return view

    def _lay_out(self) -> None:
        self._empty.setProperty("role", "muted")
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.view)
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 0)
        for action in (self.open, self.resume, self.reveal):
            button = QToolButton(iconSize=QSize(16, 16))
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            row.addWidget(button)
        row.addStretch(1)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(4)
        body.addLayout(row)
        body.addWidget(self._pages, 1)


def _item(text: str, order: float | str | None) -> QStandardItem:
    item = QStandardItem(text)
    item.setData(-1e300 if order is None else order, ORDER)
    return item
