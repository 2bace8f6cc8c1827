"""How the engine's process is set up: program, environment, session."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment

import engine

COMMAND: Final = (sys.executable, "-m", "engine", "serve")


def engine_child(parent: QObject, command: Sequence[str] = COMMAND) -> QProcess:
    """Return the engine's process, not yet started."""
    process = QProcess(parent)
    process.setProgram(command[0])
    process.setArguments(list(command[1:]))
    process.setProcessEnvironment(_environment())
    if sys.platform != "win32":  # Ctrl-C in the studio's terminal is for the studio, which then ends the engine
        process.setUnixProcessParameters(QProcess.UnixProcessFlag.CreateNewSession)
    return process


def _environment() -> QProcessEnvironment:
    """The studio's own, with the engine importable from wherever the studio was started."""
    environment = QProcessEnvironment.systemEnvironment()
    paths = (str(Path(engine.__file__).parent.parent), environment.value("PYTHONPATH"))
    environment.insert("PYTHONPATH", os.pathsep.join(filter(None, paths)))
    environment.insert("PYTHONFAULTHANDLER", "1")  # a crash in native code then says where
    return environment
