"""Asks `rlflow environments` in a process of its own: what is registered, or what one environment shows and takes.

Making an environment runs its author's code, which may fail, hang or crash. So there is a time limit, and whatever
comes instead of an answer is a sentence.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from PySide6.QtCore import QCoreApplication, QObject, QProcess, QTimer, Signal, SignalInstance

from app.run.child import engine_child
from engine.environment_card import EnvironmentCard
from engine.problems import Problem

COMMAND: Final = (sys.executable, "-m", "engine", "environments", "--json")
PATIENCE: Final = 20.0  # seconds
LAST_WAIT: Final = 1_000  # ms, for a process that was killed


class EnvironmentQuestion(QObject):
    """One question at a time; another one, or `drop`, ends the process of the one before.

    Attributes:
        command: the program and its first arguments; after them comes the id.

    Signals:
        told(EnvironmentCard): a part of the answer.
        failed(str): there is no more to the answer; a sentence says why.
        ended(): the answer is whole.
    """

    told = Signal(object)
    failed = Signal(str)
    ended = Signal()

    def __init__(self, parent: QObject, command: Sequence[str] = COMMAND, patience: float = PATIENCE) -> None:
        super().__init__(parent)
        self.command = command
        self._process: QProcess | None = None
        self._refusal = ""
        self._limit = QTimer(self, singleShot=True, interval=round(1000 * patience))
        self._limit.timeout.connect(self._give_up)
        QCoreApplication.instance().aboutToQuit.connect(self._leave)

    @property
    def open(self) -> bool:
        """Whether an answer is awaited."""
        return self._process is not None

    def ask(self, env_id: str = "", kwargs: str = "") -> None:
        """Ask what there is to tell of one environment, made with arguments (JSON), or which ones there are."""
        self.drop()
        self._refusal = ""
        words = [env_id, "--kwargs", kwargs] if kwargs else [env_id] if env_id else []
        self._process = process = engine_child(self, (*self.command, *words))
        for signal, hear in self._joints(process):
            signal.connect(hear)
        self._limit.start()
        process.start()

    def drop(self) -> None:
        """End the process, if there is one, and tell nothing more."""
        process, self._process = self._process, None
        self._limit.stop()
        if process is None:
            return
        for signal, hear in self._joints(process):
            signal.disconnect(hear)
        if process.state() == QProcess.ProcessState.NotRunning:
            process.deleteLater()
        else:
            process.finished.connect(process.deleteLater)
            process.kill()

    def _joints(self, process: QProcess) -> tuple[tuple[SignalInstance, Callable[..., None]], ...]:
        return (
            (process.readyReadStandardOutput, self._read),
            (process.finished, self._finish),
            (process.errorOccurred, self._tell_no_start),
        )

    def _read(self) -> None:
        while self._process is not None and self._process.canReadLine():
            line = self._process.readLine().data()
            if line.startswith(b"{"):  # another is what native code of an environment's author printed
                self._take(json.loads(line))

    def _take(self, told: dict[str, Any]) -> None:
        if "problems" in told:
            self._refusal = "\n".join(str(Problem.from_json(problem)) for problem in told["problems"])
        else:
            self.told.emit(EnvironmentCard.model_validate(told))

    def _finish(self, code: int, how: QProcess.ExitStatus) -> None:
        assert self._process is not None
        said = self._process.readAllStandardError().data().decode(errors="replace")
        self.drop()
        if code == 0 and how == QProcess.ExitStatus.NormalExit:
            self.ended.emit()
        elif how == QProcess.ExitStatus.CrashExit:
            self.failed.emit(f"It crashed its process (signal {code}).")
        else:
            self.failed.emit(self._refusal or f"It ended its process, which said last: {last_line(said)}")

    def _tell_no_start(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart and self._process is not None:  # Qt says nothing more then
            reason = self._process.errorString()
            self.drop()
            self.failed.emit(f"The process that makes environments cannot be started: {reason}")

    def _give_up(self) -> None:
        self.drop()
        self.failed.emit(f"It gave no answer within {self._limit.interval() / 1000:g} s, and its process was ended.")

    def _leave(self) -> None:
        """End what runs with the application; here, and only here, it is waited for."""
        self.drop()
        for process in self.findChildren(QProcess):
            process.waitForFinished(LAST_WAIT)


def last_line(text: str) -> str:
    """Return the last line of what a process said: of a traceback it is the error."""
    return text.strip().rpartition("\n")[2] or "nothing"
