"""Frames, comments, dots, pulling out and lining up in the window, by keys and menus, each one undo step."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.layouts import Mark
from app.main_window import MainWindow
from app.menus import context_menu
from engine.document import Document
from tests.app.graphs import chain, wires

WIRE = ("concat_1.joined", "standardize_1.batches")


@pytest.fixture
def studio(window: MainWindow) -> MainWindow:
    """The window around the chain, with the keyboard on the canvas."""
    window.editing.start(chain())
    window.canvas.fit()
    window.canvas.setFocus()
    return window


def keys(window: MainWindow, sequence: str) -> None:
    QTest.keySequence(window.canvas.focusProxy(), sequence)


def undone(window: MainWindow) -> Document:
    keys(window, "Ctrl+Z")
    return window.editing.document


def test_a_frame_is_drawn_named_and_coloured_by_keys(studio: MainWindow) -> None:
    keys(studio, "Ctrl+A")
    keys(studio, "Ctrl+Shift+F")
    field = studio.canvas._scribe.field
    QTest.keyClicks(field, "Batches")
    QTest.keyClick(field, Qt.Key.Key_Return)
    (frame,) = studio.editing.document.layout.frames
    left, top, width, _ = frame.rect
    assert frame.title == "Batches"
    assert left < 0
    assert top < 0
    assert left + width > 260 + 180
    assert undone(studio) == chain(), "drawing and naming are one step"
    keys(studio, "Ctrl+Shift+Z")
    studio.canvas.select([], [Mark("frame", 0)])
    studio.mark_gestures.colour("green")
    assert studio.editing.document.layout.frames[0].colour == "green"
    assert studio.actions_by_name["undo"].text() == "&Undo Make a frame green"
    assert "&Colour of frame" in [action.text() for action in context_menu(studio).actions()]


def test_a_comment_is_written_above_what_is_selected(studio: MainWindow) -> None:
    studio.canvas.select(["concat_1"])
    keys(studio, "Ctrl+Shift+M")
    QTest.keyClicks(studio.canvas._scribe.field, "why?")
    QTest.keyClick(studio.canvas._scribe.field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (comment,) = studio.editing.document.layout.comments
    assert (comment.text, comment.at) == ("why?", (0, -60))
    assert studio.canvas.selected_marks() == (Mark("comment", 0),)
    keys(studio, "F2")
    assert studio.canvas._scribe.field.isVisible()
    QTest.keyClick(studio.canvas._scribe.field, Qt.Key.Key_Escape)
    keys(studio, "Del")
    assert studio.editing.document == chain()


def test_a_selected_wire_is_led_through_dots_and_straightened(studio: MainWindow) -> None:
    ends = [studio.canvas.port_position(*end.split(".")) for end in WIRE]
    QTest.mouseClick(
        studio.canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, (ends[0] + ends[1]) / 2
    )
    assert studio.canvas.selected_wires() == (WIRE,)
    keys(studio, "Ctrl+Shift+D")
    (dots,) = studio.editing.document.layout.dots
    assert ((dots.source, dots.target), len(dots.points)) == (WIRE, 1)
    studio.actions_by_name["straighten"].trigger()
    assert studio.editing.document == chain()


@pytest.mark.parametrize("name", ["dot", "straighten", "pull_out", "align_left"])
def test_a_command_that_finds_nothing_to_do_says_so(studio: MainWindow, name: str) -> None:
    studio.canvas.select(["concat_1"] if name == "pull_out" else [])
    studio.actions_by_name[name].trigger()
    assert studio.editing.document.layout == chain().layout
    assert studio.toast.text() or name == "pull_out"


def test_a_node_is_pulled_out_and_its_wires_close_up(studio: MainWindow) -> None:
    studio.gestures.add("ConcatBatches", 260, 300)
    studio.gestures.disconnect_ports([WIRE])
    studio.gestures.connect_ports("concat_1.joined", "concat_2.batches")
    studio.gestures.connect_ports("concat_2.joined", "standardize_1.batches")
    studio.canvas.select(["concat_2"])
    keys(studio, "Ctrl+Shift+X")
    assert wires(studio.editing.document) == {WIRE}
    assert studio.actions_by_name["undo"].text() == "&Undo Pull out concat_2"


def test_a_node_dropped_on_a_wire_is_put_into_it(studio: MainWindow) -> None:
    studio.gestures.add("ConcatBatches", 260, 300)
    studio.gestures.rewire({"concat_2": (200, 100)}, WIRE, False)
    assert wires(studio.editing.document) == {
        ("concat_1.joined", "concat_2.batches"),
        ("concat_2.joined", "standardize_1.batches"),
    }
    assert studio.editing.document.layout.nodes["concat_2"] == (200, 100)


def test_things_are_lined_up_by_keys(studio: MainWindow) -> None:
    studio.gestures.move({"standardize_1": (260, 180)})
    keys(studio, "Ctrl+A")
    keys(studio, "Ctrl+Shift+Up")
    assert [y for _, y in studio.editing.document.layout.nodes.values()] == [0, 0]
    assert undone(studio).layout.nodes["standardize_1"] == (260, 180)


def test_the_map_in_the_corner_is_remembered(studio: MainWindow, qtbot: QtBot) -> None:
    action = next(a for menu in studio.menuBar().actions() for a in menu.menu().actions() if "Map" in a.text())
    assert action.isChecked()
    action.trigger()
    assert (studio.settings.minimap, studio.canvas._minimap.wanted) == (False, False)
