"""Opening and saving: which file the graph belongs to, and what happens to unsaved work.

Dialogs open and return; what follows the answer is a callback, so that nothing in the window ever waits.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from app.arranging import places_for_the_rest
from app.editing import Editing
from app.edits import move_nodes
from app.notices import Notice, Notices, listed
from app.recovery import LeftBehind, Recovery
from app.restoring import graph_behind
from app.settings import Places, Settings
from app.snapshots import Snapshots
from engine.catalogue import Catalogue
from engine.document import Document, load
from engine.problems import FlowError, GraphFileError

EXAMPLES: Final = Path(__file__).parent.parent / "saved_graphs"
FIRST_EXAMPLE: Final = EXAMPLES / "ppo_cartpole.json"
KINDS: Final = "Graphs (*.json);;All files (*)"
RECOVERY_DELAY: Final = 2_000  # ms after the first edit that is in no copy; a crash loses no more


class Files(QObject):
    """Reads and writes the open document for one window, and keeps its recovery copy.

    Attributes:
        locked: whether the graph runs, so that no other can be opened.
        snapshots: those of the open document.

    Signals:
        opened(): another document is open now.
    """

    opened = Signal()

    def __init__(
        self, window: QWidget, editing: Editing, catalogue: Catalogue, notices: Notices, settings: Settings,
        places: Places,
    ) -> None:  # fmt: skip
        super().__init__(window)
        self._window = window
        self._editing = editing
        self._catalogue = catalogue
        self._notices = notices
        self._settings = settings
        self._recovery = Recovery(places.state / "recovery")
        self.snapshots = Snapshots(places.state / "snapshots")
        self.locked = False
        self._soon = QTimer(self, singleShot=True, interval=RECOVERY_DELAY)
        self._soon.timeout.connect(self.keep_copy)
        editing.watch(self._keep_copy_soon)

    def new(self) -> None:
        """Begin an empty graph, once unsaved work is taken care of."""
        self.begin(Document())

    def begin(self, document: Document, then: Callable[[], None] = lambda: None) -> None:
        """Open a graph that belongs to no file until it is saved, once unsaved work is taken care of; then go on."""

        def start() -> None:
            self._start(document)
            then()

        self.settle(start)

    def choose(self) -> None:
        """Ask which file to open."""
        dialog = self._dialog("Open a graph", QFileDialog.AcceptMode.AcceptOpen)
        dialog.fileSelected.connect(lambda name: self.open(Path(name)))
        dialog.open()

    def open(self, path: Path) -> None:
        """Open a graph file; one that cannot be read leaves the open document alone and says why."""
        try:
            document = load(path)
        except GraphFileError as error:
            text = f"{path.name} was not opened. The graph here is as it was."
            self._notices.add(Notice("error", text, listed(error.problems), topic="open"))
            return
        self.settle(lambda: self._start(document, path))

    def open_example(self, path: Path) -> None:
        """Open a copy of an example, which belongs to no file until it is saved."""
        try:
            document = load(path)
        except GraphFileError as error:
            self._notices.add(Notice("error", "The example was not opened.", listed(error.problems), topic="open"))
        else:
            self.begin(document)

    def restore(self, path: Path) -> None:
        """Open the graph behind a run's folder, a checkpoint or a picture; it belongs to no file until it is saved."""
        try:
            document = graph_behind(path)
        except FlowError as error:
            text = f"There is no graph to restore from {path.name}. The graph here is as it was."
            self._notices.add(Notice("error", text, listed(error.problems), topic="open"))
        else:
            self.begin(document)

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save to the document's file, or ask for one; then go on. What others wrote there meanwhile stays."""
        path = self._editing.path
        if path is None:
            self.save_as(then)
        elif self._editing.changed_on_disk() and path.exists():
            self.tell_changed(path)
        else:
            self._write(path, then)

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask for a file and save there; then go on."""
        dialog = self._dialog("Save the graph", QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        name = self._editing.path.name if self._editing.path else f"{_file_name(self._editing.document.title)}.json"
        dialog.selectFile(name)
        dialog.fileSelected.connect(lambda chosen: self._write(Path(chosen), then))
        dialog.open()

    def revert(self) -> None:
        """Read the document's file again; undo takes that back."""
        try:
            self._editing.revert()
        except GraphFileError as error:
            text = "The file was not read again. The graph here is as it was."
            self._notices.add(Notice("error", text, listed(error.problems), topic="open"))

    def settle(self, then: Callable[[], None]) -> None:
        """Ask what to do with unsaved work, if there is any, and go on unless the person cancels."""
        if self.locked:
            text = "This graph is running. Stop the run to open another."
            self._notices.add(Notice("info", text, topic="open"))
            return
        self.settle_unsaved(then)

    def settle_unsaved(self, then: Callable[[], None]) -> None:
        """Ask what to do with unsaved work even while the graph runs: the studio is to close."""
        if not self._editing.dirty:
            then()
            return
        buttons = QMessageBox.StandardButton
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("Unsaved work")
        box.setText(f"<b>Save the changes to “{self._editing.name}”?</b>")
        box.setInformativeText("They are lost otherwise.")
        box.setStandardButtons(buttons.Save | buttons.Discard | buttons.Cancel)
        box.setDefaultButton(buttons.Save)
        box.button(buttons.Save).clicked.connect(lambda: self.save(then))
        box.button(buttons.Discard).clicked.connect(then)
        box.open()

    def look_at_disk(self) -> None:
        """Tell if somebody else has changed the document's file."""
        if self._editing.path and self._editing.changed_on_disk():
            self.tell_changed(self._editing.path)

    def tell_changed(self, path: Path) -> None:
        """Say that the file was changed by somebody else, and offer both ways out."""
        if not path.exists():
            self._editing.keep_mine()
            self._notices.add(
                Notice("warning", f"{path.name} is no longer on disk. Save to write it anew.", topic="disk")
            )
            return
        choices = (("Read theirs", self.revert), ("Keep mine", self._keep_mine))
        self._notices.add(Notice("warning", f"{path.name} was changed by another program.", "", choices, "disk"))

    def keep_copy(self) -> None:
        """Write the recovery copy if there is unsaved work, and delete it if there is none."""
        self._soon.stop()
        if not self._editing.dirty:
            self._recovery.drop()
            return
        try:
            self._recovery.keep(self._editing.document, self._editing.path, self.snapshots.shelf)
        except OSError as error:
            text = f"No recovery copy could be written: {error.strerror or error}"
            self._notices.add(Notice("warning", text, "Save your work to be safe.", topic="recovery"))

    def _keep_copy_soon(self) -> None:
        """Start to wait, but never anew: who edits without a pause would have no copy at all."""
        if not self._soon.isActive():
            self._soon.start()

    def drop_copy(self) -> None:
        """Delete the recovery copy: the studio closes in peace."""
        self._soon.stop()
        self._recovery.drop()

    def offer_recovery(self) -> None:
        """Offer the newest work that a crash left behind."""
        left = self._recovery.left_behind()
        if left:
            found = left[0]
            text = f"Unsaved work on {found.name} was found, from {found.when:%d %B, %H:%M}."
            choices = (("Restore", lambda: self._restore(found)), ("Discard", found.discard))
            self._notices.add(Notice("info", text, "", choices, "recovery"))

    def _restore(self, found: LeftBehind) -> None:
        self.settle(lambda: self._take_over(found))

    def _take_over(self, found: LeftBehind) -> None:
        self.snapshots.open(found.path, found.shelf)
        self._editing.start(found.document, found.path, unsaved=True)
        self.keep_copy()
        found.discard()
        self.opened.emit()

    def _keep_mine(self) -> None:
        self._editing.keep_mine()
        self.save()

    def _start(self, document: Document, path: Path | None = None) -> None:
        document = move_nodes(document, places_for_the_rest(document, self._catalogue))
        self._notices.remove_topic("open")
        self._notices.remove_topic("disk")
        self.snapshots.open(path)
        self._editing.start(document, path)
        self.keep_copy()
        if path:
            self._settings.add_recent(path)
        if document.read_only:
            text = f"A newer version made this graph ({document.version}). It opens, but cannot be saved here."
            self._notices.add(Notice("warning", text, topic="open"))
        self.opened.emit()

    def _write(self, path: Path, then: Callable[[], None] | None) -> None:
        try:
            self._editing.save(path)
        except GraphFileError as error:
            self._notices.add(Notice("error", "The graph was not saved.", listed(error.problems), topic="save"))
            return
        self._notices.remove_topic("save")
        self._notices.remove_topic("disk")
        self._settings.add_recent(path)
        self._take_snapshots_along(path)
        self.keep_copy()
        if then:
            then()

    def _take_snapshots_along(self, path: Path) -> None:
        try:
            self.snapshots.follow(path)
        except OSError as error:
            text = f"The snapshots could not be taken along to {path.name}: {error.strerror or error}"
            self._notices.add(Notice("warning", text, "File, Snapshots lists those of all graphs.", topic="save"))

    def _dialog(self, title: str, mode: QFileDialog.AcceptMode) -> QFileDialog:
        folder = self._editing.path.parent if self._editing.path else Path.cwd()
        dialog = QFileDialog(self._window, title, str(folder), KINDS)
        dialog.setAcceptMode(mode)
        dialog.setFileMode(
            QFileDialog.FileMode.AnyFile
            if mode == QFileDialog.AcceptMode.AcceptSave
            else QFileDialog.FileMode.ExistingFile
        )
        return dialog


def _file_name(title: str) -> str:
    """Turn a title into a file name: `"PPO on CartPole"` is `"ppo_on_cartpole"`."""
    words = "".join(letter if letter.isalnum() else " " for letter in title.lower()).split()
    return "_".join(words) or "graph"
