"""What a list shows of each run folder, read without opening more of it than needed; for the shell and the studio."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from engine.event_log import NAME
from engine.problems import FlowError
from engine.runs import RunFolder

READABLE: Final = 2 * 1024 * 1024  # bytes of events that are read for a run without a summary: 40 ms of the window
FIGURES: Final = {
    "best": "best_return_mean_100",
    "last": "return_mean_100",
    "env_steps": "env_steps",
    "env_steps_per_s": "env_steps_per_s",
    "seconds": "seconds",
}  # of a row, and what they are called in the summary
FRESH: Final = 15.0  # seconds; a run that goes on tells its numbers four times in each


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of the list; None where the run does not tell.

    Attributes:
        folder: where it lies.
        title: the graph's; label: what a person called the run, or empty; seed: the run's; started: in local time.
        status: `finished`, `stopped`, `failed`, `running` where it has no end but news, else `interrupted`.
        best, last: highest and final mean return of 100 episodes.
        env_steps, env_steps_per_s, seconds: how far, how fast and how long it ran.
        host: the machine on which it ran.
    """

    folder: Path
    title: str
    status: str
    seed: int
    started: datetime | None
    label: str = ""
    best: float | None = None
    last: float | None = None
    env_steps: int | None = None
    env_steps_per_s: float | None = None
    seconds: float | None = None
    host: str = ""

    @property
    def name(self) -> str:
        """What to call the run: its label, or else the graph's title."""
        return self.label or self.title

    @property
    def resumable(self) -> bool:
        """Whether the run ended before its stop condition."""
        return self.status not in ("finished", "running")

    def as_json(self) -> dict[str, Any]:
        """Return the row as a flat JSON object."""
        started = self.started.isoformat() if self.started else None
        fields = {name: getattr(self, name) for name in self.__slots__}
        return fields | {"folder": str(self.folder), "started": started}


def rows_below(parent: str | Path) -> Iterator[RunRow]:
    """Give a row for each run folder directly below `parent`, newest first; what is no run is passed over."""
    for about in sorted(Path(parent).glob("*/run.json"), key=_made, reverse=True):
        try:
            yield row_of(about.parent)
        except FlowError:
            continue


def row_of(folder: Path) -> RunRow:
    """Return the row of the run in `folder`.

    Raises:
        FlowError: it is no run's folder, or cannot be read.
    """
    run = RunFolder.open(folder)
    about, summary = run.about(), run.summary()
    return RunRow(
        folder=run.path,
        title=str(about.get("title") or folder.name),
        label=run.label,
        seed=int(_number(about, "seed") or 0),
        started=_time(about.get("started")),
        host=str(about.get("host", "")),
        **(_without_end(run) if summary is None else _ended(summary)),
    )


def _ended(summary: Mapping[str, Any]) -> dict[str, Any]:
    figures = {name: _number(summary, figure) for name, figure in FIGURES.items()}
    return figures | {"status": str(summary.get("status", "finished"))}


def _without_end(run: RunFolder) -> dict[str, Any]:
    """Read what a run without an end has reached from its events, if they are few."""
    events = run.path / NAME
    if not events.exists():
        return {"status": "interrupted"}
    about = events.stat()
    status = {"status": "running" if time.time() - about.st_mtime < FRESH else "interrupted"}
    curve = run.curve() if about.st_size <= READABLE else None
    if curve is None or not len(curve.returns):
        return status
    means = curve.means()
    return status | {"best": float(means.max()), "last": float(means[-1]), "env_steps": int(curve.env_steps[-1])}


def _made(about: Path) -> float:
    try:
        return about.stat().st_mtime
    except OSError:  # deleted meanwhile
        return 0.0


def _number(values: Mapping[str, Any], name: str) -> Any:
    """Return a number of a file that anybody may have written; None if it is something else."""
    value = values.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone()
    except (ValueError, OverflowError):  # the second of a year that the calendar has not
        return None
