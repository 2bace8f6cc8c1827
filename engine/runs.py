"""Run folders: everything that one run was and told, kept so that it can be read again years later.

    graph.json         the graph as it was run, seed and stop conditions included
    run.json           when and where it ran, and with which versions
    events.jsonl       every event, one JSON line each, only ever appended
    checkpoints/       what the run must remember to go on (`checkpoints.py`)
    tb/                TensorBoard event files (`tensorboard.py`)
    reward_curve.png   and
    summary.json       written when the run ends

A folder whose run was killed lacks the last two and is otherwise good: plots reopen from its events, and the run can
be resumed from its newest checkpoint. Importing this module imports neither torch, ray, matplotlib nor tensorboardX.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import platform
import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from engine import checkpoints, curve_png
from engine.atomic import write_atomically
from engine.document import Document, RunSettings, load, write
from engine.events import MAX_LINE, Event, read_event, to_line
from engine.problems import Place, Problem, RunFolderError
from engine.return_curve import ReturnCurve
from engine.tensorboard import TensorBoard

FORMAT: Final = "rl-flow-run"
VERSION: Final = "1.0"
PACKAGES: Final = ("rl-flow-studio", "ray", "torch", "numpy", "gymnasium")
SYNC_EVERY: Final = 1.0  # seconds; a power cut loses at most the events of this time


class RunFolder:
    """One run's folder: made by `create` or `create_below`, found again by `open`.

    Attributes:
        path: the folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._events: int | None = None  # file descriptor, open while recording
        self._size = 0
        self._synced = 0.0
        self._tensorboard = TensorBoard(path / "tb")

    @classmethod
    def create(
        cls, path: str | Path, document: Document, seed: int, stop: Mapping[str, float] | None = None
    ) -> RunFolder:
        """Make `path` the folder of a new run of `document`; without `stop`, with the document's own conditions.

        Raises:
            RunFolderError: there is something at `path` already, or the disk refused.
        """
        folder = cls(Path(path).absolute())
        try:
            folder.path.mkdir(parents=True, exist_ok=True)
            folder._refuse_if_used()
            folder._write_start(document, seed, document.run.stop if stop is None else stop)
        except OSError as error:
            raise _error(folder.path, f"the run's folder cannot be made: {error.strerror or error}") from None
        return folder

    @classmethod
    def create_below(
        cls, parent: str | Path, document: Document, seed: int, stop: Mapping[str, float] | None = None
    ) -> RunFolder:
        """Make a new folder below `parent`, named after the graph's title and the time.

        Example: `PPO on CartPole` gives `ppo-on-cartpole-20260131-094500`, and `...-2` for a second in that second.

        Raises:
            RunFolderError: the disk refused.
        """
        stem = f"{_slug(document.title)}-{datetime.now():%Y%m%d-%H%M%S}"
        path, number = Path(parent) / stem, 1
        while path.exists():
            number += 1
            path = Path(parent) / f"{stem}-{number}"
        return cls.create(path, document, seed, stop)

    @classmethod
    def open(cls, path: str | Path) -> RunFolder:
        """Return the run folder at `path`.

        Raises:
            RunFolderError: there is none, or a newer version of this program made it.
        """
        folder = cls(Path(path).absolute())
        about = folder.about()
        if about.get("format") != FORMAT:
            raise _error(folder.path, "this is no run's folder", "name a folder that holds a run.json")
        if str(about.get("version")).partition(".")[0] != VERSION.partition(".")[0]:
            raise _error(folder.path, f"this run was made by a newer version ({about.get('version')})")
        return folder

    def about(self) -> dict[str, Any]:
        """Return what `run.json` says: seed, stop conditions, start time, host and versions.

        Raises:
            RunFolderError: the file cannot be read.
        """
        return _read_json(self.path / "run.json", "name a folder that holds a run.json")

    def summary(self) -> dict[str, Any] | None:
        """Return the figures of the run's end, or None if it has not ended or was killed."""
        file = self.path / "summary.json"
        return _read_json(file) if file.exists() else None

    def document(self) -> Document:
        """Return the graph as it was run.

        Raises:
            GraphFileError: it cannot be read.
        """
        return load(self.path / "graph.json")

    def record(self, event: Event) -> None:
        """Append an event to `events.jsonl`, unbuffered, and its numbers to the TensorBoard files.

        Raises:
            RunFolderError: the disk refused; the file ends with its last whole line.
        """
        line = to_line(event)
        try:
            self._append(line)
        except OSError as error:
            raise _error(self.path / "events.jsonl", f"an event was not kept: {error.strerror or error}") from None
        self._tensorboard.take(event)

    def write_checkpoint(self, state: Mapping[str, Any], env_steps: int) -> Path:
        """Write a checkpoint and keep the one before it; return its folder. See `checkpoints.write`.

        Raises:
            RunFolderError: the disk refused; earlier checkpoints are as they were.
            TypeError: the state holds something that a checkpoint cannot keep.
        """
        try:
            return checkpoints.write(self.path / "checkpoints", state, env_steps)
        except OSError as error:
            what = f"the checkpoint was not written: {error.strerror or error}"
            raise _error(self.path / "checkpoints", what) from None

    def newest_checkpoint(self, complain: Callable[[Problem], None] = lambda problem: None) -> checkpoints.Saved | None:
        """Return state and env steps of the newest whole checkpoint, or None if there is none.

        `complain` is told of each newer one that is damaged.

        Raises:
            RunFolderError: there are checkpoints, and every one is damaged.
        """
        return checkpoints.newest(self.path / "checkpoints", complain)

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Close the record, write `summary.json`, and draw `reward_curve.png` from the events.

        Raises:
            RunFolderError: the disk refused.
        """
        self.close()
        figures = {name: _finite(value) for name, value in summary.items()}
        try:
            write_atomically(self.path / "summary.json", _json(figures))
            curve_png.write(self.curve(), self.about()["title"], self.path / "reward_curve.png")
        except OSError as error:
            raise _error(self.path, f"the end of the run was not kept: {error.strerror or error}") from None

    def close(self) -> None:
        """Close the files that recording opened; the next event opens them again."""
        self._tensorboard.close()
        if self._events is not None:
            os.fsync(self._events)
            os.close(self._events)
            self._events = None

    def curve(self) -> ReturnCurve:
        """Return the reward curve that the recorded events draw."""
        return ReturnCurve.of(read_events(self.path, only=("episodes_finished", "run_started")))

    def _refuse_if_used(self) -> None:
        if (self.path / "run.json").exists():
            raise _error(self.path, "this folder holds a run already", "name another, or go on with: rlflow resume")
        if any(self.path.iterdir()):
            raise _error(self.path, "this folder is not empty, and no run's", "name a new or empty one")

    def _write_start(self, document: Document, seed: int, stop: Mapping[str, float]) -> None:
        as_run = document.model_copy(update={"run": RunSettings(seed=seed, stop=dict(stop))})
        write_atomically(self.path / "graph.json", write(as_run).encode())
        about = {
            "format": FORMAT,
            "version": VERSION,
            "title": document.title,
            "seed": seed,
            "stop": dict(stop),
            "started": datetime.now().astimezone().isoformat(timespec="seconds"),
            "host": platform.node(),
            "system": platform.platform(),
            "versions": {"python": platform.python_version()} | {name: _version(name) for name in PACKAGES},
        }
        write_atomically(self.path / "run.json", _json(about))  # last: it makes the folder a run's

    def _append(self, line: bytes) -> None:
        if self._events is None:
            self._events, self._size = _open_to_append(self.path / "events.jsonl")
        rest = memoryview(line)
        try:
            while rest:
                rest = rest[os.write(self._events, rest) :]
        except OSError:
            with contextlib.suppress(OSError):  # the first error says more
                os.ftruncate(self._events, self._size)
            raise
        self._size += len(line)
        if time.monotonic() - self._synced > SYNC_EVERY:
            os.fsync(self._events)
            self._synced = time.monotonic()


def read_events(folder: str | Path, only: tuple[str, ...] = ()) -> Iterator[Event]:
    """Give the events of the run in `folder`, in the order in which they were told; a torn last line is left out.

    `only` names event types; lines of other types are passed over unparsed, which is ten times as fast.

    Raises:
        RunFolderError: the record cannot be read, or a line is no event; the problem names file and line.
    """
    file = Path(folder) / "events.jsonl"
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
    """Open the record, cut off a last line that a crash left unfinished; return descriptor and size."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_CLOEXEC", 0), 0o666)
    size = os.fstat(handle).st_size
    start = max(0, size - MAX_LINE)
    os.lseek(handle, start, os.SEEK_SET)
    tail = os.read(handle, size - start)
    whole = start + tail.rfind(b"\n") + 1
    if whole < size:
        os.ftruncate(handle, whole)
    return handle, whole


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower())[:40].strip("-") or "run"


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _read_json(file: Path, hint: str = "") -> dict[str, Any]:
    try:
        value = json.loads(file.read_bytes())
    except OSError as error:
        raise _error(file, f"cannot open the file: {error.strerror or error}", hint) from None
    except ValueError as error:
        raise _error(file, f"not valid JSON: {error}") from None
    return value if isinstance(value, dict) else {}


def _error(file: Path, what: str, hint: str = "") -> RunFolderError:
    return RunFolderError(Problem(Place(file=str(file)), what, hint))
