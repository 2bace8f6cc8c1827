"""The curves of one run, built from its events: live ones as they come, or recorded ones from its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from app.plots.curve import Curve, Numbers
from app.plots.marks import Mark, mark_of
from engine.comparing import recipe
from engine.document import Document
from engine.events import (
    ActorRestarted,
    CheckpointSaved,
    EpisodesFinished,
    Event,
    MetricsReported,
    ParamSet,
    RunEnded,
    RunStarted,
    Telemetry,
)
from engine.problems import FlowError
from engine.runs import RunFolder

AXES: Final = ("env_steps", "seconds", "updates")
EVENT_TYPES: Final = (
    "run_started",
    "episodes_finished",
    "metrics_reported",
    "param_set",
    "actor_restarted",
    "checkpoint_saved",
    "run_ended",
)  # what `take` reads of a file
LENGTHS: Final = "episode_length"  # its curve is no metric, but is chosen like one
MEAN_OF: Final = 100  # episodes, as in the engine's `return_mean_100`


class RunCurves:
    """Everything that can be plotted of one run.

    Attributes:
        folder: the run's folder; title: the graph's; seed: the run's.
        label: what a person called the run, or empty.
        document: the graph that it ran, once looked up.
        recipe: the same for runs of one graph that differ in their seed alone.
        env_steps: how far the run is.
        returns: the return of each training episode; lengths: how many env steps it took.
        means: for each episode, the mean return of the 100 that ended with it (of fewer at the start).
        metrics: the metrics that nodes reported, by name.
        marks: where parameters were turned, workers replaced and checkpoints written, and the run was gone on with.
    """

    def __init__(self, folder: str, title: str = "", seed: int = 0) -> None:
        self.folder = folder
        self.label = ""
        self.document: Document | None = None
        self.recipe = folder
        self.title = title
        self.seed = seed
        self.forget()

    def forget(self) -> None:
        """Hold nothing, as at first."""
        self.env_steps = 0
        self.returns = Curve(AXES)
        self.means = Curve(AXES)
        self.lengths = Curve(AXES)
        self.metrics: dict[str, Curve] = {}
        self.marks: list[Mark] = []
        self._reporters: dict[str, str] = {}
        self._updates = 0.0
        self._seconds = 0.0
        self._episodes: list[tuple[float, ...]] = []
        self._values: dict[str, list[tuple[float, ...]]] = {}

    @property
    def name(self) -> str:
        """What to call the run."""
        return self.label or self.title or Path(self.folder).name

    def look_up(self) -> None:
        """Read from the folder how the run is called and which graph it ran, if the folder tells."""
        try:
            run = RunFolder.open(self.folder)
            self.label, self.document = run.label, run.document()
            self.recipe = recipe(self.document)
        except FlowError:
            self.label, self.document, self.recipe = "", None, self.folder

    def curve(self, name: str) -> Curve | None:
        """Return the curve of a metric or of the episodes' lengths; None if the run does not report it."""
        return self.lengths if name == LENGTHS else self.metrics.get(name)

    def take(self, *events: Event) -> bool:
        """Add what the events tell; say whether there is something new to draw. Many at once cost far less each."""
        new = [self._note(event) for event in events]
        self._grow()
        return any(new)

    def _note(self, event: Event) -> bool:
        """Take in an event; samples wait for `_grow`."""
        match event:
            case EpisodesFinished():
                self._episodes += [(row[0], row[1], self._updates, row[2], row[3]) for row in event.rows]
            case MetricsReported():
                self._note_metrics(event)
            case ParamSet():
                self.marks.append(mark_of(event))
            case ActorRestarted():
                self._mark(f"{event.source} replaced", "replaced")
            case CheckpointSaved():
                self._mark(event.folder, "checkpoint", event.env_steps)
            case RunStarted():
                self._grow()
                self._begin(event)
            case Telemetry():
                self.env_steps, self._updates, self._seconds = event.env_steps, event.updates, event.seconds
                return not (len(self.returns) or self._episodes)  # the steps are told until there is a curve
            case RunEnded(summary={"env_steps": int(env_steps)}):
                self.env_steps = env_steps
            case _:
                return False
        return True

    def _begin(self, event: RunStarted) -> None:
        """Take the run's name; of a run that goes on from a checkpoint, forget what came after that."""
        self.title, self.seed = event.title, event.seed
        self.env_steps = event.resumed_at
        self.marks = [mark for mark in self.marks if mark.places["env_steps"] <= event.resumed_at]
        for curve in (self.returns, self.means, self.lengths, *self.metrics.values()):
            curve.cut("env_steps", event.resumed_at)
        if len(self.returns):  # where the run stood then, as near as its curves tell
            self._seconds, self._updates = (self.returns.x(axis)[-1] for axis in ("seconds", "updates"))
        if event.resumed_at:
            self._mark("resumed", "resumed")

    def _mark(self, text: str, kind: str, env_steps: int | None = None) -> None:
        """Mark the place that the run was last said to be at; after these env steps, where they are known."""
        at = self.env_steps if env_steps is None else env_steps
        places = {"env_steps": at, "seconds": self._seconds, "updates": self._updates}
        self.marks.append(Mark(places, text, kind))

    def _note_metrics(self, event: MetricsReported) -> None:
        self.env_steps, self._updates = max(self.env_steps, event.env_steps), event.updates
        self._seconds = event.seconds
        for name, value in event.values.items():
            samples = self._values.setdefault(self._label(name, event.node), [])
            samples.append((event.env_steps, event.seconds, event.updates, value))

    def _grow(self) -> None:
        """Add the samples that wait to their curves."""
        if self._episodes:
            rows = np.array(self._episodes, dtype=np.float64)
            places, returns, lengths = rows[:, :3], rows[:, 3], rows[:, 4]
            self.means.extend(places, running_means(self.returns.y[-(MEAN_OF - 1) :], returns))
            self.returns.extend(places, returns)
            self.lengths.extend(places, lengths)
        for name, samples in self._values.items():
            rows = np.array(samples, dtype=np.float64)
            self.metrics.setdefault(name, Curve(AXES)).extend(rows[:, :3], rows[:, 3])
        self._episodes, self._values = [], {}

    def _label(self, name: str, node: str) -> str:
        """Return the metric's name, with the node where another node reports one of the same name."""
        return name if self._reporters.setdefault(name, node) == node else f"{name} ({node})"


def running_means(before: Numbers, returns: Numbers) -> Numbers:
    """Return the mean return after each episode, over the last 100; `before` are the (up to 99) episodes before.

    Example: `running_means([1], [2, 6])` is `[1.5, 3]`.
    """
    sums = np.concatenate(([0.0], np.cumsum(np.concatenate((before, returns)))))
    ends = np.arange(len(before) + 1, len(sums))
    starts = np.maximum(ends - MEAN_OF, 0)
    means: Numbers = (sums[ends] - sums[starts]) / (ends - starts)
    return means
