"""Runs a graph on a cluster elsewhere as if it ran here: commands go there, events come back, and files come home.

The run's folder lies here and is written here, event by event, so that it is as whole as the connection lasted;
checkpoints and videos follow as soon as they are told of. What comes back is read as strictly as any file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final

from engine import checkpoints
from engine.atomic import write_atomically
from engine.document import Document
from engine.ending import Ending
from engine.events import (
    CheckpointSaved,
    Command,
    Event,
    Log,
    RunEnded,
    RunStarted,
    Telemetry,
    VideoRecorded,
    read_event,
    to_line,
)
from engine.outpost import Order, order
from engine.placement import Placement
from engine.problems import Place, Problem, RunFailed, RunFolderError
from engine.reporting import Reporter
from engine.runs import RunFolder
from engine.site import Site

PATIENCE: Final = 0.1  # seconds to wait for events before commands are looked at again
SILENCE: Final = 60.0  # seconds without an answer after which the outpost counts as lost


def run_graph(
    document: Document,
    *,
    folder: RunFolder,
    seed: int,
    stop: Mapping[str, float],
    tell: Callable[[Event], None],
    commands: Callable[[], Command | None],
    cluster: Site,
    resume: tuple[Mapping[str, Any], int] | None = None,
) -> RunEnded:
    """Run a graph at `cluster` to its end; all else is as in `session.run_graph`.

    Raises:
        MissingDependency: the cluster cannot be used, or has no room.
    """
    cluster.start()
    outpost = cluster.outpost(learner(document, cluster.machine().gpu))
    relay = Relay(outpost, cluster.machines()[_here(outpost)], folder, tell)
    try:
        relay.begin(order(document, seed, stop, resume))
        while relay.ended is None:
            while (command := commands()) is not None:
                relay.say(command)
            relay.hear()
        return relay.ended
    except _lost() as error:
        cluster.leave()
        return relay.lost(error)


def learner(document: Document, gpu: bool) -> Placement:
    """Return what the learner keeps for itself: a core, and the GPU that a policy may use, if there is one."""
    from engine.catalogue import find
    from engine.checks.graph import made_of

    operators = (made_of(node, find()) for node in document.nodes)
    may_use = any(getattr(operator, "device", "cpu") != "cpu" for operator in operators)
    return Placement(cpus=1, gpus=1 if gpu and may_use else 0)


class Relay:
    """One run at an outpost, and its folder here.

    Attributes:
        ended: how it ended, once it has.
    """

    def __init__(self, outpost: Any, machine: str, folder: RunFolder, tell: Callable[[Event], None]) -> None:
        self.outpost = outpost
        self.machine = machine
        self.folder = folder
        self.reporter = Reporter(folder, tell)
        self.numbers = Telemetry(seconds=0, env_steps=0, env_steps_per_s=0, updates=0, episodes=0)  # the last
        self.best: float | None = None  # of the returns in them
        self.ended: RunEnded | None = None

    def begin(self, wanted: Order) -> None:
        """Let the run begin."""
        self.seed = wanted.seed
        there = self._get(self.outpost.run.remote(wanted))
        self.there, self.here = (json.dumps(str(path))[1:-1].encode() for path in (there, self.folder.path))

    def say(self, command: Command) -> None:
        """Pass a command on, and wait until it is there: the outpost's threads would let the next one overtake it."""
        self._get(self.outpost.say.remote(to_line(command)))

    def hear(self) -> None:
        """Take what the run has told since the last time."""
        for told in self._get(self.outpost.hear.remote(PATIENCE)):
            event = read_event(told.line.replace(self.there, self.here))
            self._take(event, told.recorded)

    def lost(self, error: Exception) -> RunEnded:
        """End a run whose outpost is gone; what it has told and sent until then is kept."""
        first = (str(error).splitlines() or [""])[0]
        what = f"the connection to the learner on the cluster is lost: {type(error).__name__}: {first}"
        problem = Problem(Place(), what[:300], "go on from the newest checkpoint with: rlflow resume")
        return self._end(RunEnded(status="failed", problems=(problem.as_json(),)))

    def _take(self, event: Event, recorded: bool) -> None:
        if isinstance(event, RunEnded):
            self._fetch_rest()
            self._end(event)
            return
        if isinstance(event, CheckpointSaved):
            self._fetch(event.folder)
        elif isinstance(event, VideoRecorded):
            self._fetch(event.file)
        elif isinstance(event, Telemetry):
            self.numbers = event
            self.best = max((one for one in (self.best, event.return_mean_100) if one is not None), default=None)
        (self.reporter.tell if recorded else self.reporter.show)(event)
        if isinstance(event, RunStarted):
            self.reporter.tell(Log(level="info", text=f"the learner is on {self.machine}"))

    def _end(self, event: RunEnded) -> RunEnded:
        problems = tuple(Problem.from_json(dict(problem)) for problem in event.problems)
        summary = event.summary or self._summary()
        self.ended = Ending(self.folder, self.reporter).tell(event.status, problems, frozenset(), summary)
        return self.ended

    def _summary(self) -> dict[str, Any]:
        """Return the figures of a run that could not tell its end, from the last numbers that it told."""
        counted = self.numbers.model_dump(include={"seconds", "env_steps", "updates", "episodes", "return_mean_100"})
        return {
            "status": "failed",
            "run_dir": str(self.folder.path),
            "seed": self.seed,
            "agent_steps": self.numbers.env_steps,
            "env_steps_per_s": round(self.numbers.env_steps / max(self.numbers.seconds, 1e-9), 1),
            "best_return_mean_100": self.best,
            "seconds_to_stop_return": None,
            **counted,
        }

    def _fetch_rest(self) -> None:
        """Bring home what is not here yet."""
        for name in self._get(self.outpost.names.remote()):
            if not (self.folder.path / _within(name)).exists():
                self._fetch(name)

    def _fetch(self, below: str) -> None:
        """Bring home a file, or the files of a folder; a disk that refuses is told, and the run goes on."""
        files = self._get(self.outpost.files.remote(below))
        try:
            if below.startswith("checkpoints/"):
                checkpoints.keep(self.folder.path / "checkpoints", files)
                return
            for name, data in files:
                file = self.folder.path / _within(name)
                file.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(file, data)
        except OSError as error:
            what = f"what the cluster sent was not kept: {error.strerror or error}"
            self.reporter.trouble(RunFailed(Problem(Place(file=str(self.folder.path)), what)))

    def _get(self, asked: Any) -> Any:
        import ray

        return ray.get(asked, timeout=SILENCE)


def _within(name: str) -> Path:
    """Return a name that a cluster gave as a path below the run's folder.

    Raises:
        RunFolderError: it leads elsewhere.
    """
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise RunFolderError(Problem(Place(), f"the cluster names a file outside the run's folder: {name!r}"))
    return Path(path)


def _here(outpost: Any) -> str:
    import ray

    return str(ray.get(outpost.here.remote(), timeout=SILENCE))


def _lost() -> tuple[type[Exception], ...]:
    """Return what Ray raises when an outpost is gone, or silent."""
    from ray import exceptions

    return exceptions.RayActorError, exceptions.GetTimeoutError, exceptions.ObjectLostError
