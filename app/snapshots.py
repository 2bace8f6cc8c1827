"""Named snapshots: states of a graph that a person keeps beside its file, and never in it. No Qt.

Each is a file in the state folder, on the shelf of its graph: a folder that is called after the graph's file, or, as
long as there is none, after a number of its own, which the recovery copy remembers. Saving takes the shelf along.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from engine.atomic import write_atomically
from engine.document import Document, read, write
from engine.problems import GraphFileError

UNSAVED: Final = "unsaved-"
MOST: Final = 32 * 1024 * 1024  # bytes that are read of one


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One snapshot: its name, from when, of which graph; a damaged one has no document, but a fault in words.

    Attributes:
        file: where it is kept.
        data: the file's content, with which a deleted one is put back.
    """

    file: Path
    name: str
    when: datetime
    graph: str = ""
    document: Document | None = None
    fault: str = ""
    data: bytes = field(default=b"", repr=False)


class Snapshots:
    """The snapshots of the open document, in a folder with those of all documents.

    Attributes:
        shelf: what the open document's folder is called.

    Example: `Snapshots(folder).keep("before the LSTM", document, None)` writes `folder/unsaved-…/20261122-1815….json`.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shelf = _new_shelf()

    def open(self, path: Path | None, shelf: str = "") -> None:
        """Turn to another document: that of a file, or one without, whose shelf a recovery copy may know."""
        known = re.fullmatch(UNSAVED + "[0-9a-f]{32}", shelf)
        self.shelf = _shelf_of(path) if path else shelf if known else _new_shelf()

    def follow(self, path: Path) -> None:
        """Take the snapshots along to the file in which the document was saved.

        Those of a document that had no file move; one that had another file leaves a copy with that.

        Raises:
            OSError: the disk refused.
        """
        former, self.shelf = self.shelf, _shelf_of(path)
        if former != self.shelf:
            for snapshot in self._on(former):
                self._write(self.folder / self.shelf / snapshot.file.name, _with(snapshot, path=str(path)))
                if former.startswith(UNSAVED):
                    self.delete(snapshot)

    def keep(self, name: str, document: Document, path: Path | None, now: datetime | None = None) -> Snapshot:
        """Keep the document as it is now under a name; two may have the same.

        Raises:
            OSError: the disk refused; nothing is half kept.
        """
        when = now or datetime.now()
        told = {"name": name, "when": when.isoformat(), "path": str(path) if path else "", "graph": write(document)}
        file = self.folder / self.shelf / f"{when:%Y%m%d-%H%M%S-%f}.json"
        data = json.dumps(told, ensure_ascii=False).encode()
        self._write(file, data)
        return Snapshot(file, name, when, _called(path, document), document, "", data)

    def all(self) -> tuple[Snapshot, ...]:
        """Return the snapshots of the open document, newest first; damaged ones too."""
        return _newest_first(self._on(self.shelf))

    def of_all_graphs(self) -> tuple[Snapshot, ...]:
        """Return all there are, newest first: also of graphs that were never saved, renamed or deleted."""
        return _newest_first(_opened(file) for file in self.folder.glob("*/*.json"))

    def rename(self, snapshot: Snapshot, name: str) -> Snapshot:
        """Give a snapshot that can be read another name, and return it as it is now.

        Raises:
            OSError: the disk refused; the former name stays.
        """
        data = _with(snapshot, name=name)
        self._write(snapshot.file, data)
        return replace(snapshot, name=name, data=data)

    def delete(self, snapshot: Snapshot) -> None:
        """Delete a snapshot; `put_back` knows how to undo that.

        Raises:
            OSError: the disk refused.
        """
        snapshot.file.unlink(missing_ok=True)
        with contextlib.suppress(OSError):
            snapshot.file.parent.rmdir()  # which succeeds only once it is empty

    def put_back(self, snapshot: Snapshot) -> None:
        """Write a snapshot that was deleted anew.

        Raises:
            OSError: the disk refused.
        """
        self._write(snapshot.file, snapshot.data)

    def _on(self, shelf: str) -> Iterator[Snapshot]:
        return (_opened(file) for file in (self.folder / shelf).glob("*.json"))

    def _write(self, file: Path, data: bytes) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(file, data)


def _shelf_of(path: Path) -> str:
    return sha256(str(path.resolve()).encode()).hexdigest()[:32]


def _new_shelf() -> str:
    return UNSAVED + secrets.token_hex(16)


def _newest_first(snapshots: Iterator[Snapshot]) -> tuple[Snapshot, ...]:
    return tuple(sorted(snapshots, key=lambda snapshot: snapshot.when, reverse=True))


def _opened(file: Path) -> Snapshot:
    """Read a snapshot; one that is damaged is called after its file and tells what is wrong."""
    data = b""
    try:
        with open(file, "rb") as stream:
            data = stream.read(MOST)
        told = json.loads(data)
        document, path = read(told["graph"]), Path(told["path"]) if told["path"] else None
        when = datetime.fromisoformat(told["when"])
        return Snapshot(file, str(told["name"]), when, _called(path, document), document, "", data)
    except (OSError, ValueError, KeyError, TypeError, GraphFileError) as error:
        fault = f"This snapshot cannot be read, it may be damaged: {_reason(error)}"
        return Snapshot(file, file.stem, _written(file), fault=fault, data=data)


def _called(path: Path | None, document: Document) -> str:
    return path.name if path else document.title or "Untitled"


def _reason(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _written(file: Path) -> datetime:
    try:
        return datetime.fromtimestamp(file.stat().st_mtime)
    except OSError:
        return datetime.min


def _with(snapshot: Snapshot, **changes: str) -> bytes:
    """Return a snapshot's content with other words about it; that of a damaged one as it is."""
    if snapshot.document is None:
        return snapshot.data
    return json.dumps(json.loads(snapshot.data) | changes, ensure_ascii=False).encode()
