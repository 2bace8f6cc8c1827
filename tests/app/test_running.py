"""Running from the window, with a real engine: Run, the first points of the curves, Stop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox, QToolBar
from pytestqt.qtbot import QtBot

from app.files import FIRST_EXAMPLE
from app.main_window import MainWindow
from app.run.state import RunState
from app.run.turning import turned
from engine.document import load

pytestmark = pytest.mark.ray

START = 90_000  # ms that Ray may take to start on a busy machine


@pytest.fixture
def warm(window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MainWindow]:
    """The window with PPO on CartPole and a warm engine, which has ended when the test is over."""
    monkeypatch.chdir(tmp_path)  # runs are kept below the folder that the studio was started in
    window.files.open_example(FIRST_EXAMPLE)
    engine = window.run_view.engine
    with qtbot.waitSignal(engine.ready, timeout=START):
        engine.start()
    yield window
    with qtbot.waitSignal(engine.ended, timeout=20_000):
        engine.quit()


@pytest.mark.timeout(180)
def test_a_click_on_run_draws_curves_and_a_click_on_stop_keeps_the_run(
    warm: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    curves = warm.run_view.plots
    engine = warm.run_view.engine
    click_tool(warm, "Run")
    qtbot.waitUntil(lambda: bool(curves.runs) and len(curves.runs[0].returns) > 0, timeout=START)
    assert engine.state is RunState.RUNNING
    assert warm.gestures.locked
    warm.canvas.select(["policy_1"])
    box = warm.form.form.rows["learning_rate"].field.box
    box.setFocus()
    box.lineEdit().selectAll()
    QTest.keyClicks(box.lineEdit(), "0.0001")
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(curves.runs[0].marks), timeout=30_000)
    assert [mark.text for mark in curves.runs[0].marks] == ["learning_rate 0.0001"]
    assert "learning_rate was turned from 0.001 to 0.0001 at" in warm.run_view.log.text.toPlainText()
    assert not warm.close()  # it asks first
    QTest.mouseClick(warm.findChild(QMessageBox).button(QMessageBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    click_tool(warm, "Stop")
    qtbot.waitUntil(lambda: engine.state is RunState.STOPPED, timeout=30_000)
    assert not warm.gestures.locked
    (folder,) = (tmp_path / "runs").iterdir()
    kept, now = load(folder / "graph.json"), warm.editing.document
    assert [wish.name for wish in turned(kept, now, warm.catalogue)] == ["learning_rate"]  # it keeps what was started

    warm.run_view.commands.resume_last.trigger()
    qtbot.waitUntil(lambda: engine.turns, timeout=30_000)
    assert warm.editing.document == now
    warm.canvas.select(["broadcast_1"])
    line = warm.form.form.rows["every"].field.box.lineEdit()
    line.selectAll()
    QTest.keyClicks(line, "3")
    qtbot.waitUntil(lambda: "every 3" in [mark.text for mark in curves.runs[0].marks], timeout=30_000)
    click_tool(warm, "Stop")
    qtbot.waitUntil(lambda: engine.state is RunState.STOPPED, timeout=30_000)


@pytest.mark.timeout(180)
def test_an_item_of_a_real_run_is_held_and_the_policy_is_seen_playing(warm: MainWindow, qtbot: QtBot) -> None:
    inspector, watcher = warm.run_view.inspector, warm.run_view.watcher
    watcher.panel.watch.click()
    click_tool(warm, "Run")
    qtbot.waitUntil(lambda: not watcher.panel.screen_.picture.isNull(), timeout=START)
    assert watcher.panel.screen_.picture.width() == 300  # every second pixel of CartPole's 600
    inspector.panel.choose("standardize_1.standardized→train_1.batches")
    inspector.hold.trigger()
    headline = inspector.panel.headline
    qtbot.waitUntil(lambda: headline.text().startswith("Batch of 2,048 rows from rollouts_1/"), timeout=30_000)
    qtbot.waitUntil(lambda: warm.run_view.engine.state is RunState.PAUSED, timeout=30_000)
    played = watcher.panel.figures.text()
    qtbot.waitUntil(lambda: watcher.panel.figures.text() != played, timeout=30_000)  # it plays on meanwhile
    first = inspector.panel.occasion.text()
    inspector.hold.trigger()  # a step: the next batch is held
    qtbot.waitUntil(lambda: inspector.panel.occasion.text() != first and inspector.drop.isEnabled(), timeout=30_000)
    click_tool(warm, "Stop")
    qtbot.waitUntil(lambda: warm.run_view.engine.state is RunState.STOPPED, timeout=30_000)


def click_tool(window: MainWindow, text: str) -> None:
    """Click the button of the tool bar that says `text`."""
    bar = window.findChild(QToolBar)
    action = next(action for action in bar.actions() if action.text().replace("&", "") == text)
    QTest.mouseClick(bar.widgetForAction(action), Qt.MouseButton.LeftButton)
