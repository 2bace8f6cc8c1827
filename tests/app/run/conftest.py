"""An engine process for each test, ended and waited for afterwards."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.run.engine_process import EngineProcess, Patience

STAND_IN = Path(__file__).parent / "stand_in_engine.py"
HASTY = Patience(silent=0.5, grace=0.4, busy=0.4)  # seconds, so that tests of patience are quick

MakeEngine = Callable[..., EngineProcess]


@pytest.fixture
def make_engine(qtbot: QtBot) -> Iterator[MakeEngine]:
    """Makes engine processes of the stand-in; the words choose what it does."""
    made: list[EngineProcess] = []

    def make(*words: str, patience: Patience = HASTY) -> EngineProcess:
        engine = EngineProcess(command=(sys.executable, str(STAND_IN), *words), patience=patience)
        made.append(engine)
        return engine

    yield make
    for engine in made:
        if engine.alive:
            with qtbot.waitSignal(engine.ended):
                engine.quit()


@pytest.fixture
def engine(qtbot: QtBot, make_engine: MakeEngine) -> EngineProcess:
    """A stand-in engine that is ready."""
    engine = make_engine()
    with qtbot.waitSignal(engine.ready, timeout=20_000):
        engine.start()
    return engine
