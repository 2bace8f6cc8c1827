"""A kill -9 of the engine while it trains: the window lives, says what happened, and offers to go on."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from app.files import FIRST_EXAMPLE
from app.main_window import MainWindow
from app.qt import application
from app.run.state import RunState
from app.settings import Places
from engine.events import RunStarted, Telemetry

pytestmark = pytest.mark.ray

START = 90_000  # ms; Ray and torch on a busy machine


@pytest.fixture(scope="session")
def qapp() -> object:
    return application(["studio"])


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """A window whose engine trains PPO on CartPole, far past the end of the test."""
    monkeypatch.chdir(tmp_path)  # runs are kept below
    made = MainWindow(Places(tmp_path / "config", tmp_path / "state"))
    made.show()
    made.files.open_example(FIRST_EXAMPLE)
    engine = made.run_view.engine
    with qtbot.waitSignal(engine.ready, timeout=START):
        engine.start()
    with qtbot.waitSignal(engine.told, timeout=START, check_params_cb=lambda event: isinstance(event, Telemetry)):
        engine.run(made.editing.document, stop={"env_steps": 1e9})
    yield made
    with qtbot.waitSignal(engine.ended, timeout=START):
        engine.quit()


def test_the_window_survives_a_killed_engine_and_resumes_its_run(qtbot: QtBot, window: MainWindow) -> None:
    view = window.run_view
    below = psutil.Process(view.engine.pid).children(recursive=True)
    folder = view.plots.runs[0].folder
    with qtbot.waitSignal(view.engine.died, timeout=2_000):
        os.kill(view.engine.pid, signal.SIGKILL)

    assert view.status.word == RunState.LOST.value
    assert any("SIGKILL" in text for text in window.notices.texts)
    assert window.isVisible()
    assert not window.gestures.locked  # the graph can be edited again
    assert view.commands.resume_last.isEnabled()

    _, alive = psutil.wait_procs(below, timeout=10)
    assert alive == []

    with qtbot.waitSignal(
        view.engine.told, timeout=START, check_params_cb=lambda event: isinstance(event, RunStarted)
    ) as resumed:
        view.commands.resume_last.trigger()
    assert resumed.args[0].folder == folder
