"""Keeping the graph as it is now under a name, and going back to what was kept, as one step of undo."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QLineEdit

from app.snapshots import Snapshot
from app.snapshots_dialog import SnapshotsDialog

if TYPE_CHECKING:
    from app.main_window import MainWindow

WIDTH: Final = 360  # pixels of the question for a name


class Keeping:
    """What the File menu's commands on snapshots do, in one window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._snapshots = window.files.snapshots

    def ask(self) -> None:
        """Ask for a name, which is the time unless one writes another, and keep the graph."""
        dialog = QInputDialog(self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Keep a snapshot")
        dialog.setLabelText("Name of the snapshot")
        dialog.setTextValue(f"{datetime.now():%d %B, %H:%M}")
        dialog.setOkButtonText("Keep")
        dialog.findChild(QLineEdit).setMinimumWidth(WIDTH)  # the dialog's own width follows it
        dialog.textValueSelected.connect(self.keep)
        dialog.open()

    def keep(self, name: str) -> None:
        """Keep the graph under a name."""
        editing, name = self._window.editing, name.strip() or f"{datetime.now():%d %B, %H:%M}"
        try:
            self._snapshots.keep(name, editing.document, editing.path)
        except OSError as error:
            self._window.toast.say(f"The snapshot could not be kept: {error.strerror or error}")
        else:
            self._window.toast.say(f"Kept “{name}”")

    def show(self) -> None:
        """List the snapshots."""
        window = self._window
        dialog = SnapshotsDialog(self._snapshots, window.editing.document, window.catalogue, window.theme, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.shortcuts.dress(dialog)
        dialog.restore_wished.connect(self.restore)
        dialog.open()

    def restore(self, snapshot: Snapshot) -> None:
        """Let the document be as it was, unless it runs; undo takes that back."""
        if snapshot.document and self._window.gestures.is_free():
            self._window.editing.edit(f"Restore “{snapshot.name}”", snapshot.document)
            self._window.canvas.fit()
            self._window.toast.say(f"Restored “{snapshot.name}”")
