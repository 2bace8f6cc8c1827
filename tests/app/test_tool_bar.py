"""The tool bar: in a narrow window the run's buttons and state remain, and the other tools give way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.tool_bar import ToolBar

EDITING = ("New", "Gallery", "Open", "Save", "Undo", "Redo", "Add operator", "Arrange", "Fit graph")


@pytest.mark.parametrize(("width", "count"), [(1440, 9), (760, 0)])
def test_tools_give_way_for_the_state_of_the_run(window: MainWindow, qtbot: QtBot, width: int, count: int) -> None:
    bar = window.findChild(ToolBar)
    window.resize(width, 700)
    qtbot.waitUntil(lambda: len([name for name in shown(bar) if name in EDITING]) == count)
    assert {"Run", "Pause", "Stop"} <= set(shown(bar))
    assert window.run_view.status.isVisible()
    assert window.run_view.status.geometry().right() <= bar.width()


def test_in_a_very_narrow_window_the_runs_buttons_are_icons(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.findChild(ToolBar)
    run = bar.widgetForAction(window.run_view.commands.run)
    window.resize(1440, 700)
    qtbot.waitUntil(lambda: run.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    window.resize(600, 700)
    qtbot.waitUntil(lambda: run.toolButtonStyle() is Qt.ToolButtonStyle.ToolButtonIconOnly)
    qtbot.waitUntil(window.run_view.status.isVisible)
    assert run.isVisible()


def test_in_between_whole_groups_are_shown(window: MainWindow, qtbot: QtBot) -> None:
    bar = window.findChild(ToolBar)
    window.resize(870, 700)
    qtbot.waitUntil(lambda: {"New", "Save"} <= set(shown(bar)) and "Undo" not in shown(bar))
    window.resize(1440, 700)
    qtbot.waitUntil(lambda: set(EDITING) <= set(shown(bar)))


def shown(bar: ToolBar) -> list[str]:
    """The texts of the buttons that can be seen."""
    buttons = [button for button in bar.findChildren(QToolButton) if button.isVisible() and button.defaultAction()]
    return [button.defaultAction().text().replace("&", "").rstrip("…").strip() for button in buttons]
