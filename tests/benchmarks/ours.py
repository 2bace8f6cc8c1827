"""Runs a graph as a user would, for some seconds, and tells how fast it was."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from engine.cluster import Cluster
from engine.document import Document
from engine.events import Command, EpisodesFinished, Event, RunEnded, Telemetry
from engine.problems import Problem, RunFailed
from engine.runs import RunFolder
from engine.session import run_graph

WARM_UP: Final = 0.7  # seconds of a run that do not count: buffers fill, first calls import and allocate


@dataclass
class Heard:
    """What a run told.

    Attributes:
        telemetry: the live numbers, four times a second.
        spent: by those, the seconds of its processor that this process had taken.
        episodes: (env steps, seconds, return, length) of each that ended.
        summary: the figures of the run's end.
    """

    telemetry: list[Telemetry] = field(default_factory=list)
    spent: list[float] = field(default_factory=list)
    episodes: list[tuple[int, float, float, int]] = field(default_factory=list)
    summary: Mapping[str, Any] = field(default_factory=dict)

    def take(self, event: Event) -> None:
        """Keep what is of interest."""
        if isinstance(event, Telemetry):
            self.telemetry.append(event)
            self.spent.append(time.process_time())
        elif isinstance(event, EpisodesFinished):
            self.episodes += event.rows
        elif isinstance(event, RunEnded):
            self.summary = event.summary

    def rate(self, count: Callable[[Telemetry], float] = lambda told: told.env_steps) -> float:
        """How much `count` grew a second between the end of the warm-up and the last telemetry."""
        first, last = self._measured
        return (count(last) - count(first)) / (last.seconds - first.seconds)

    def rate_of_processor(self) -> float:
        """Env steps in a second of this process's own processor time, between the same two."""
        first, last = self._measured
        first_spent, last_spent = (self.spent[self.telemetry.index(told)] for told in (first, last))
        return (last.env_steps - first.env_steps) / (last_spent - first_spent)

    @property
    def _measured(self) -> tuple[Telemetry, Telemetry]:
        after = [told for told in self.telemetry if told.seconds >= WARM_UP]
        return after[0], after[-1]


def run(
    document: Document,
    stop: dict[str, float],
    cluster: Cluster,
    seed: int = 1,
    commands: Callable[[], Command | None] = lambda: None,
) -> Heard:
    """Run the graph to its end and return what it told.

    Raises:
        RunFailed: a node failed.
    """
    heard = Heard()
    document = document.replace(run={"seed": seed, "stop": stop})
    with tempfile.TemporaryDirectory() as place:
        folder = RunFolder.create(Path(place) / "run", document, seed)
        with contextlib.closing(folder):
            ended = run_graph(
                document, folder=folder, seed=seed, stop=stop, tell=heard.take, commands=commands, cluster=cluster
            )
    if ended.status == "failed":
        raise RunFailed(*(Problem.from_json(dict(problem)) for problem in ended.problems))
    return heard


def speed(document: Document, cluster: Cluster) -> Callable[[float], float]:
    """Return what runs the graph for some seconds and returns its env steps a second."""
    return lambda seconds: run(document, {"seconds": WARM_UP + seconds}, cluster).rate()


@contextlib.contextmanager
def ray() -> Iterator[Cluster]:
    """Give a local Ray that the runs and the limits of one row share."""
    cluster = Cluster()
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop()
