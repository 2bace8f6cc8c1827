"""The open document and its history. No Qt.

The document here is the single truth of the studio: widgets wish for an edit, and draw what comes back through
`watch`. Undo is the list of former documents, each with the name of the edit that led on from it. Consecutive edits
of one field (typing, spinning, dragging) are one step.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from engine.document import Document, load, save

Stamp = tuple[int, int]  # mtime in ns, size in bytes

HISTORY = 500  # steps kept; a document shares everything that an edit left alone


@dataclass(frozen=True, slots=True)
class Step:
    """One undo step: what it was called, and the documents before and after; `field` is what may be merged."""

    name: str
    before: Document
    after: Document
    field: str = ""


class Editing:
    """One open document: edits with undo and redo, its file, and who wants to know.

    Attributes:
        document: the graph as it is now.
        path: the file it belongs to; None before the first save.
    """

    def __init__(self, document: Document | None = None) -> None:
        self.document = document or Document()
        self.path: Path | None = None
        self._saved = self.document
        self._stamp: Stamp | None = None
        self._undo: list[Step] = []
        self._redo: list[Step] = []
        self._watchers: list[Callable[[], None]] = []

    def watch(self, callback: Callable[[], None]) -> None:
        """Call `callback` after every change of the document, its file or its history."""
        self._watchers.append(callback)

    def edit(self, name: str, document: Document, field: str = "") -> bool:
        """Take over the result of an edit; return whether it changed anything.

        Args:
            name: the edit in words, for the Undo menu: `"Set epochs of train_1"`.
            document: the document after it.
            field: steps with the same one that follow each other are merged, such as `"train_1.epochs"`.
        """
        if document == self.document:
            return False
        last = self._undo[-1] if self._undo and not self._redo else None
        if last is not None and field and last.field == field:
            self._undo[-1] = replace(last, after=document)
        else:
            self._undo.append(Step(name, self.document, document, field))
        del self._undo[:-HISTORY]
        self._redo.clear()
        self._show(document)
        return True

    def undo(self) -> None:
        """Go back one step, if there is one."""
        if self._undo:
            step = self._undo.pop()
            self._redo.append(step)
            self._show(step.before)

    def redo(self) -> None:
        """Go forward again one step, if there is one."""
        if self._redo:
            step = self._redo.pop()
            self._undo.append(replace(step, field=""))
            self._show(step.after)

    @property
    def undo_name(self) -> str:
        """What undo would take back; empty if nothing."""
        return self._undo[-1].name if self._undo else ""

    @property
    def redo_name(self) -> str:
        """What redo would do again; empty if nothing."""
        return self._redo[-1].name if self._redo else ""

    @property
    def dirty(self) -> bool:
        """Whether the document differs from its file."""
        return self.document is not self._saved and self.document != self._saved

    @property
    def name(self) -> str:
        """What to call the document in a title bar: its file's name, or its title."""
        return self.path.name if self.path else self.document.title or "Untitled"

    def start(self, document: Document, path: Path | None = None, *, unsaved: bool = False) -> None:
        """Open another document, with an empty history.

        `unsaved` opens it dirty: an example that was restored or recovered and stands in no file as it is.
        """
        self.path = path
        self._saved = Document() if unsaved else document
        self._stamp = _stamp(path)
        self._undo.clear()
        self._redo.clear()
        self._show(document)

    def save(self, path: Path | None = None) -> None:
        """Write the document to `path`, or to its own file.

        Raises:
            GraphFileError: it could not be written; the old file is intact and the document still dirty.
            ValueError: there is no file yet.
        """
        target = path or self.path
        if target is None:
            raise ValueError("the document has no file yet")
        save(self.document, target)
        self.path, self._saved, self._stamp = target, self.document, _stamp(target)
        self._undo = [replace(step, field="") for step in self._undo]
        self._tell()

    def revert(self) -> None:
        """Read the file again, as an edit that undo takes back.

        Raises:
            GraphFileError: the file cannot be read; the document stays.
        """
        if self.path is not None:
            document = load(self.path)
            self._saved, self._stamp = document, _stamp(self.path)
            if not self.edit("Revert to the file", document):
                self._tell()

    def changed_on_disk(self) -> bool:
        """Whether somebody else has written the file since it was read or saved here."""
        return self.path is not None and self._stamp is not None and _stamp(self.path) != self._stamp

    def keep_mine(self) -> None:
        """Take note of the file as it now is, without reading it; saving will replace it."""
        self._stamp = _stamp(self.path)

    def _show(self, document: Document) -> None:
        self.document = document
        self._tell()

    def _tell(self) -> None:
        for callback in self._watchers:
            callback()


def _stamp(path: Path | None) -> Stamp | None:
    """What tells one state of a file from another; None if it is not there."""
    try:
        status = os.stat(path) if path else None
    except OSError:
        return None
    return (status.st_mtime_ns, status.st_size) if status else None
