"""A PPO graph built, wired, checked, run and saved with the keyboard alone, as a person without a mouse would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.outline_rows import PORT, THING
from app.run.state import RunState
from engine.document import load
from tests.app.graphs import wires

START = 90_000  # ms that an engine may take to start on a busy machine
CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier
OPERATORS = (
    "Environment", "PPO Policy", "Rollouts", "Compute Advantages", "Gather Sync", "Concat Batches",
    "Standardize Fields", "Train One Step", "Broadcast Weights", "Report Metrics",
)  # fmt: skip
WIRES = (
    ("environment_1.environment", "policy_1.environment"),
    ("environment_1.environment", "rollouts_1.environment"),
    ("policy_1.policy", "rollouts_1.policy"),
    ("rollouts_1.experiences", "advantages_1.batches"),
    ("advantages_1.estimated", "gather_1.shards"),
    ("gather_1.items", "concat_1.batches"),
    ("concat_1.joined", "standardize_1.batches"),
    ("standardize_1.standardized", "train_1.batches"),
    ("policy_1.policy", "train_1.policy"),
    ("train_1.results", "broadcast_1.items"),
    ("policy_1.policy", "broadcast_1.policy"),
    ("rollouts_1.actors", "broadcast_1.workers"),
    ("broadcast_1.passed", "report_1.items"),
)


class Keyboard:
    """Presses keys, which go to whatever has the keyboard, and looks at what a person would see."""

    def __init__(self, window: MainWindow) -> None:
        self.window = window

    @property
    def at(self) -> QWidget:
        return QApplication.activePopupWidget() or QApplication.focusWidget() or self.window

    def press(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.at, key, held)

    def write(self, text: str) -> None:
        QTest.keyClicks(self.at, text)

    def press_until(self, key: Qt.Key, seen: Callable[[], bool], held: Qt.KeyboardModifier = NONE) -> None:
        for _ in range(200):
            if seen():
                return
            self.press(key, held)
        raise AssertionError(f"{key} leads nowhere: {QApplication.focusWidget()} has the keyboard")

    def go_to(self, panel: QWidget) -> None:
        self.press_until(Qt.Key.Key_F6, lambda: panel is self.at or panel.isAncestorOf(self.at), CTRL)

    def stand_on(self, thing: str, end: str | None = None) -> None:
        """Go to the row of a node in the outline, or of a port of it."""
        current = self.window.outline.currentIndex
        self.press(Qt.Key.Key_Home)
        self.press_until(Qt.Key.Key_Down, lambda: (current().data(THING), current().data(PORT)) == (thing, None))
        if end:
            self.press(Qt.Key.Key_Right)
            self.press_until(Qt.Key.Key_Down, lambda: current().data(PORT) == end)

    def enter(self, name: str, value: str) -> None:
        """Go on to a field of the form that is shown, and enter a value."""
        form = self.window.form.form
        assert form is not None
        self.press_until(Qt.Key.Key_Tab, lambda: form.rows[name].field.isAncestorOf(self.at))
        self.press(Qt.Key.Key_A, CTRL)
        self.write(value)
        self.press(Qt.Key.Key_Return)


@pytest.fixture
def keyboard(window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keyboard]:
    """A keyboard before an empty graph, and a warm engine, which has ended when the test is over."""
    monkeypatch.chdir(tmp_path)  # runs are kept below the folder that the studio was started in
    engine = window.run_view.engine
    with qtbot.waitSignal(engine.ready, timeout=START):
        engine.start()
    window.activateWindow()
    window.canvas.setFocus()
    yield Keyboard(window)
    with qtbot.waitSignal(engine.ended, timeout=20_000):
        engine.quit()


@pytest.mark.ray
@pytest.mark.timeout(240)
@pytest.mark.qt_log_ignore("This plugin does not support")  # the screenless platform cannot raise a menu
def test_a_ppo_graph_is_built_wired_checked_run_and_saved(keyboard: Keyboard, qtbot: QtBot, tmp_path: Path) -> None:
    window = keyboard.window
    keyboard.go_to(window.outline)
    for operator in OPERATORS:
        keyboard.press(Qt.Key.Key_Insert)
        keyboard.write(operator)
        keyboard.press(Qt.Key.Key_Return)
    for source, target in WIRES:
        draw(keyboard, source, target)
    assert wires(window.editing.document) == set(WIRES)
    keyboard.press(Qt.Key.Key_L, CTRL)  # arrange
    keyboard.stand_on("rollouts_1")
    keyboard.press(Qt.Key.Key_Return)
    keyboard.enter("workers", "0")
    keyboard.go_to(window.canvas)
    keyboard.press_until(Qt.Key.Key_Escape, lambda: not window.canvas.selected())
    keyboard.go_to(window.form)
    keyboard.enter("env_steps", "2048")
    qtbot.waitUntil(lambda: not window.problems.problems)
    bring_to_front(window, qtbot)
    keyboard.press(Qt.Key.Key_F5)
    engine = window.run_view.engine
    qtbot.waitUntil(lambda: engine.state is RunState.FINISHED, timeout=START)
    keyboard.press(Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    bring_to_front(window.findChild(QFileDialog), qtbot)
    keyboard.press(Qt.Key.Key_A, CTRL)
    keyboard.write(str(tmp_path / "mine.json"))
    keyboard.press_until(Qt.Key.Key_Return, (tmp_path / "mine.json").exists)  # the first takes what is offered
    assert load(tmp_path / "mine.json") == window.editing.document
    assert window.editing.document.node("rollouts_1").params == {"workers": 0}


def bring_to_front(window: QWidget, qtbot: QtBot) -> None:
    """Do what a desktop does: the screenless platform forgets which window is active once menus are gone."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)


def draw(keyboard: Keyboard, source: str, target: str) -> None:
    """Draw a wire from the row of its source in the outline, by the menu that L opens."""
    keyboard.stand_on(source.partition(".")[0], source)
    keyboard.press(Qt.Key.Key_L)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    keyboard.press_until(Qt.Key.Key_Down, lambda: menu.activeAction().text() == f"Connect to {target}")
    keyboard.press(Qt.Key.Key_Return)
