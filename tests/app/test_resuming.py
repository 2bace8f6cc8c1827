"""Going on with a recorded run opens its graph, with live parameters as they are in the run."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.run.state import RunState
from engine.document import Document, Node
from engine.runs import RunFolder

LOAD = 20_000  # ms that a process may take to start on a busy machine
GRAPH = Document(title="PPO", nodes=(Node(id="policy_1", type="PPOPolicy", params={"clip": 0.3}),))


@pytest.fixture
def folder(tmp_path: Path) -> str:
    made = RunFolder.create(tmp_path / "ppo", GRAPH, 1)
    made.close()
    return str(made.path)


def resume(window: MainWindow, folder: str, qtbot: QtBot) -> None:
    window.run_view.runs.resume_wished.emit(folder)
    qtbot.waitUntil(lambda: window.run_view.engine.state is RunState.RUNNING, timeout=LOAD)


def test_a_graph_that_is_open_stays_open_and_takes_over_what_the_run_goes_on_with(
    idle: MainWindow, folder: str, qtbot: QtBot
) -> None:
    idle.editing.start(GRAPH.replace(title="Mine").with_param("policy_1", "clip", 0.2))
    idle.canvas.select(["policy_1"])
    resume(idle, folder, qtbot)
    assert idle.editing.document == GRAPH.replace(title="Mine").with_param("policy_1", "clip", 0.1)
    assert idle.editing.undo_name == "Take over what the run goes on with"
    rows = idle.form.form.rows
    assert idle.form.form.isEnabled()
    assert (rows["clip"].field.isEnabled(), rows["hidden"].field.isEnabled()) == (True, False)
    assert rows["clip"].field.box.lineEdit().text() == "0.1"


def test_where_another_graph_is_open_that_of_the_run_is_opened(idle: MainWindow, folder: str, qtbot: QtBot) -> None:
    idle.editing.start(Document(title="Another"))
    resume(idle, folder, qtbot)
    assert idle.editing.document.title == "PPO"
    assert idle.editing.document.node("policy_1").params == {"clip": 0.1}
    assert idle.editing.path is None


def test_unsaved_work_is_asked_about_before_another_graph_is_opened(window: MainWindow, folder: str) -> None:
    window.editing.edit("Draw something", Document(title="Unsaved"))
    window.run_view.runs.resume_wished.emit(folder)
    assert window.editing.document.title == "Unsaved"
    assert window.run_view.engine.state is RunState.OFF
    box = window.findChild(QMessageBox)
    assert "Save the changes to" in box.text()
    QTest.mouseClick(box.button(QMessageBox.StandardButton.Cancel), Qt.MouseButton.LeftButton)
    assert window.run_view.engine.state is RunState.OFF


def test_a_folder_without_a_graph_is_told(window: MainWindow, tmp_path: Path) -> None:
    window.run_view.commands.resume_wished.emit(str(tmp_path / "nowhere"))
    (notice,) = window.notices.texts
    assert notice.startswith("The run was not resumed.\n")
    assert window.run_view.engine.state is RunState.OFF
