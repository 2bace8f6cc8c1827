"""The command palette: everything the window can do, found by typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.choices import Choice, choices
from app.main_window import MainWindow
from app.settings import Settings
from tests.app.graphs import chain, ids


def open_palette(window: MainWindow, query: str = "") -> list[str]:
    """Open the palette with its keys, type, and return what it shows."""
    window.actions_by_name["commands"].trigger()
    QTest.keyClicks(window.command_palette.field, query)
    return shown(window)


def shown(window: MainWindow) -> list[str]:
    rows = window.command_palette.list
    return [rows.item(row).text() for row in range(rows.count())]


def named(window: MainWindow) -> dict[str, Choice]:
    return {choice.name: choice for choice in choices(window)}


def test_every_menu_command_panel_node_and_saved_graph_is_offered(window: MainWindow) -> None:
    window.editing.start(chain())
    offered = named(window)
    expected = {
        "File: Save", "Graph › Align: Left edges", "View › Theme: Dark", "Go to panel: Problems",
        "Go to node: concat_1", "Gallery: PPO on CartPole",
    }  # fmt: skip
    assert expected <= offered.keys()
    assert offered["File: Save"].keys == "Ctrl+S"


def test_what_cannot_be_done_now_is_not_offered(window: MainWindow) -> None:
    assert not {"Edit: Undo", "Run: Run"} & named(window).keys()  # nothing was done, and there is no engine
    window.gestures.add("ConcatBatches", 0, 0)
    assert [name for name in named(window) if name.startswith("Edit: Undo")] == ["Edit: Undo Add Concat Batches"]


@pytest.mark.parametrize(
    ("query", "first"), [("arra", "Arrange"), ("exp fig", "Export figure…"), ("concat", "concat_1")]
)
def test_a_few_letters_find_it(query: str, first: str, window: MainWindow) -> None:
    window.editing.start(chain())
    assert open_palette(window, query)[0] == first


def test_letters_that_stand_far_apart_across_menu_and_title_find_nothing(window: MainWindow) -> None:
    assert "Green" not in open_palette(window, "run")  # gRaph › coloUr of frame: greeN


def test_enter_does_what_was_found_and_the_focus_goes_back(window: MainWindow) -> None:
    window.editing.start(chain())
    window.canvas.setFocus()
    open_palette(window, "select all")
    QTest.keyClick(window.command_palette.field, Qt.Key.Key_Return)
    assert set(window.canvas.selected()) == {"concat_1", "standardize_1"}
    assert window.command_palette.isHidden()
    assert window.canvas.focusProxy().hasFocus()


def test_going_to_a_node_selects_it(window: MainWindow) -> None:
    window.editing.start(chain())
    open_palette(window, "standardize_1")
    QTest.keyClick(window.command_palette.field, Qt.Key.Key_Return)
    assert window.canvas.selected() == ("standardize_1",)


def test_a_saved_graph_opens_as_a_copy(window: MainWindow) -> None:
    open_palette(window, "PPO on CartPole")
    QTest.keyClick(window.command_palette.field, Qt.Key.Key_Return)
    assert "rollouts_1" in ids(window.editing.document)
    assert window.editing.path is None


def test_what_was_used_last_comes_first_also_after_a_restart(window: MainWindow) -> None:
    open_palette(window, "equal gaps down")
    QTest.keyClick(window.command_palette.field, Qt.Key.Key_Return)
    open_palette(window, "fit graph")
    QTest.keyClick(window.command_palette.field, Qt.Key.Key_Return)
    assert open_palette(window)[:2] == ["Fit graph", "Equal gaps down"]
    assert Settings(window.places).used_commands == ("View: Fit graph", "Graph › Align: Equal gaps down")


def test_nothing_found_is_said(window: MainWindow) -> None:
    assert open_palette(window, "quantum annealing") == []
    assert window.command_palette.about.text() == "Nothing is called that."
