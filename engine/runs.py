"""Run folders: everything that one run was and told, kept so that it can be read again years later.

    graph.json         the graph as it was run, seed and stop conditions included
    run.json           when and where it ran, and with which versions
    events.jsonl       every event, one JSON line each, only ever appended (`event_log.py`)
    checkpoints/       what the run must remember to go on (`checkpoints.py`)
    tb/                TensorBoard event files (`tensorboard.py`)
    failed_batch.safetensors   what a node failed on, if the run ended so
    label.txt          what a person called the run, if anybody did
    reward_curve.png   and
    summary.json       written when the run ends

A folder whose run was killed lacks the last two and is otherwise good: plots reopen from its events, and the run can
be resumed from its newest checkpoint. Importing this module imports neither torch, ray, matplotlib nor tensorboardX.
"""

from __future__ import annotations

import json
import math
import platform
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine import checkpoints, curve_png, versions
from engine.atomic import write_atomically
from engine.document import Document, RunSettings, load, write
from engine.event_log import EventLog, read_events
from engine.events import Event, Log, RunEnded
from engine.json_text import parse
from engine.problems import Place, Problem, RunFolderError
from engine.return_curve import ReturnCurve
from engine.tensorboard import TensorBoard

FORMAT: Final = "rl-flow-run"
VERSION: Final = "1.0"
LONGEST_LABEL: Final = 120  # letters


class RunFolder:
    """One run's folder: made by `create` or `create_below`, found again by `open`.

    Attributes:
        path: the folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._log = EventLog(path)
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

    @property
    def label(self) -> str:
        """What a person called the run; empty if nobody has named it."""
        try:
            with open(self.path / "label.txt", encoding="utf-8", errors="replace") as file:
                return " ".join(file.read(LONGEST_LABEL).split())
        except OSError:
            return ""

    def name_it(self, label: str) -> None:
        """Keep what the run shall be called; nothing takes its name away.

        Raises:
            RunFolderError: the disk refused.
        """
        file = self.path / "label.txt"
        try:
            if label.strip():
                write_atomically(file, label.strip()[:LONGEST_LABEL].encode())
            else:
                file.unlink(missing_ok=True)
        except OSError as error:
            raise _error(file, f"the name was not kept: {error.strerror or error}") from None

    def record(self, event: Event) -> None:
        """Append an event to `events.jsonl`, unbuffered, and its numbers to the TensorBoard files.

        Raises:
            RunFolderError: the disk refused; the file ends with its last whole line.
        """
        self._log.append(event)
        try:
            self._tensorboard.take(event)
        except OSError as error:
            what = f"TensorBoard's numbers were not kept: {error.strerror or error}"
            raise _error(self._tensorboard.folder, what) from None

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

    def keep_batch(self, columns: Mapping[str, NDArray[Any]]) -> Path:
        """Write the columns of a batch that a node failed on; return the file, which `safetensors` reads.

        Raises:
            RunFolderError: the disk refused.
        """
        from safetensors.numpy import save

        file = self.path / "failed_batch.safetensors"
        try:
            write_atomically(file, save({name: np.ascontiguousarray(column) for name, column in columns.items()}))
        except OSError as error:
            raise _error(file, f"the batch was not kept: {error.strerror or error}") from None
        return file

    def finished_checkpoints(self) -> list[Path]:
        """Return the folders of the finished checkpoints, newest first, without verifying them."""
        return checkpoints.finished(self.path / "checkpoints")

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
            graph = (self.path / "graph.json").read_text(encoding="utf-8")
            curve_png.write(self.curve(), self.about()["title"], self.path / "reward_curve.png", graph)
        except OSError as error:
            raise _error(self.path, f"the end of the run was not kept: {error.strerror or error}") from None

    def close(self) -> None:
        """Close the files that recording opened; the next event opens them again."""
        self._tensorboard.close()
        self._log.close()

    def curve(self) -> ReturnCurve:
        """Return the reward curve that the recorded events draw."""
        return ReturnCurve.of(read_events(self.path, only=("episodes_finished", "run_started")))

    def log(self) -> list[Log]:
        """Return the lines of the run's log, tracebacks of what nobody foresaw among them, in order.

        Raises:
            RunFolderError: the record cannot be read.
        """
        return [event for event in read_events(self.path, only=("log",)) if isinstance(event, Log)]

    def problems(self) -> tuple[Problem, ...]:
        """Return what went wrong as the run ended, the last time if it was resumed.

        Raises:
            RunFolderError: the record cannot be read.
        """
        ends = [event for event in read_events(self.path, only=("run_ended",)) if isinstance(event, RunEnded)]
        return tuple(Problem.from_json(dict(problem)) for problem in ends[-1].problems) if ends else ()

    def _refuse_if_used(self) -> None:
        if (self.path / "run.json").exists():
            raise _error(self.path, "this folder holds a run already", "name another, or go on with: rlflow resume")
        if any(self.path.iterdir()):
            raise _error(self.path, "this folder is not empty, and no run's", "name a new or empty one")

    def _write_start(self, document: Document, seed: int, stop: Mapping[str, float]) -> None:
        as_run = document.model_copy(update={"run": RunSettings(seed=seed, stop=dict(stop))})
        about = {
            "format": FORMAT,
            "version": VERSION,
            "title": document.title,
            "seed": seed,
            "stop": dict(stop),
            "started": datetime.now().astimezone().isoformat(timespec="seconds"),
            "host": platform.node(),
            "system": platform.platform(),
            "versions": versions.of_run(),
        }
        write_atomically(self.path / "graph.json", write(as_run).encode())
        write_atomically(self.path / "run.json", _json(about))  # last: it makes the folder a run's


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower())[:40].strip("-") or "run"


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _json(value: Any) -> bytes:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False).encode() + b"\n"


def _read_json(file: Path, hint: str = "") -> dict[str, Any]:
    try:
        value = parse(file.read_bytes())
    except OSError as error:
        raise _error(file, f"cannot open the file: {error.strerror or error}", hint) from None
    except ValueError as error:
        raise _error(file, f"not valid JSON: {error}") from None
    return value if isinstance(value, dict) else {}


def _error(file: Path, what: str, hint: str = "") -> RunFolderError:
    return RunFolderError(Problem(Place(file=str(file)), what, hint))
