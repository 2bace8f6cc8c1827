"""Keys of commands: listed, changed, told everywhere, kept; what cannot be is refused in words."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.choices import choices
from app.commands import COMMANDS
from app.main_window import MainWindow
from app.settings import Places, Settings
from app.shortcuts import Shortcuts
from app.shortcuts_dialog import ShortcutsDialog
from engine.catalogue import Catalogue
from tests.app.graphs import chain

CTRL, NONE = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.NoModifier


@pytest.fixture
def shortcuts(places: Places) -> Shortcuts:
    return Shortcuts(Settings(places))


@pytest.fixture
def dialog(window: MainWindow, qtbot: QtBot) -> Iterator[ShortcutsDialog]:
    view = focus_on(window.canvas.focusProxy(), window, qtbot)
    QTest.keyClick(view, Qt.Key.Key_F1, CTRL)
    (opened,) = window.findChildren(ShortcutsDialog)
    opened.activateWindow()
    qtbot.waitUntil(opened.search.hasFocus)
    yield opened
    for left in window.findChildren(ShortcutsDialog):
        left.close()


def focus_on(widget: QWidget, window: MainWindow, qtbot: QtBot) -> QWidget:
    window.activateWindow()
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)
    return widget


def keys(shortcuts: Shortcuts, name: str) -> list[str]:
    return [key.toString() for key in shortcuts.keys(name)]


def give(dialog: ShortcutsDialog, title: str, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
    """Find a command, press Enter on it and then its new keys, as a person would."""
    dialog.search.setFocus()
    dialog.search.selectAll()
    QTest.keyClicks(dialog.search, title)
    QTest.keyClick(dialog.search, Qt.Key.Key_Down)
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    QTest.keyClick(dialog.field, key, held)


def test_at_first_no_two_commands_are_meant_by_one_key_and_none_has_a_key_that_others_keep(
    shortcuts: Shortcuts,
) -> None:
    for name in COMMANDS:
        for key in shortcuts.keys(name):
            assert not shortcuts.holders(name, key), f"{name}: {key.toString()}"
            assert not shortcuts.refusal(name, key), f"{name}: {key.toString()}"


def test_every_action_with_keys_is_of_a_command_in_the_table(window: MainWindow) -> None:
    strays = [
        action
        for action in window.findChildren(QAction)
        if not action.shortcut().isEmpty() and action.objectName() not in COMMANDS and not _is_qts_own(action)
    ]
    assert [(action.text(), action.shortcut().toString()) for action in strays] == []


def _is_qts_own(action: QAction) -> bool:
    """Whether it is a command of a text field, such as its own Undo."""
    return action.objectName().startswith("edit-") or action.objectName() in ("select-all", "link-copy")


def test_every_command_of_the_table_is_an_action_of_the_window(window: MainWindow) -> None:
    made = {action.objectName() for action in window.findChildren(QAction)}
    assert [name for name in COMMANDS if name not in made and COMMANDS[name].place != "snapshots"] == []


def test_all_commands_are_listed_by_section_and_found_by_name_and_by_key(dialog: ShortcutsDialog) -> None:
    assert [row.text(1) for name, row in dialog._rows.items() if name == "arrange"] == ["Ctrl+L"]
    QTest.keyClicks(dialog.search, "ctrl+l")
    assert shown(dialog) == ["arrange"]
    dialog.search.clear()
    QTest.keyClicks(dialog.search, "outline bypass")
    assert shown(dialog) == ["outline_bypass"]


def shown(dialog: ShortcutsDialog) -> list[str]:
    return [name for name, row in dialog._rows.items() if not row.isHidden()]


def test_a_new_key_acts_at_once_and_the_old_one_no_longer(
    dialog: ShortcutsDialog, window: MainWindow, qtbot: QtBot
) -> None:
    window.editing.start(chain())
    give(dialog, "select all", Qt.Key.Key_Semicolon, CTRL)
    assert dialog.words.text() == "Select all has Ctrl+; now."
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    view = focus_on(window.canvas.focusProxy(), window, qtbot)
    QTest.keyClick(view, Qt.Key.Key_A, CTRL)
    assert window.canvas.selected() == ()
    QTest.keyClick(view, Qt.Key.Key_Semicolon, CTRL)
    assert window.canvas.selected() == ("concat_1", "standardize_1")


def test_menus_tool_tips_the_palette_and_the_empty_canvas_tell_the_new_key(
    dialog: ShortcutsDialog, window: MainWindow
) -> None:
    give(dialog, "arrange", Qt.Key.Key_F12)
    give(dialog, "operator here", Qt.Key.Key_N)
    action = window.actions_by_name["arrange"]
    assert (action.shortcut().toString(), action.toolTip()) == ("F12", "Lay the graph out anew (F12)")
    assert {choice.title: choice.keys for choice in choices(window)}["Arrange"] == "F12"
    assert "press N to search" in window.canvas._empty.text()


def test_a_key_of_another_command_is_swapped_only_if_one_says_so(dialog: ShortcutsDialog, window: MainWindow) -> None:
    give(dialog, "Arrange", Qt.Key.Key_F5)
    assert dialog.words.text() == "F5 belongs to Run (Run)."
    assert keys(window.shortcuts, "arrange") == ["Ctrl+L"]
    QTest.keyClick(dialog.take, Qt.Key.Key_Space)
    assert (keys(window.shortcuts, "arrange"), keys(window.shortcuts, "run")) == (["F5"], ["Ctrl+L"])
    assert dialog.words.text() == "Arrange has F5 now, Run has Ctrl+L."


def test_leaving_it_leaves_both_commands_as_they_were(dialog: ShortcutsDialog, window: MainWindow) -> None:
    give(dialog, "Arrange", Qt.Key.Key_F5)
    QTest.keyClick(dialog.leave, Qt.Key.Key_Space)
    assert (keys(window.shortcuts, "arrange"), keys(window.shortcuts, "run")) == (["Ctrl+L"], ["F5"])


def test_escape_gives_up_and_closes_nothing(dialog: ShortcutsDialog, window: MainWindow) -> None:
    give(dialog, "Arrange", Qt.Key.Key_Escape)
    assert keys(window.shortcuts, "arrange") == ["Ctrl+L"]
    assert dialog.isVisible()


@pytest.mark.parametrize(
    ("name", "key", "words"),
    [
        ("run", "R", "R alone is for lists and fields."),
        ("run", "Tab", "Tab alone is for lists and fields."),
        ("run", "Alt+F", "Alt+F always opens a menu."),
        ("bypass", "Left", "Left always moves what is selected."),
        ("runs_delete", "Space", "Space always selects a row."),
    ],
)
def test_what_lists_fields_and_menus_need_is_refused(name: str, key: str, words: str, shortcuts: Shortcuts) -> None:
    assert shortcuts.refusal(name, QKeySequence(key)).startswith(words)


def test_commands_of_two_places_may_have_the_same_key(shortcuts: Shortcuts) -> None:
    assert keys(shortcuts, "rename") == keys(shortcuts, "runs_rename") == ["F2"]
    assert [other.name for other in shortcuts.holders("fit", QKeySequence("F2"))] == [
        "rename", "runs_rename", "snapshots_rename",
    ]  # fmt: skip


def test_a_command_whose_key_was_taken_gets_no_key_that_does_not_suit_it(shortcuts: Shortcuts) -> None:
    shortcuts.take("bypass", QKeySequence("F5"))  # D alone is no key for the whole window
    assert (keys(shortcuts, "bypass"), keys(shortcuts, "run")) == (["F5"], [])


def test_reset_also_gives_back_what_others_have_of_it(shortcuts: Shortcuts) -> None:
    shortcuts.take("arrange", QKeySequence("F5"))
    assert shortcuts.reset("run") == ("run", "arrange")
    assert (keys(shortcuts, "run"), keys(shortcuts, "arrange")) == (["F5"], ["Ctrl+L"])


def test_no_keys_and_reset_all(dialog: ShortcutsDialog, window: MainWindow) -> None:
    dialog.choose("save")
    QTest.keyClick(dialog.clear, Qt.Key.Key_Space)
    assert keys(window.shortcuts, "save") == []
    assert window.actions_by_name["save"].toolTip() == "Save the graph"
    QTest.keyClick(dialog.reset_all, Qt.Key.Key_Space)
    assert keys(window.shortcuts, "save") == ["Ctrl+S"]


def test_chosen_keys_are_there_after_a_restart_and_no_keys_too(shortcuts: Shortcuts, places: Places) -> None:
    shortcuts.take("arrange", QKeySequence("F5"))
    shortcuts.give("save", ())
    shortcuts.give("new", (QKeySequence("Ctrl+;"),))
    again = Shortcuts(Settings(places))
    chosen = {name: keys(again, name) for name in ("arrange", "run", "save", "new")}
    assert chosen == {"arrange": ["F5"], "run": ["Ctrl+L"], "save": [], "new": ["Ctrl+;"]}
    assert again.faults == ()


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ({"run": "banana"}, "Run: banana cannot be its key. No such key is known."),
        ({"run": "R"}, "Run: R cannot be its key. R alone is for lists and fields."),
        ({"fly": "F4"}, "There is no command fly."),
        ({"run": "Ctrl+L"}, "Run: another command has Ctrl+L too."),
    ],
)
def test_damaged_settings_fall_back_to_the_first_keys_and_say_so(
    kept: dict[str, str], words: str, places: Places, qtbot: QtBot, catalogue: Catalogue
) -> None:
    damaged = QSettings(str(places.config / "studio.ini"), QSettings.Format.IniFormat)
    for name, text in kept.items():
        damaged.setValue(f"keys/{name}", text)
    damaged.sync()
    window = MainWindow(places, catalogue)
    qtbot.addWidget(window)
    assert (keys(window.shortcuts, "run"), keys(window.shortcuts, "arrange")) == (["F5"], ["Ctrl+L"])
    (frame,) = window.notices.frames
    assert frame.notice.details.startswith(words)


def test_a_text_field_keeps_its_own_keys(window: MainWindow, qtbot: QtBot) -> None:
    window.shortcuts.take("fit", QKeySequence("Ctrl+A"))
    window.editing.start(chain())
    field = window.palette_panel.field
    focus_on(field, window, qtbot)
    QTest.keyClicks(field, "gat")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_A, CTRL)
    assert field.selectedText() == "gat"
