"""One graph, several seeds: the runs that are done, under way and still to come, one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from PySide6.QtCore import QObject, Signal

from app.run.engine_process import EngineProcess
from app.run.progress import progress
from app.run.state import RunState
from engine.document import Document
from engine.events import Event, Refused, RunEnded, RunStarted, Telemetry

SeedStatus = Literal["waiting", "running", "finished", "stopped", "interrupted", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class SeedRun:
    """A run of the queue: its seed, what became of it, how far it is (0 to 1), and its folder once it has one."""

    seed: int
    status: SeedStatus = "waiting"
    share: float = 0.0
    folder: str = ""


class SeedQueue(QObject):
    """Runs a graph with one seed after the other on an engine.

    A run that fails does not keep the others from running. Stopping a run otherwise than by `cancel` cancels all that
    wait: whoever presses Stop means it.

    Attributes:
        runs: the runs in their order.
        title: the graph's.

    Signals:
        changed(): something of `runs` is new.
        ended(): no run is left.
    """

    changed = Signal()
    ended = Signal()

    def __init__(self, engine: EngineProcess, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs: tuple[SeedRun, ...] = ()
        self.title = ""
        self._engine = engine
        self._document = Document()
        self._skipping = False
        self._over = True
        engine.told.connect(self._take)
        engine.state_changed.connect(self._follow)

    @property
    def busy(self) -> bool:
        """Whether a run is under way or still to come."""
        return any(run.status in ("waiting", "running") for run in self.runs)

    @property
    def folders(self) -> list[str]:
        """The folders of the runs that have begun."""
        return [run.folder for run in self.runs if run.folder]

    def start(self, document: Document, seeds: Sequence[int]) -> None:
        """Run the graph, as it is now, with each seed."""
        self._document, self.title = document, document.title
        self.runs = tuple(SeedRun(seed) for seed in seeds)
        self._over = False
        self._next()

    def cancel(self, seed: int) -> None:
        """Do without the run of one seed; if it is under way, stop it and go on with the next."""
        run = next(run for run in self.runs if run.seed == seed)
        if run.status == "waiting":
            self._change(seed, status="cancelled")
        elif run.status == "running":
            self._skipping = True
            self._engine.stop()

    def cancel_all(self) -> None:
        """Do without the runs that wait, and stop the one under way."""
        self.runs = tuple(replace(run, status="cancelled") if run.status == "waiting" else run for run in self.runs)
        self.changed.emit()
        self._engine.stop()

    def _next(self) -> None:
        waiting = next((run for run in self.runs if run.status == "waiting"), None)
        if waiting is None:
            self._end()
            return
        self._change(waiting.seed, status="running")
        self._engine.run(self._document, seed=waiting.seed)

    def _take(self, event: Event) -> None:
        running = next((run for run in self.runs if run.status == "running"), None)
        if running is None:
            return
        match event:
            case RunStarted():
                self._change(running.seed, folder=event.folder)
            case Telemetry():
                way = progress(self._document.run.stop, event)
                self._change(running.seed, share=way.share if way else 0.0)
            case RunEnded():
                self._change(running.seed, status=event.status)
            case Refused(command="start_run"):
                self._change(running.seed, status="failed")

    def _follow(self, state: RunState) -> None:
        """Begin the next run once the engine has taken in the end of the last, or give up with it."""
        running = any(run.status == "running" for run in self.runs)
        if self._over or (running and state is not RunState.LOST):
            return
        if state is RunState.LOST or (state is RunState.STOPPED and not self._skipping):
            self._give_up()
        elif state.allows("run"):
            self._skipping = False
            self._next()

    def _give_up(self) -> None:
        becomes = {"waiting": "cancelled", "running": "failed"}
        self.runs = tuple(replace(run, status=becomes.get(run.status, run.status)) for run in self.runs)
        self._end()

    def _end(self) -> None:
        self._over = True
        self.changed.emit()
        self.ended.emit()

    def _change(self, seed: int, **changes: object) -> None:
        self.runs = tuple(replace(run, **changes) if run.seed == seed else run for run in self.runs)
        self.changed.emit()
