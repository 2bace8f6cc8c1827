"""What the list of runs shows of each run folder, read without opening more of it than needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from engine.problems import FlowError
from engine.runs import RunFolder

READABLE: Final = 2 * 1024 * 1024  # bytes of events that are read for a run without a summary: 40 ms of the window


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run of the list; None where the run does not tell.

    Attributes:
        folder: where it lies.
        title: the graph's; seed: the run's; started: when, in local time.
        status: `finished`, `stopped`, `failed`, or `interrupted` where it has no end.
        best: highest mean return of 100 episodes; env_steps, env_steps_per_s: how long and how fast.
    """

    folder: Path
    title: str
    status: str
    seed: int
    started: datetime | None
    best: float | None = None
    env_steps: int | None = None
    env_steps_per_s: float | None = None

    @property
    def resumable(self) -> bool:
        """Whether the run ended before its stop condition."""
        return self.status != "finished"


def rows_below(parent: str | Path) -> Iterator[RunRow]:
    """Give a row for each run folder directly below `parent`, newest first; what is no run is passed over."""
    found = Path(parent).glob("*/run.json")
    for about in sorted(found, key=lambda file: file.stat().st_mtime, reverse=True):
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
        seed=int(about.get("seed", 0)),
        started=_time(about.get("started")),
        **(_interrupted(run) if summary is None else _ended(summary)),
    )


def _ended(summary: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "status": str(summary.get("status", "finished")),
        "best": summary.get("best_return_mean_100"),
        "env_steps": summary.get("env_steps"),
        "env_steps_per_s": summary.get("env_steps_per_s"),
    }


def _interrupted(run: RunFolder) -> dict[str, Any]:
    """Read what a run without an end reached from its events, if they are few."""
    events = run.path / "events.jsonl"
    if not events.exists() or events.stat().st_size > READABLE:
        return {"status": "interrupted"}
    curve = run.curve()
    if not len(curve.returns):
        return {"status": "interrupted"}
    return {"status": "interrupted", "best": float(curve.means().max()), "env_steps": int(curve.env_steps[-1])}


def _time(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)).astimezone()
    except ValueError:
        return None
