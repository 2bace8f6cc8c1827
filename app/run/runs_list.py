"""The recorded runs of a folder: found, laid over each other, compared, named, resumed, deleted."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent, QStandardItem
from PySide6.QtWidgets import (
    QHeaderView,
    QLabel,
    QLineEdit,
    QMessageBox,
    QStackedWidget,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.actions import make_action, set_icons
from app.run.runs_model import COLUMNS, ROW, RunsModel
from app.run.slices import Slices
from app.run.trash import delete_for_good, to_trash
from app.themes import Theme, number_font
from app.tool_row import ToolRow
from engine.events import Event, RunEnded, RunStarted
from engine.problems import FlowError
from engine.run_rows import RunRow, rows_below
from engine.runs import RunFolder

WIDTHS: Final = (200, 100, 46, 84, 84, 74, 60, 60, 70, 138)  # pixels; the first takes what is left
NAME: Final = 160  # pixels that the name shall have
GIVE_WAY: Final = (8, 5, 6, 7, 2, 1, 4, 3)  # the columns that are left out of a narrow list, in this order
SEARCH_WIDTH: Final = 180
ROOMY: Final = 840  # pixels


class RunsList(QWidget):
    """Lists the runs below `folder`; `take` keeps it up to date while runs start and end.

    Signals:
        open_wished(object): show the plots of the runs in these folders, laid over each other.
        compare_wished(str, str): show what differs between the runs in these two folders.
        resume_wished(str): go on with the run in this folder.
        deleted(object): these folders were moved to the trash; a list of `Deleted`, each of which can be undone.
        refused(str): something could not be done; one line that says why.
    """

    open_wished = Signal(object)
    compare_wished = Signal(str, str)
    resume_wished = Signal(str)
    deleted = Signal(object)
    refused = Signal(str)

    def __init__(self, theme: Theme, folder: str | Path = "runs", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._folder = Path(folder)
        self._live = ""
        self._slices = Slices(self._add, self)
        self._slices.ended.connect(self._show_what_there_is)
        self._model = RunsModel(theme, self)
        self._model.items.itemChanged.connect(self._name)
        self.view = self._make_view()
        self.search = QLineEdit(placeholderText="Find a run", accessibleName="Find a run", clearButtonEnabled=True)
        self.search.textChanged.connect(self._model.setFilterFixedString)
        self._empty = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self._pages = QStackedWidget()
        view = self.view
        self.open = make_action("runs_open", self, self._open, view)
        self.compare = make_action("runs_compare", self, self._compare, view)
        self.resume = make_action("runs_resume", self, self._resume, view)
        self.rename = make_action("runs_rename", self, lambda: view.edit(view.currentIndex()), view)
        self.delete = make_action("runs_delete", self, self._delete, view)
        self.reveal = make_action("runs_reveal", self, self._reveal, view)
        self._actions = (self.open, self.compare, self.resume, self.rename, self.delete, self.reveal)
        self._lay_out()
        self.set_theme(theme)
        self.refresh()

    @property
    def rows(self) -> tuple[RunRow, ...]:
        """The runs in the list, in the order shown."""
        return self._model.rows

    @property
    def empty_text(self) -> str:
        """The sentence that stands in for the list; nothing while there are runs."""
        return self._empty.text() if self._pages.currentWidget() is self._empty else ""

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._model.set_theme(theme)
        set_icons(self._actions, theme)

    def show_folder(self, folder: str | Path) -> None:
        """List the runs below another folder."""
        self._folder = Path(folder)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave columns out until the names of the runs can be read."""
        super().resizeEvent(event)
        lacking = NAME + sum(WIDTHS[1:]) - self.width()
        for column in GIVE_WAY:
            self.view.setColumnHidden(column, lacking > 0)
            lacking -= WIDTHS[column]

    def refresh(self) -> None:
        """Read the folder again."""
        self._model.clear()
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

    def selected(self) -> list[RunRow]:
        """Return the selected runs, from the top."""
        indexes = sorted(self.view.selectionModel().selectedRows(), key=lambda index: index.row())
        return [self._model.row(index) for index in indexes]

    def _add(self, row: RunRow) -> None:
        self._model.add(row, live=str(row.folder) == self._live)
        self._pages.setCurrentWidget(self.view)

    def _show_what_there_is(self) -> None:
        if not self._model.items.rowCount():
            self._empty.setText(f"No runs in {self._folder.absolute()} yet.\nEach run that you start is kept there.")
            self._pages.setCurrentWidget(self._empty)
        header = self.view.header()
        self._model.sort(header.sortIndicatorSection(), header.sortIndicatorOrder())
        self._choose()

    def _choose(self) -> None:
        """Enable what can be done with the selected runs."""
        rows = self.selected()
        one, at_rest = len(rows) == 1, all(str(row.folder) != self._live for row in rows)
        self.open.setEnabled(bool(rows))
        self.compare.setEnabled(len(rows) == 2)
        self.resume.setEnabled(one and rows[0].resumable and not self._live)
        self.rename.setEnabled(one)
        self.delete.setEnabled(bool(rows) and at_rest)
        self.reveal.setEnabled(one)

    def _open(self) -> None:
        self.open_wished.emit([str(row.folder) for row in self.selected()])

    def _compare(self) -> None:
        newer, older = self.selected()
        self.compare_wished.emit(str(older.folder), str(newer.folder))

    def _resume(self) -> None:
        self.resume_wished.emit(str(self.selected()[0].folder))

    def _reveal(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.selected()[0].folder)))

    def _name(self, item: QStandardItem) -> None:
        """Keep the name that was typed for a run."""
        row = item.data(ROW)
        if row is None or item.text() == row.name:
            return
        try:
            RunFolder.open(row.folder).name_it("" if item.text() == row.title else item.text())
        except FlowError as error:
            self.refused.emit(str(error))
        self.refresh()

    def _delete(self) -> None:
        """Move the selected runs to the trash; where there is none, ask whether to delete them for good."""
        moved = [(row, to_trash(row.folder)) for row in self.selected()]
        if gone := [deleted for _, deleted in moved if deleted]:
            self.deleted.emit(gone)
        if stuck := [row for row, deleted in moved if not deleted]:
            self._ask_to_delete(stuck)
        self.refresh()

    def _ask_to_delete(self, rows: list[RunRow]) -> None:
        box = QMessageBox(self)
        box.setWindowTitle("Delete runs")
        box.setText(f"<b>Delete {len(rows)} run{'s' if len(rows) > 1 else ''} for good?</b>")
        box.setInformativeText("There is no trash for this folder, so this cannot be undone.")
        delete = box.addButton("Delete", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        delete.clicked.connect(lambda: self._delete_for_good(rows))
        box.open()

    def _delete_for_good(self, rows: list[RunRow]) -> None:
        for row in rows:
            try:
                delete_for_good(row.folder)
            except OSError as error:
                self.refused.emit(f"{row.name} was not deleted whole: {error.strerror or error}")
        self.refresh()

    def _make_view(self) -> QTreeView:
        view = QTreeView(accessibleName="Runs", rootIsDecorated=False, uniformRowHeights=True, sortingEnabled=True)
        view.setModel(self._model)
        view.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        view.setSelectionMode(QTreeView.SelectionMode.ExtendedSelection)
        view.setFont(number_font(10))
        view.setStyleSheet("QTreeView::item { border-radius: 0; }")  # a row is one thing, and not ten with corners
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        view.header().setSortIndicator(len(COLUMNS) - 1, Qt.SortOrder.DescendingOrder)
        view.header().setStretchLastSection(False)
        view.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(WIDTHS):
            view.setColumnWidth(column, width)
        view.activated.connect(lambda _: self.open.trigger())
        view.selectionModel().selectionChanged.connect(lambda *_: self._choose())
        return view

    def _lay_out(self) -> None:
        self._empty.setProperty("role", "muted")
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self.view)
        tools = ToolRow(ROOMY)
        for action in self._actions:
            tools.add_action(action)
        tools.row.addStretch(1)
        self.search.setMaximumWidth(SEARCH_WIDTH)
        tools.row.addWidget(self.search, 1)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(4)
        body.addWidget(tools)
        body.addWidget(self._pages, 1)
