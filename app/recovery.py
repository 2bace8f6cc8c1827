"""The recovery copy: unsaved work that survives a crash, beside and never over the user's own file.

Each studio process keeps at most one copy, named after its process, in the state folder. A copy whose process is
gone was left behind by a crash and is offered at the next start. No Qt.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psutil

from engine.atomic import write_atomically
from engine.document import Document, read, write
from engine.problems import GraphFileError


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A recovery copy of a studio that is gone: where it lies, whose file it is, the graph, and from when.

    Attributes:
        shelf: where the snapshots of the graph lie; empty in copies of old.
    """

    copy: Path
    path: Path | None
    document: Document
    when: datetime
    shelf: str = ""

    @property
    def name(self) -> str:
        """What to call the work: its file's name or its title."""
        return self.path.name if self.path else self.document.title or "an untitled graph"

    def discard(self) -> None:
        """Delete the copy; the work is restored elsewhere or not wanted."""
        self.copy.unlink(missing_ok=True)


class Recovery:
    """The recovery copies in one folder, of which this process keeps its own.

    Example: `Recovery(folder).keep(document, path)` writes `folder/4711-1700000000.json`.
    """

    def __init__(self, folder: Path, process: psutil.Process | None = None) -> None:
        self.folder = folder
        self._own = folder / f"{_mark(process or psutil.Process())}.json"

    def keep(self, document: Document, path: Path | None, shelf: str = "") -> None:
        """Write the copy, whole or not at all.

        Raises:
            OSError: the disk refused.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        envelope = {"path": str(path) if path else "", "shelf": shelf, "graph": write(document)}
        write_atomically(self._own, json.dumps(envelope).encode())

    def drop(self) -> None:
        """Delete the copy: the work is saved, or was given up."""
        self._own.unlink(missing_ok=True)

    def left_behind(self) -> tuple[LeftBehind, ...]:
        """Return the copies of processes that are gone, newest first; what cannot be read is passed over."""
        return tuple(sorted(self._found(), key=lambda found: found.when, reverse=True))

    def _found(self) -> Iterator[LeftBehind]:
        for copy in self.folder.glob("*.json"):
            if not _alive(copy.stem):
                try:
                    yield _opened(copy)
                except (OSError, ValueError, KeyError, TypeError, GraphFileError):
                    continue


def _opened(copy: Path) -> LeftBehind:
    envelope = json.loads(copy.read_bytes())
    path = Path(envelope["path"]) if envelope["path"] else None
    when = datetime.fromtimestamp(copy.stat().st_mtime)
    return LeftBehind(copy, path, read(envelope["graph"]), when, str(envelope.get("shelf", "")))


def _mark(process: psutil.Process) -> str:
    """Process id and start time: an id alone may soon be another process's."""
    return f"{process.pid}-{int(process.create_time())}"


def _alive(mark: str) -> bool:
    try:
        return _mark(psutil.Process(int(mark.partition("-")[0]))) == mark
    except (psutil.Error, ValueError):
        return False
