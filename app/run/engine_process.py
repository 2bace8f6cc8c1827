"""The engine as a child of the studio: commands go in, events come out, and its death is noticed and told.

It is started with the studio, so that Ray and torch are warm by the first Run. Nothing here ever waits for it:
ending it is a wish, then SIGTERM, then SIGKILL, driven by a timer. What a killed engine leaves running is ended by its
own guard (`engine/guard.py`), which also works where the studio has died.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QCoreApplication, QObject, QProcess, Qt, QTimer, Signal

from app.run.child import COMMAND, engine_child
from app.run.ending import Escalation, reason_of_death
from app.run.event_stream import EventStream
from app.run.free_text import FreeText
from app.run.state import RunState, after
from app.run.turning import turned, with_turned
from engine.catalogue import Catalogue
from engine.document import Document, write
from engine.events import (
    Command,
    EngineReady,
    EngineStarting,
    Event,
    Log,
    Pause,
    Quit,
    Refused,
    Resume,
    RunEnded,
    RunStarted,
    StartRun,
    Stop,
    to_line,
)
from engine.inspecting import Inspection, Watch
from engine.problems import Problem

TICK: Final = 250  # ms between looks at the engine


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the engine, in seconds.

    Attributes:
        silent: without a line for this long, a warm engine is said not to answer.
        busy: without a line for this long after a wish to end, it is sent SIGTERM. A long learner step, a checkpoint
            and Ray's own end are silent for seconds. An engine that shall quit and goes on talking gets three times
            this.
        grace: between SIGTERM and SIGKILL.
    """

    silent: float = 5.0
    busy: float = 10.0
    grace: float = 3.0


