"""The snapshots that were kept: each with its picture and what has changed since, to restore, rename and delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.actions import make_action
from app.button import push_button
from app.canvas import Photographer
from app.fitting import fit_to_screen
from app.snapshots import Snapshot, Snapshots
from app.themes import Theme
from engine.catalogue import Catalogue
from engine.comparing import differences
from engine.document import Document

SIZE: Final = QSize(940, 560)
PICTURE: Final = QSize(360, 190)
DRAWN: Final = 200  # nodes; the picture of a larger graph would keep the window waiting
SNAPSHOT: Final = Qt.ItemDataRole.UserRole
NONE: Final = "No snapshot of this graph yet. File, Keep a snapshot keeps it as it is."
GRAPH: Final = 3  # the column that tells whose it is


class SnapshotsDialog(QDialog):
    """Lists snapshots and compares them with the document that is open now.

    Signals:
        restore_wished(object): the document is to be as it was in this `Snapshot`.
    """

    restore_wished = Signal(object)

    def __init__(
        self, snapshots: Snapshots, document: Document, catalogue: Catalogue, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle("Snapshots")
        self._snapshots, self._document, self._catalogue = snapshots, document, catalogue
        self._deleted: Snapshot | None = None
        self._since: dict[Path, Sequence[str]] = {}
        self._photographer = Photographer(catalogue, theme, self)
        self.list = self._make_list()
        self.everywhere = QPushButton("Those of &all graphs", checkable=True, autoDefault=False)
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setFixedSize(PICTURE)
        self.headline = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.changes = QListWidget(accessibleName="What has changed since", wordWrap=True)
        self.words = QLabel(wordWrap=True, textFormat=Qt.TextFormat.PlainText)
        self.restore = push_button("&Restore", self._restore)
        self.restore.setProperty("primary", True)
        self.rename = push_button("Re&name", self._rename)
        self.delete = push_button("&Delete", self._delete)
        self.undo = push_button("&Undo", self._put_back)
        self.buttons = QDialogButtonBox()
        self.buttons.addButton(QPushButton("Close", autoDefault=False), QDialogButtonBox.ButtonRole.RejectRole)
        self._lay_out()
        self._join()
        self.refresh()
        fit_to_screen(self, SIZE)

    @property
    def chosen(self) -> Snapshot | None:
        """The snapshot that is chosen in the list."""
        item = self.list.currentItem()
        return item.data(0, SNAPSHOT) if item else None

    def refresh(self) -> None:
        """Read the snapshots again; what was chosen stays so, if it is still there."""
        file = self.chosen.file if self.chosen else None
        found = self._snapshots.of_all_graphs() if self.everywhere.isChecked() else self._snapshots.all()
        self._since = {snapshot.file: self._changes(snapshot) for snapshot in found}
        self.list.blockSignals(True)
        self.list.clear()
        items = [self._row(snapshot) for snapshot in found]
        self.list.setCurrentItem(next((item for item in items if item.data(0, SNAPSHOT).file == file), None))
        if not self.list.currentItem() and items:
            self.list.setCurrentItem(items[0])
        self.list.setColumnHidden(GRAPH, not self.everywhere.isChecked())
        self.list.blockSignals(False)
        self._show()

    # what is done

    def _restore(self) -> None:
        if self.chosen and self.chosen.document:
            self.restore_wished.emit(self.chosen)
            self.accept()

    def _rename(self) -> None:
        if self.chosen and self.chosen.document:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            self.list.editItem(self.list.currentItem(), 0)

    def _take_name(self, item: QTreeWidgetItem) -> None:
        """Keep the name that was written, once the list has taken note of its change: then it is made anew."""
        snapshot, name = item.data(0, SNAPSHOT), item.text(0).strip()
        QTimer.singleShot(0, self, lambda: self._name(snapshot, name))

    def _name(self, snapshot: Snapshot, name: str) -> None:
        if name and name != snapshot.name:
            self._try(lambda: self._snapshots.rename(snapshot, name), f"“{snapshot.name}” is called “{name}” now.")
        self.refresh()

    def _delete(self) -> None:
        if snapshot := self.chosen:
            done = self._try(lambda: self._snapshots.delete(snapshot), f"“{snapshot.name}” is deleted.")
            self._deleted = snapshot if done else None
            self.refresh()
            self.undo.setVisible(done)

    def _put_back(self) -> None:
        if snapshot := self._deleted:
            self._try(lambda: self._snapshots.put_back(snapshot), f"“{snapshot.name}” is back.")
            self.undo.hide()
            self.refresh()
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _try(self, do: Callable[[], object], done: str) -> bool:
        """Do something with files, and say what has come of it."""
        try:
            do()
        except OSError as error:
            self.words.setText(f"The disk refused: {error.strerror or error}.")
            return False
        self.words.setText(done)
        return True

    # what is shown

    def _row(self, snapshot: Snapshot) -> QTreeWidgetItem:
        told = [snapshot.name, f"{snapshot.when:%d %B, %H:%M}", self._sum(snapshot), snapshot.graph]
        row = QTreeWidgetItem(self.list, told)
        row.setData(0, SNAPSHOT, snapshot)
        if snapshot.document:
            row.setFlags(row.flags() | Qt.ItemFlag.ItemIsEditable)
        return row

    def _sum(self, snapshot: Snapshot) -> str:
        if snapshot.document is None:
            return "cannot be read"
        changes = self._since[snapshot.file]
        if not changes:
            return "same as now" if snapshot.document == self._document else "looks only"
        return f"{len(changes)} changes" if len(changes) > 1 else "1 change"

    def _changes(self, snapshot: Snapshot) -> Sequence[str]:
        if snapshot.document is None or snapshot.document == self._document:
            return ()
        return [str(change) for change in differences(snapshot.document, self._document, self._catalogue)]

    def _show(self) -> None:
        """Tell of the chosen snapshot; its picture follows, so that the list is quick."""
        snapshot = self.chosen
        document = snapshot.document if snapshot else None
        self.changes.clear()
        self.picture.clear()
        for button in (self.restore, self.rename):
            button.setEnabled(document is not None)
        self.delete.setEnabled(snapshot is not None)
        self.headline.setText(self._headline(snapshot))
        if snapshot and document:
            self.changes.addItems(self._since[snapshot.file])
            QTimer.singleShot(0, self, self._take_picture)
        elif snapshot:
            self.changes.addItem(snapshot.fault)

    def _headline(self, snapshot: Snapshot | None) -> str:
        if snapshot is None:
            return NONE
        if snapshot.document is None:
            return str(snapshot.file)
        if self._since[snapshot.file]:
            return "What has changed since:"
        if snapshot.document == self._document:
            return "Nothing has changed since."
        return "Only places, titles and comments have changed since."

    def _take_picture(self) -> None:
        if self.chosen and self.chosen.document and len(self.chosen.document.nodes) <= DRAWN:
            picture = self._photographer.take(self.chosen.document, PICTURE, self.devicePixelRatioF())
            self.picture.setPixmap(picture)
            self.picture.setAccessibleName(f"Picture of {self.chosen.name}")

    def _make_list(self) -> QTreeWidget:
        made = QTreeWidget(accessibleName="Snapshots", columnCount=GRAPH + 1, rootIsDecorated=False)
        made.setHeaderLabels(["Name", "From", "Changed since", "Graph"])
        made.setEditTriggers(QTreeWidget.EditTrigger.NoEditTriggers)
        made.setStyleSheet("QTreeView::item { border-radius: 0; }")  # a row is one thing, and not four with corners
        made.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        made.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        made.header().setStretchLastSection(False)
        make_action("snapshots_restore", made, self._restore, made)
        make_action("snapshots_rename", made, self._rename, made)
        make_action("snapshots_delete", made, self._delete, made)
        return made

    def _join(self) -> None:
        self.list.currentItemChanged.connect(lambda *_: self._show())
        self.list.itemDoubleClicked.connect(lambda *_: self._restore())
        self.list.itemChanged.connect(self._take_name)
        self.everywhere.toggled.connect(self.refresh)
        self.buttons.rejected.connect(self.reject)

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addWidget(self.everywhere, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.picture, self.headline, self.changes):
            right.addWidget(widget)
        self.changes.setFixedWidth(PICTURE.width())
        self.changes.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QHBoxLayout()
        body.setSpacing(14)
        body.addLayout(left, 1)
        body.addLayout(right)
        row = QHBoxLayout()
        for button in (self.restore, self.rename, self.delete):
            row.addWidget(button)
        row.addWidget(self.words, 1)
        row.addWidget(self.undo)
        row.addWidget(self.buttons)
        self.undo.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(12)
        column.addLayout(body, 1)
        column.addLayout(row)
