"""The window never freezes: no turn of its event loop computes for 50 ms while a real engine trains at full speed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from app.files import FIRST_EXAMPLE
from app.main_window import MainWindow
from engine.events import RunEnded
from tests.app.turns import Turns

LONGEST = 0.05  # seconds
START = 90_000  # ms that Ray may take to start on a busy machine
TRAINING = {"seconds": 6.0}


def test_a_slow_turn_is_noticed(qtbot: QtBot) -> None:
    turns = Turns()
    QTimer.singleShot(0, lambda: compute(2 * LONGEST))
    qtbot.waitUntil(lambda: turns.longest > LONGEST)


def compute(seconds: float) -> None:
    """Use a processor for so long."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


@pytest.mark.ray
@pytest.mark.timeout(240)
def test_no_turn_of_the_event_loop_takes_50_ms_while_it_trains(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # runs are kept below the folder that the studio was started in
    window.files.open_example(FIRST_EXAMPLE)
    engine = window.run_view.engine
    with qtbot.waitSignal(engine.ready, timeout=START):
        engine.start()
    turns = Turns()
    with qtbot.waitSignal(engine.told, timeout=START, check_params_cb=lambda event: isinstance(event, RunEnded)):
        engine.run(window.editing.document, stop=TRAINING)
    with qtbot.waitSignal(engine.ended, timeout=60_000):
        engine.quit()
    assert len(window.run_view.plots.runs[0].returns) > 0
    assert turns.count > 100
    assert turns.longest < LONGEST
