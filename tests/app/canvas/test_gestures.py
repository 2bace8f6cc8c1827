"""By real mouse and key events: each gesture becomes a wish, and none changes what is shown by itself."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QDragEnterEvent, QDragMoveEvent, QDropEvent, QFocusEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas import OPERATOR_MIME, Canvas
from app.canvas.finding import ports_in, wire_at
from engine import checking
from engine.catalogue import Catalogue
from engine.document import Document, Edge

from .conftest import Hands

WIRES = {("gather_1.items", "concat_1.batches"), ("policy_1.policy", "train_1.policy")}


@pytest.fixture(autouse=True)
def the_view_equals_the_document_after_each_test(canvas: Canvas, document: Document) -> object:
    """Nobody applies a wish here, so whatever the hands did must be gone in the end."""
    places = {node: canvas.node_rect(node) for node in document.layout.nodes}
    transform = canvas.viewport_center()
    yield
    assert canvas.shown_wires() == (WIRES, WIRES)
    if canvas.viewport_center() == transform:
        assert places == {node: canvas.node_rect(node) for node in document.layout.nodes}


def use_the_rules(canvas: Canvas, document: Document, operators: Catalogue) -> None:
    canvas.set_wire_rule(checking.wire_rule(document, operators))


def test_a_wire_dragged_from_output_to_input_is_wished_for(hands: Hands) -> None:
    hands.drag(hands.port("concat_1.joined"), hands.port("train_1.batches"))
    assert hands.told == [("wire_wished", "concat_1.joined", "train_1.batches")]


def test_a_wire_dragged_backwards_is_wished_for_in_its_own_direction(hands: Hands) -> None:
    hands.drag(hands.port("report_1.items"), hands.port("train_1.results"))
    assert hands.told == [("wire_wished", "train_1.results", "report_1.items")]


def test_a_wire_dropped_on_a_node_finds_the_only_port_it_fits(
    hands: Hands, document: Document, operators: Catalogue
) -> None:
    use_the_rules(hands.canvas, document, operators)
    hands.drag(hands.port("concat_1.joined"), hands.middle("train_1"))
    assert hands.told == [("wire_wished", "concat_1.joined", "train_1.batches")]


def test_a_wrong_wire_is_refused_with_the_reason(hands: Hands, document: Document, operators: Catalogue) -> None:
    use_the_rules(hands.canvas, document, operators)
    hands.drag(hands.port("policy_1.policy"), hands.port("report_1.items"))
    assert hands.told == [("refused", checking.wire_fault(document, operators, "policy_1.policy", "report_1.items"))]
    assert hands.canvas._viewer.hint.isVisible()
    assert hands.canvas._viewer.hint.text() == hands.told[0][1]


def test_two_outputs_cannot_be_wired(hands: Hands) -> None:
    hands.drag(hands.port("concat_1.joined"), hands.port("train_1.results"))
    assert hands.told == [("refused", "A wire runs from an output to an input.")]


def test_ports_that_do_not_fit_are_dim_while_a_wire_is_drawn(
    hands: Hands, document: Document, operators: Catalogue
) -> None:
    use_the_rules(hands.canvas, document, operators)
    shown = ports_in(hands.canvas._viewer)
    hands.press(hands.port("concat_1.joined"))
    hands.move(hands.empty())
    fits = {port.ref for port in shown if port.hint == "fits"}
    assert "train_1.batches" in fits
    assert not {"train_1.policy", "train_1.results"} & fits
    hands.release(hands.port("concat_1.joined"))
    assert {port.hint for port in shown} == {"plain"}


def test_a_wire_dropped_on_nothing_asks_for_an_operator_to_end_it(hands: Hands) -> None:
    place = hands.canvas.scene_position(hands.canvas.viewport().mapToGlobal(hands.empty()))
    hands.drag(hands.port("train_1.results"), hands.empty())
    assert hands.told == [("search_wished", *place, "train_1.results")]


def test_a_click_on_a_port_does_nothing(hands: Hands) -> None:
    hands.click(hands.port("train_1.results"))
    assert hands.told == []


def test_escape_gives_up_a_wire(hands: Hands) -> None:
    hands.press(hands.port("train_1.results"))
    hands.move(hands.empty())
    hands.key(Qt.Key.Key_Escape)
    hands.release(hands.empty())
    assert hands.told == []


def test_a_wire_torn_off_and_dropped_on_nothing_is_taken_out(hands: Hands) -> None:
    hands.drag(hands.port("concat_1.batches") - QPoint(16, 0), hands.empty())
    assert hands.told == [("unwire_wished", [("gather_1.items", "concat_1.batches")])]


def test_a_wire_torn_off_and_dropped_elsewhere_is_wished_for_there_and_taken_out_here(hands: Hands) -> None:
    hands.drag(hands.port("concat_1.batches") - QPoint(16, 0), hands.port("train_1.batches"))
    assert hands.told == [
        ("wire_wished", "gather_1.items", "train_1.batches"),
        ("unwire_wished", [("gather_1.items", "concat_1.batches")]),
    ]


def test_a_wire_torn_off_and_put_back_stays(hands: Hands) -> None:
    start = hands.port("concat_1.batches") - QPoint(16, 0)
    hands.press(start)
    hands.move(hands.empty())
    hands.move(hands.port("concat_1.batches"))
    hands.release(hands.port("concat_1.batches"))
    assert hands.told == []


def test_a_click_on_a_wire_selects_it_and_delete_takes_it_out(hands: Hands) -> None:
    middle = (hands.port("gather_1.items") + hands.port("concat_1.batches")) / 2
    hands.click(middle)
    hands.key(Qt.Key.Key_Delete)
    assert hands.told == [("delete_wished", [], [("gather_1.items", "concat_1.batches")], [])]


def test_a_dragged_node_asks_to_move_on_the_grid(hands: Hands) -> None:
    start = hands.middle("report_1")
    zoom = hands.canvas._viewer.zoom
    hands.drag(start, start + QPoint(round(47 * zoom), round(-33 * zoom)))
    assert hands.told == [("moved", {"report_1": (560, 180)})]


def test_selected_nodes_move_together_in_one_wish(hands: Hands) -> None:
    hands.canvas.select(["report_1", "policy_1"])
    start = hands.middle("report_1")
    hands.drag(start, start + QPoint(0, round(40 * hands.canvas._viewer.zoom)))
    assert hands.told == [("moved", {"policy_1": (260, 260), "report_1": (520, 260)})]


def test_arrow_keys_move_the_selection(hands: Hands) -> None:
    hands.canvas.select(["train_1"])
    hands.key(Qt.Key.Key_Left)
    hands.key(Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert hands.told == [("moved", {"train_1": (500, 0)}), ("moved", {"train_1": (520, 100)})]


def test_delete_asks_to_take_out_the_selected_nodes(hands: Hands) -> None:
    hands.click(hands.middle("concat_1"))
    assert hands.canvas.selected() == ("concat_1",)
    hands.key(Qt.Key.Key_Delete)
    assert hands.told == [("delete_wished", ["concat_1"], [], [])]


def test_a_rubber_band_selects_nodes_and_no_wires(hands: Hands) -> None:
    box = hands.canvas.node_rect("gather_1").united(hands.canvas.node_rect("concat_1")).adjusted(-12, -12, 12, 12)
    hands.drag(box.topLeft(), box.bottomRight())
    assert hands.canvas.selected() == ("concat_1", "gather_1")
    hands.key(Qt.Key.Key_Delete)
    assert hands.told == [("delete_wished", ["concat_1", "gather_1"], [], [])]


def test_a_click_on_nothing_ends_the_selection(hands: Hands) -> None:
    hands.canvas.select(["train_1"])
    hands.click(hands.empty())
    assert hands.canvas.selected() == ()


def test_a_right_click_selects_what_it_is_about(hands: Hands) -> None:
    place = hands.middle("train_1")
    hands.press(place, Qt.MouseButton.RightButton)
    hands.release(place, Qt.MouseButton.RightButton)
    assert hands.canvas.selected() == ("train_1",)


def test_a_menu_is_left_to_the_owner(hands: Hands) -> None:
    asked: list[QPoint] = []
    hands.canvas.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
    hands.canvas.customContextMenuRequested.connect(asked.append)
    place = hands.middle("train_1")
    at = hands.canvas.viewport().mapToGlobal(place)
    QApplication.sendEvent(hands.canvas.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, at))
    assert asked == [hands.canvas.mapFromGlobal(at)]


def test_tab_and_double_click_on_nothing_ask_for_the_search(hands: Hands) -> None:
    hands.double_click(hands.empty())
    hands.key(Qt.Key.Key_Tab)
    assert [wish[0] for wish in hands.told] == ["search_wished", "search_wished"]
    assert [wish[3] for wish in hands.told] == ["", ""]


def test_a_double_click_or_return_opens_a_node(hands: Hands) -> None:
    hands.double_click(hands.middle("policy_1"))
    hands.canvas.select(["train_1"])
    hands.key(Qt.Key.Key_Return)
    assert hands.told == [("activated", "policy_1"), ("activated", "train_1")]


def test_keys_with_control_are_left_to_the_owner(hands: Hands) -> None:
    hands.canvas.select(["train_1"])
    for key in (Qt.Key.Key_A, Qt.Key.Key_Z, Qt.Key.Key_Left, Qt.Key.Key_Delete):
        hands.key(key, Qt.KeyboardModifier.ControlModifier)
    assert hands.told == []


def drop(canvas: Canvas, mime: QMimeData, place: QPoint) -> bool:
    """Drop data on the canvas as a drag from elsewhere would; return whether it was taken."""
    held = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(place, *held)
    QApplication.sendEvent(canvas.viewport(), enter)
    if enter.isAccepted():
        QApplication.sendEvent(canvas.viewport(), QDropEvent(QPointF(place), *held))
    return enter.isAccepted()


def test_an_operator_dropped_from_the_palette_is_reported_with_its_place(hands: Hands) -> None:
    mime = QMimeData()
    mime.setData(OPERATOR_MIME, b"Union")
    place = hands.canvas.scene_position(hands.canvas.viewport().mapToGlobal(hands.empty()))
    assert drop(hands.canvas, mime, hands.empty())
    assert hands.told == [("operator_dropped", "Union", *place)]


def test_the_wire_under_a_dragged_operator_lights_up_and_can_be_asked_for(hands: Hands) -> None:
    mime = QMimeData()
    mime.setData(OPERATOR_MIME, b"Filter")
    place = (hands.port("gather_1.items") + hands.port("concat_1.batches")) / 2
    wire = wire_at(hands.canvas._viewer, place)
    held = (Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(hands.canvas.viewport(), QDragEnterEvent(place, *held))
    for pixel, lit in ((place, True), (hands.empty(), False)):
        QApplication.sendEvent(hands.canvas.viewport(), QDragMoveEvent(pixel, *held))
        assert wire.is_hovered is lit
    spot = hands.canvas.scene_position(hands.canvas.viewport().mapToGlobal(place))
    assert hands.canvas.wire_at(*spot) == ("gather_1.items", "concat_1.batches")
    assert hands.canvas.wire_at(*hands.canvas.scene_position(QPoint(0, 0))) is None


def test_a_locked_canvas_takes_no_operators(hands: Hands) -> None:
    mime = QMimeData()
    mime.setData(OPERATOR_MIME, b"Union")
    hands.canvas.set_locked(True)
    assert not drop(hands.canvas, mime, hands.empty())
    assert hands.told == []


def test_other_things_cannot_be_dropped(hands: Hands) -> None:
    mime = QMimeData()
    mime.setText("nodegraphqt::node:evil")
    assert not drop(hands.canvas, mime, hands.empty())
    assert hands.told == []


def test_a_locked_canvas_refuses_to_change_the_structure_and_says_so(hands: Hands) -> None:
    hands.canvas.set_locked(True)
    hands.drag(hands.port("concat_1.joined"), hands.port("train_1.batches"))
    hands.click(hands.middle("train_1"))
    hands.key(Qt.Key.Key_Delete)
    hands.key(Qt.Key.Key_Tab)
    assert hands.canvas.selected() == ("train_1",)
    assert hands.told == 3 * [("refused", "The graph is locked while it runs: stop the run to change it.")]
    hands.canvas.set_locked(False)
    hands.key(Qt.Key.Key_Delete)
    assert hands.told[3:] == [("delete_wished", ["train_1"], [], [])]


def test_the_middle_button_and_space_pan(hands: Hands) -> None:
    before = hands.middle("train_1")
    hands.drag(before, before + QPoint(60, -30), Qt.MouseButton.MiddleButton)
    assert hands.middle("train_1") == before + QPoint(60, -30)
    QTest.keyPress(hands.canvas.focusProxy(), Qt.Key.Key_Space)
    hands.drag(hands.middle("train_1"), before)
    QTest.keyRelease(hands.canvas.focusProxy(), Qt.Key.Key_Space)
    assert hands.middle("train_1") == before
    assert hands.told == []


def test_a_lost_focus_forgets_held_keys_and_the_wire_in_hand(hands: Hands) -> None:
    QTest.keyPress(hands.canvas.focusProxy(), Qt.Key.Key_Alt)
    QTest.keyPress(hands.canvas.focusProxy(), Qt.Key.Key_Space)
    QApplication.sendEvent(hands.canvas.focusProxy(), QFocusEvent(QEvent.Type.FocusOut))
    hands.press(hands.port("concat_1.joined"))
    QApplication.sendEvent(hands.canvas.focusProxy(), QFocusEvent(QEvent.Type.FocusOut))
    hands.release(hands.port("train_1.batches"))
    assert hands.told == []
    hands.drag(hands.port("concat_1.joined"), hands.port("train_1.batches"))
    assert hands.told == [("wire_wished", "concat_1.joined", "train_1.batches")]


def test_a_document_that_comes_while_a_wire_is_drawn_takes_the_wire_away(hands: Hands, document: Document) -> None:
    hands.press(hands.port("concat_1.joined"))
    hands.move(hands.empty())
    hands.canvas.show_document(document)
    hands.release(hands.port("train_1.batches"))
    assert hands.told == []


def test_the_wheel_zooms_at_the_pointer_within_limits(hands: Hands) -> None:
    place, view = hands.middle("train_1"), hands.canvas._viewer
    fixed = view.mapToScene(place)
    for turn in [120] * 40 + [-120] * 80:
        at = QPointF(place)
        wheel = QWheelEvent(at, view.viewport().mapToGlobal(at), QPoint(), QPoint(0, turn), Qt.MouseButton.NoButton,
                            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
        QApplication.sendEvent(view.viewport(), wheel)
        assert 0.1 <= view.zoom <= 3.0
    assert (view.mapFromScene(fixed) - place).manhattanLength() < 20


def test_f_shows_the_selection_and_a_everything(hands: Hands) -> None:
    hands.canvas.select(["report_1"])
    hands.key(Qt.Key.Key_F)
    box = hands.canvas.node_rect("report_1")
    assert (box.center() - hands.canvas.viewport().rect().center()).manhattanLength() < 4
    hands.key(Qt.Key.Key_A)
    shown = hands.canvas.viewport().rect()
    assert all(shown.contains(hands.canvas.node_rect(node)) for node in ("gather_1", "report_1"))


def test_an_applied_wire_is_one_wish_where_the_old_one_makes_room(hands: Hands, document: Document) -> None:
    """The owner replaces the wire at the single input, so nothing is left to take out."""
    moved = document.replace(edges=(Edge(source="concat_1.joined", target="train_1.batches"),))
    hands.canvas.show_document(moved)
    hands.canvas.wire_wished.connect(lambda *_: hands.canvas.show_document(document))
    hands.drag(hands.port("concat_1.joined") + QPoint(16, 0), hands.port("gather_1.items"))
    assert hands.told == [("wire_wished", "gather_1.items", "train_1.batches")]
