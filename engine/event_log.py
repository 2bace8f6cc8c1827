"""The record of a run: `events.jsonl` in its folder, to which events are only ever appended.

Each event is on disk, whole, before the next thing happens; a crash can tear the last line at most. Readers leave a
torn line out, and the writer that goes on after a crash cuts it off first.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from engine.atomic import APPENDING, append_whole
from engine.events import MAX_LINE, Event, read_event, to_line
from engine.problems import Place, Problem, RunFolderError

NAME: Final = "events.jsonl"
SYNC_EVERY: Final = 1.0  # seconds; a power cut loses at most the events of this time


class EventLog:
    """Writes the record in `folder`; the file is opened when the first event comes."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / NAME
        self._handle: int | None = None
        self._size = 0  # bytes of whole lines
        self._synced = 0.0

    def append(self, event: Event) -> None:
        """Write an event, unbuffered.

        Raises:
            RunFolderError: the disk refused; the file ends with its last whole line.
        """
        try:
            if self._handle is None:
                self._handle, self._size = _open_to_append(self.file)
            self._write(self._handle, to_line(event))
        except OSError as error:
            raise _error(self.file, f"an event was not kept: {error.strerror or error}") from None

    def close(self) -> None:
        """Close the file; the next event opens it again."""
        if self._handle is not None:
            handle, self._handle = self._handle, None
            with contextlib.suppress(OSError):  # a disk that refuses now has been reported by `append`
                os.fsync(handle)
            os.close(handle)

    def _write(self, handle: int, line: bytes) -> None:
        self._size = append_whole(handle, line, self._size)
        if time.monotonic() - self._synced > SYNC_EVERY:
            os.fsync(handle)
            self._synced = time.monotonic()


def read_events(folder: str | Path, only: tuple[str, ...] = ()) -> Iterator[Event]:
    """Give the events of the run in `folder`, in the order in which they were told; a torn last line is left out.

    `only` names event types; lines of other types are passed over unparsed, which is many times as fast.

    Raises:
        RunFolderError: the record cannot be read, or a line is no event; the problem names file and line.
    """
    file = Path(folder) / NAME
    starts = tuple(f'{{"type":"{name}"'.encode() for name in only) or b""
    try:
        with open(file, "rb") as stream:
            for number, line in enumerate(iter(lambda: stream.readline(MAX_LINE + 1), b""), 1):
                if line.endswith(b"\n") and line.startswith(starts):
                    yield _read_line(file, number, line)
    except OSError as error:
        raise _error(file, f"the run's events cannot be read: {error.strerror or error}") from None


def _read_line(file: Path, number: int, line: bytes) -> Event:
    try:
        return read_event(line)
    except ValueError as error:
        raise _error(file, f"line {number} is {error}") from None


def _open_to_append(file: Path) -> tuple[int, int]:
    """Open the record and cut off a last line that a crash left unfinished; return descriptor and size."""
    handle = os.open(file, APPENDING, 0o666)
    size = os.fstat(handle).st_size
    start = max(0, size - MAX_LINE)
    os.lseek(handle, start, os.SEEK_SET)
    whole = start + os.read(handle, size - start).rfind(b"\n") + 1
    if whole < size:
        os.ftruncate(handle, whole)
    return handle, whole


def _error(file: Path, what: str) -> RunFolderError:
    return RunFolderError(Problem(Place(file=str(file)), what))
