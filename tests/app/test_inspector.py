"""From the window into a run: hold an item on a wire, look at it, step, drop, set breakpoints, watch the policy."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from app import run_view
from app.canvas.wire_item import WireItem
from app.files import FIRST_EXAMPLE
from app.main_window import MainWindow
from app.menus import context_menu
from app.outline import WIRE
from app.run.engine_process import EngineProcess
from app.run.state import RunState
from app.settings import Places
from engine.catalogue import Catalogue
from engine.document import load
from tests.app.run.conftest import HASTY, STAND_IN

BATCHES = "standardize_1.standardized→train_1.batches"
RESULTS = "train_1.results→broadcast_1.items"
GATHERED = "gather_1.items→concat_1.batches"
ON_ACTORS = "rollouts_1.experiences→advantages_1.batches"


@pytest.fixture
def studio(
    qtbot: QtBot, places: Places, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[MainWindow]:
    """The window with PPO on CartPole, and an engine that only answers."""
    monkeypatch.chdir(tmp_path)
    command = (sys.executable, str(STAND_IN))
    monkeypatch.setattr(run_view, "EngineProcess", partial(EngineProcess, command=command, patience=HASTY))
    window = MainWindow(places, catalogue)
    window.resize(1440, 900)
    window.showNormal()
    window.files.open_example(FIRST_EXAMPLE)
    engine = window.run_view.engine
    with qtbot.waitSignal(engine.ready, timeout=20_000):
        engine.start()
    yield window
    with qtbot.waitSignal(engine.ended):
        engine.quit()
    window.editing.start(window.editing.document)
    window.close()


def running(studio: MainWindow, qtbot: QtBot) -> None:
    studio.run_view.run()
    qtbot.waitUntil(lambda: studio.run_view.engine.state is RunState.RUNNING)


def stop_on(studio: MainWindow, wire: str):
    (item,) = (item for item in wires_of(studio) if "→".join(item.wire) == wire)
    return item.stop


def test_the_next_item_is_held_shown_stepped_dropped_and_let_go(studio: MainWindow, qtbot: QtBot) -> None:
    inspector = studio.run_view.inspector
    panel = inspector.panel
    assert not inspector.hold.isEnabled()
    running(studio, qtbot)
    panel.choose(BATCHES)
    inspector.hold.trigger()
    qtbot.waitUntil(lambda: panel.headline.text() == "Batch of 64 rows from rollouts_1/0")
    qtbot.waitUntil(lambda: studio.run_view.engine.state is RunState.PAUSED)
    assert panel.isVisible()
    model = panel.table.model()
    assert [model.index(0, column).data() for column in (0, 2, 3, 4)] == ["reward", "0", "1", "2"]
    assert stop_on(studio, BATCHES).held
    assert inspector.hold.text() == "&Step"
    inspector.drop.trigger()
    qtbot.waitUntil(lambda: panel.occasion.text().startswith("Dropped: 1 on this wire"))
    assert not stop_on(studio, BATCHES).held
    assert not inspector.drop.isEnabled()
    inspector.go_on.trigger()
    qtbot.waitUntil(lambda: studio.run_view.engine.state is RunState.RUNNING)
    log = studio.run_view.log.text.toPlainText()
    assert "Batch of 64 rows from rollouts_1/0. Held · standardize_1.standardized → train_1.batches" in log
    assert f"An item of rollouts_1/0 (64 env steps) was dropped on {BATCHES}." in log


def test_a_wire_on_actors_says_why_nothing_can_be_held_there_and_can_be_looked_at(
    studio: MainWindow, qtbot: QtBot
) -> None:
    inspector = studio.run_view.inspector
    running(studio, qtbot)
    inspector.panel.choose(ON_ACTORS)
    assert not inspector.hold.isEnabled()
    assert "none can be held" in inspector.panel.why.text()
    inspector.peek.trigger()
    qtbot.waitUntil(lambda: inspector.panel.occasion.text().startswith("Passing"))
    assert studio.run_view.engine.state is RunState.RUNNING


def test_a_breakpoint_is_written_shown_on_its_wire_sent_and_kept_beside_the_graph(
    studio: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    studio.editing.save(tmp_path / "mine.json")
    panel = studio.run_view.inspector.panel
    panel.choose(RESULTS)
    write(panel.breakpoints.condition, "kl >")
    assert "is no condition" in panel.breakpoints.fault.text()
    write(panel.breakpoints.condition, "kl > 0.05")
    assert panel.breakpoints.fault.isHidden()
    (line,) = panel.breakpoints.list.findItems("train_1.results: kl > 0.05", Qt.MatchFlag.MatchExactly)
    assert stop_on(studio, RESULTS).enabled is True
    running(studio, qtbot)
    log = studio.run_view.log.text
    qtbot.waitUntil(lambda: "breakpoints: ['kl > 0.05']" in log.toPlainText())  # before the first item
    line.setCheckState(Qt.CheckState.Unchecked)
    qtbot.waitUntil(lambda: "breakpoints: []" in log.toPlainText())
    assert stop_on(studio, RESULTS).enabled is False
    assert "kl" not in (tmp_path / "mine.json").read_text()
    assert load(tmp_path / "mine.json") == studio.editing.document
    panel.breakpoints.list.setCurrentRow(0)
    panel.breakpoints.list.setFocus()
    QTest.keyClick(panel.breakpoints.list, Qt.Key.Key_Delete)
    assert panel.breakpoints.list.count() == 0
    assert not stop_on(studio, RESULTS).isVisible()


def write(line, text: str) -> None:
    line.clear()
    line.setFocus()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_the_menu_of_a_wire_offers_to_look_into_it(studio: MainWindow) -> None:
    menu = context_menu(studio, ("train_1.results", "broadcast_1.items"))
    assert texts(menu)[:3] == ["Pause here", "Look", "Breakpoint…"]
    assert studio.run_view.inspector.panel.wire == RESULTS
    handle = context_menu(studio, ("policy_1.policy", "train_1.policy"))
    assert "Pause here" not in texts(handle)


def test_a_wire_that_is_clicked_or_stood_on_in_the_outline_is_the_one_to_hold_items_on(studio: MainWindow) -> None:
    panel = studio.run_view.inspector.panel
    middle = stop_place(studio, GATHERED)
    QTest.mouseClick(studio.canvas.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert panel.wire == GATHERED
    rows = (row for row in below(studio.outline.model()) if row.data(WIRE) == tuple(BATCHES.split("→")))
    studio.outline.setCurrentIndex(next(rows))
    assert panel.wire == BATCHES


def below(model, parent=QModelIndex()):  # noqa: B008  the root, which never changes
    """All rows of a tree."""
    for number in range(model.rowCount(parent)):
        row = model.index(number, 0, parent)
        yield row
        yield from below(model, row)


def stop_place(studio: MainWindow, wire: str):
    (item,) = (item for item in wires_of(studio) if "→".join(item.wire) == wire)
    return studio.canvas._viewer.mapFromScene(item.path().pointAtPercent(0.5))


def wires_of(studio: MainWindow):
    return [item for item in studio.canvas._viewer.scene().items() if type(item) is WireItem]


def texts(menu: QMenu) -> list[str]:
    return [action.text().replace("&", "") for action in menu.actions()]


def test_a_policy_is_watched_from_the_first_moment_of_a_run_and_filmed(studio: MainWindow, qtbot: QtBot) -> None:
    panel = studio.run_view.watcher.panel
    assert panel.policies.itemText(0) == "policy_1"
    panel.watch.click()
    assert panel.told.text() == "It plays as soon as the graph runs."
    running(studio, qtbot)
    qtbot.waitUntil(lambda: not panel.screen_.picture.isNull())
    assert panel.figures.text() == "Episode 1 · step 7 · return 7 · version 3"
    panel.skip.click()
    qtbot.waitUntil(lambda: panel.figures.text().startswith("Episode 2"))
    (gif,) = (action for action in panel.film.menu().actions() if "GIF" in action.text())
    gif.trigger()
    qtbot.waitUntil(lambda: panel.told.text() == "The film is /runs/one/videos/watched-policy_1-50-1.gif")


def test_an_environment_that_cannot_be_drawn_is_told_in_the_panel(studio: MainWindow, qtbot: QtBot) -> None:
    panel = studio.run_view.watcher.panel
    running(studio, qtbot)
    panel.show_policies(["cannot_1"])
    panel.watch.click()
    qtbot.waitUntil(lambda: panel.told.text() == "Blind-v0 cannot draw itself: it renders as ansi")
    assert not panel.watch.isChecked()
    assert studio.notices.texts == ()