class EngineProcess(QObject):
    """The engine's process, the state of its run, and the ways to wish for something.

    Call `start` when the studio opens and `quit` when it closes. A wish that makes no sense in the present state is
    ignored, as its button is disabled then.

    Attributes:
        patience: how long to wait for it.
        address: of the cluster on which it runs graphs; empty for this machine.
        document: the graph that runs or ran last, with the parameters that were turned meanwhile; None before the
            first run.

    Signals:
        told(Event): what the engine tells, in order; see `EventStream` for what is left out.
        starting(str, float): a step of the start, and the seconds since its process began.
        ready(): a run can start at once.
        state_changed(RunState): see `state`.
        logged(Log): what the engine printed, and what was odd about it.
        silent(float): seconds without a line from a warm engine, again and again; 0 once it answers again.
        died(str): it ended unasked; one sentence, then on further lines what it printed last.
        ended(): it ended as `quit` wished.
    """

    told = Signal(object)
    starting = Signal(str, float)
    ready = Signal()
    state_changed = Signal(object)
    logged = Signal(object)
    silent = Signal(float)
    died = Signal(str)
    ended = Signal()

    def __init__(
        self, parent: QObject | None = None, command: Sequence[str] = COMMAND, patience: Patience | None = None
    ) -> None:
        super().__init__(parent)
        self.patience = patience or Patience()
        self.document: Document | None = None
        self.address = ""
        self._state = RunState.OFF
        self._command = command
        self._process = engine_child(self, command)
        self._process.readyReadStandardOutput.connect(self._read_events)
        self._process.readyReadStandardError.connect(self._read_text)
        self._process.finished.connect(self._finished)
        self._process.errorOccurred.connect(self._went_wrong)
        self._events = EventStream(self)
        self._events.told.connect(self._tell)
        self._events.strange.connect(self.logged)
        self._events.drained.connect(self._bury_if_dead)
        self._watch = QTimer(self, interval=TICK)
        self._watch.timeout.connect(self._look)
        QCoreApplication.instance().aboutToQuit.connect(self._leave)
        self._begin_life()

    @property
    def state(self) -> RunState:
        """The state of the engine and its run."""
        return self._state

    @property
    def pid(self) -> int:
        """The process id; 0 while there is no process."""
        return self._process.processId()

    @property
    def alive(self) -> bool:
        """Whether there is a process."""
        return self._process.state() != QProcess.ProcessState.NotRunning

    def start(self) -> None:
        """Start the engine unless it runs."""
        if not self.alive:
            self._begin_life()
            self._set(RunState.STARTING)
            self._process.setArguments([*self._command[1:], *(("--address", self.address) if self.address else ())])
            self._watch.start()
            self._process.start()

    def aim(self, address: str) -> None:
        """Let the next runs go to the cluster at an address, or to this machine if it is empty: by a new engine."""
        if address == self.address:
            return
        self.address = address
        if self.alive:
            self.ended.connect(self.start, Qt.ConnectionType.SingleShotConnection)
            self.quit()
        elif self._state is RunState.LOST:
            self.start()

    def run(
        self, document: Document, seed: int | None = None, stop: Mapping[str, float] | None = None, out: str = ""
    ) -> None:
        """Run a graph as soon as the engine is ready, with a new engine if the old one is gone.

        None takes the document's own seed and stop conditions, no `out` a new folder below `runs`.
        """
        if self._state is RunState.LOST:
            self.start()
        self.document = document
        self._launch(StartRun(graph=write(document), seed=seed, stop=stop, out=out))

    def resume_run(self, folder: str | Path, document: Document) -> None:
        """Go on with the interrupted run in `folder`, whose graph this is, with a new engine if the old one is gone."""
        self.start()
        self.document = document
        self._launch(StartRun(resume=str(folder)))

    def pause(self) -> None:
        """Let the run stand still once calls in flight have come home."""
        if self._state.allows("pause"):
            self._set(RunState.PAUSING)
            self._send(Pause())

    def resume(self) -> None:
        """Let a paused run go on."""
        if self._state.allows("resume"):
            self._send(Resume())

    def look(self, command: Inspection | Watch) -> None:
        """Look into the run that is under way: at an item on a wire, or at the policy while it plays."""
        if self._state.allows("look"):
            self._send(command)

    @property
    def turns(self) -> bool:
        """Whether live parameters of the graph that runs can be turned now."""
        return self.document is not None and self._state.allows("turn")

    def turn(self, document: Document, catalogue: Catalogue) -> None:
        """Let the run go on with the live parameters of `document`, a later state of the graph that runs."""
        if self.document is not None and self.turns:
            for command in turned(self.document, document, catalogue):
                self._send(command)
            self.document = document

    def stop(self) -> None:
        """End the run and keep its folder, or wait for the engine no more; a second wish ends the engine at once."""
        if self._state.allows("end_engine"):
            self._ending.hurry(time.monotonic())
        elif self._state is RunState.QUEUED:
            self._pending = None
            self._set(RunState.STARTING)
        elif self._state.allows("stop"):
            self._set(RunState.STOPPING)
            self._send(Stop())
            self._ending.begin(time.monotonic(), quiet=self.patience.busy)

    def quit(self) -> None:
        """End the engine, within seconds; `ended` tells when it is gone."""
        self._quitting = True
        if not self.alive:
            QTimer.singleShot(0, self.ended.emit)
            return
        self._send(Quit())
        self._process.closeWriteChannel()
        self._ending.begin(time.monotonic(), quiet=self.patience.busy, limit=3 * self.patience.busy)

    def _begin_life(self) -> None:
        self._events.clear()
        self._text = FreeText()
        self._ending = Escalation(self.patience.grace)
        self._pending: StartRun | None = None
        self._refusal = ""
        self._death = ""
        self._quitting = False
        self._is_silent = False

    def _set(self, state: RunState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state)

    def _launch(self, command: StartRun) -> None:
        if self._state is RunState.STARTING:
            self._pending = command
            self._set(RunState.QUEUED)
        elif self._state.allows("run"):
            self._send(command)
            self._set(RunState.LAUNCHING)  # last: who looks into the run from its first item on says so now

    def _send(self, command: Command) -> None:
        if self.alive:
            self._process.write(to_line(command))

    def _read_events(self) -> None:
        self._events.feed(self._process.readAllStandardOutput().data())

    def _read_text(self) -> None:
        for line in self._text.feed(self._process.readAllStandardError().data()):
            self._log("info", line)

    def _log(self, level: Literal["info", "warning"], text: str) -> None:
        self.logged.emit(Log(level=level, text=text))

    def _tell(self, event: Event) -> None:
        if isinstance(event, RunStarted) and self.document is not None:
            self.document = with_turned(self.document, event.turned)
        self.told.emit(event)
        self._set(after(self._state, event))
        if isinstance(event, EngineStarting):
            self.starting.emit(event.step, event.seconds)
        elif isinstance(event, EngineReady):
            self._become_ready()
        elif isinstance(event, RunEnded) and not self._quitting:
            self._ending.cancel()
        elif isinstance(event, Refused) and event.command == "engine":
            self._refusal = "\n".join(str(Problem.from_json(dict(problem))) for problem in event.problems)

    def _become_ready(self) -> None:
        self.ready.emit()
        if self._pending is not None:
            command, self._pending = self._pending, None
            self._launch(command)

    def _look(self) -> None:
        now = time.monotonic()
        push = self._ending.due(now, self._events.heard)
        if push == "terminate":
            self._log("warning", "The engine has not ended as asked: it is told to end (SIGTERM).")
            self._process.terminate()
        elif push == "kill":
            self._log("warning", "The engine still runs: it is killed (SIGKILL).")
            self._process.kill()
        self._tell_silence(now - self._events.heard)

    def _tell_silence(self, seconds: float) -> None:
        if seconds >= self.patience.silent and not self._state.engine_starts:
            self._is_silent = True
            self.silent.emit(seconds)
        elif self._is_silent:
            self._is_silent = False
            self.silent.emit(0.0)

    def _went_wrong(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:  # Qt says nothing more then
            self._death = f"The engine cannot be started: {self._process.errorString()}."
            self._bury_if_dead()

    def _finished(self, code: int, how: QProcess.ExitStatus) -> None:
        self._read_text()
        self._read_events()
        crashed = how == QProcess.ExitStatus.CrashExit
        self._death = self._refusal or reason_of_death(code, crashed, self._text.last)
        if not self._events.busy:
            self._bury_if_dead()

    def _bury_if_dead(self) -> None:
        """Tell the death once everything that was said before it has been told."""
        if not self._death:
            return
        reason, self._death = self._death, ""
        self._watch.stop()
        self._set(RunState.OFF if self._quitting else RunState.LOST)
        if self._quitting:
            self.ended.emit()
        else:
            self.died.emit(reason)

    def _leave(self) -> None:
        """End the engine with the application; here, when every window is gone, and only here, it is waited for."""
        if self.alive:
            self._quitting = True
            self._process.closeWriteChannel()
        pushes = ((None, self.patience.busy), (self._process.terminate, self.patience.grace), (self._process.kill, 1.0))
        for push, seconds in pushes:
            if not self.alive:
                return
            if push:
                push()
            self._process.waitForFinished(int(seconds * 1000))
