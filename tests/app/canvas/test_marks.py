"""Frames, comments and dots on the canvas: dragged, sized, written and taken out with real mouse and keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.canvas import Canvas
from app.layouts import Mark
from app.themes import DARK, LIGHT
from engine.document import Document
from engine.layout import Comment, Dots, Frame

from .conftest import Hands

WIRE = ("gather_1.items", "concat_1.batches")
FRAME, COMMENT, DOT = Mark("frame", 0), Mark("comment", 0), Mark("dot", 0, WIRE)
AROUND_GATHER_AND_CONCAT = (-20, -60, 480, 240)


@pytest.fixture
def document(document: Document) -> Document:
    """The small graph with a frame around two nodes, a comment inside it, and a dot on the wire between them."""
    layout = document.layout.changed(
        frames=(Frame(title="Join", rect=AROUND_GATHER_AND_CONCAT),),
        comments=(Comment(text="why 512?", at=(0, 140), width=200),),
        dots=(Dots(source=WIRE[0], target=WIRE[1], points=((220, 60),)),),
    )
    return document.replace(layout=layout)


def title(hands: Hands) -> QPoint:
    return hands.at(100, -44)


def in_scene(hands: Hands, pixels: QPoint) -> tuple[int, int]:
    """How many steps of the grid in the scene a drag by so many pixels is, in scene pixels."""
    zoom = hands.canvas._viewer.zoom
    return 20 * round(pixels.x() / zoom / 20), 20 * round(pixels.y() / zoom / 20)


def test_a_frame_dragged_by_its_title_takes_along_what_is_in_it(hands: Hands) -> None:
    by = QPoint(60, 40)
    hands.drag(title(hands), title(hands) + by)
    x, y = in_scene(hands, by)
    [(told, places)] = hands.told
    assert told == "moved"
    assert places == {
        "gather_1": (x, y),
        "concat_1": (260 + x, y),
        FRAME: (-20 + x, -60 + y),
        COMMENT: (x, 140 + y),
        DOT: (220 + x, 60 + y),
    }


def test_arrow_keys_move_a_frame_like_a_drag(hands: Hands) -> None:
    hands.click(title(hands))
    hands.key(Qt.Key.Key_Down)
    [(_, places)] = hands.told
    assert (places["gather_1"], places[FRAME], places[DOT]) == ((0, 20), (-20, -40), (220, 80))
    assert "train_1" not in places


def test_inside_a_frame_one_works_as_on_empty_ground(hands: Hands) -> None:
    hands.double_click(hands.at(220, 150))
    assert hands.told[0][0] == "search_wished"


def test_a_frame_is_sized_by_its_edges_and_holds_what_it_then_goes_around(hands: Hands) -> None:
    corner = hands.at(460, 180)
    hands.drag(corner - QPoint(2, 2), corner + QPoint(60, -30))
    [(told, mark, rect)] = hands.told
    assert (told, mark, rect[:2]) == ("mark_sized", FRAME, (-20, -60))
    assert rect[2] > 480
    assert rect[3] < 240
    assert hands.canvas._drawing.marks[FRAME].rect() == AROUND_GATHER_AND_CONCAT, "the document was not changed"


def test_a_double_click_on_a_frame_writes_its_title(qtbot: QtBot, hands: Hands) -> None:
    hands.double_click(title(hands))
    field = hands.canvas._scribe.field
    assert (field.isVisible(), field.toPlainText(), field.accessibleName()) == (True, "Join", "Title of the frame")
    QTest.keyClicks(field, "Batches  together")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert hands.told == [("mark_written", FRAME, "Batches together")]
    assert not field.isVisible()


def test_a_comment_is_written_in_place_with_enter_and_kept_with_control_enter(hands: Hands) -> None:
    hands.click(hands.at(60, 155))
    hands.key(Qt.Key.Key_Return)
    field = hands.canvas._scribe.field
    QTest.keyClicks(field, "two")
    QTest.keyClick(field, Qt.Key.Key_Return)
    QTest.keyClicks(field, "lines")
    QTest.keyClick(field, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert hands.told == [("mark_written", COMMENT, "two\nlines")]


def test_escape_gives_up_writing(hands: Hands) -> None:
    hands.double_click(title(hands))
    QTest.keyClicks(hands.canvas._scribe.field, "no")
    QTest.keyClick(hands.canvas._scribe.field, Qt.Key.Key_Escape)
    assert (hands.told, hands.canvas._scribe.field.isVisible()) == ([], False)


def test_leaving_the_field_keeps_what_was_written(hands: Hands) -> None:
    hands.canvas.write_comment(600, -200, 200)
    QTest.keyClicks(hands.canvas._scribe.field, "new")
    hands.canvas.setFocus()
    assert hands.told == [("comment_written", "new", 600, -200)]


def test_a_new_comment_without_text_is_none(hands: Hands) -> None:
    hands.canvas.write_comment(600, -200, 200)
    hands.canvas.setFocus()
    assert hands.told == []


def test_a_comment_is_made_wider_by_its_right_edge(hands: Hands) -> None:
    edge = hands.at(200, 155)
    hands.drag(edge - QPoint(2, 0), edge + QPoint(50, 0))
    [(told, mark, width)] = hands.told
    assert (told, mark) == ("mark_sized", COMMENT)
    assert width > 200


def test_a_double_click_on_a_wire_wishes_for_a_dot_there(hands: Hands, document: Document) -> None:
    hands.canvas.show_document(document.replace(layout=document.layout.changed(dots=())))
    hands.double_click((hands.port(WIRE[0]) + hands.port(WIRE[1])) / 2)
    [(told, wire, index, _x, y)] = hands.told
    assert (told, wire, index) == ("dot_wished", WIRE, 0)
    assert abs(y - 60) < 60


def test_a_dot_leads_its_wire_and_follows_the_mouse(hands: Hands) -> None:
    wire = next(iter(hands.canvas._drawing.nodes["gather_1"].wires))
    middle = wire.path().pointAtPercent(0.5)
    assert any(abs(wire.path().pointAtPercent(t / 50).y() - 60) < 2 for t in range(51))
    hands.press(hands.at(220, 60))
    hands.move(hands.at(220, 80))
    hands.move(hands.at(220, 110))
    assert wire.path().pointAtPercent(0.5) != middle, "the wire follows while the dot is dragged"
    hands.release(hands.at(220, 110))
    assert hands.told == [("moved", {DOT: (220, 110)})]


def test_a_double_click_on_a_dot_takes_it_out(hands: Hands) -> None:
    hands.double_click(hands.at(220, 60))
    assert hands.told == [("delete_wished", [], [], [DOT])]


def test_delete_takes_out_the_frame_and_not_what_is_in_it(hands: Hands) -> None:
    hands.click(title(hands))
    hands.key(Qt.Key.Key_Delete)
    assert hands.told == [("delete_wished", [], [], [FRAME])]


def test_a_rubber_band_chooses_the_frames_that_lie_in_it_whole(hands: Hands) -> None:
    hands.drag(hands.at(-60, 60), hands.at(200, 200))
    assert hands.canvas.selected_marks() == (COMMENT,)
    hands.drag(hands.at(-60, -80), hands.at(500, 210))
    assert hands.canvas.selected_marks() == (FRAME, COMMENT, DOT)


def test_a_node_pulled_out_with_alt_says_so(hands: Hands) -> None:
    start = hands.middle("concat_1")
    hands.drag(start, start + QPoint(0, 120), held=Qt.KeyboardModifier.AltModifier)
    [(told, places, wire, pulls)] = hands.told
    assert (told, list(places), wire, pulls) == ("rewired", ["concat_1"], None, True)


def test_a_loose_node_dropped_on_a_wire_wishes_to_be_put_into_it(hands: Hands) -> None:
    hands.drag(hands.middle("report_1"), hands.at(220, 62))
    [(told, places, wire, pulls)] = hands.told
    assert (told, list(places), wire, pulls) == ("rewired", ["report_1"], WIRE, False)


def test_marks_wear_both_themes_and_every_zoom(hands: Hands) -> None:
    hands.canvas.select([], [FRAME, COMMENT, DOT])
    for theme in (LIGHT, DARK):
        hands.canvas.set_theme(theme)
        for zoom in (0.3, 1.0):
            hands.canvas._viewer.zoom_at(zoom / hands.canvas._viewer.zoom, hands.canvas.viewport().rect().center())
            assert not hands.canvas.grab().isNull()


def test_taking_marks_away_leaves_the_rest(canvas: Canvas, document: Document) -> None:
    canvas.show_document(document.replace(layout=document.layout.changed(frames=(), comments=(), dots=())))
    assert canvas._drawing.marks == {}
