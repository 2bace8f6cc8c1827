"""Groups on the canvas: entered and left, wired at their border, and telling of what is inside."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app import grouping
from app.canvas import Canvas
from app.canvas.breadcrumbs import Breadcrumbs
from app.canvas.group_faces import BEFORE
from app.canvas.statuses import largest, worst
from app.groups import TOP
from engine.document import Document
from engine.events import NodeNumbers, Telemetry
from engine.problems import Place, Problem

from .conftest import Hands

GROUP = "group_1"


@pytest.fixture
def grouped(canvas: Canvas, document: Document) -> Document:
    """Concat and Train drawn as one, inside another group with Gather, on the canvas."""
    inner, _ = grouping.group(document, ["concat_1", "train_1"], title="Learner")
    canvas.show_document(inner)
    canvas.fit()
    return inner


@pytest.fixture
def nested(canvas: Canvas, grouped: Document) -> Document:
    document, _ = grouping.group(grouped, [GROUP, "gather_1"], title="All")
    canvas.show_document(document)
    canvas.fit()
    return document


def shown(canvas: Canvas) -> set[str]:
    return set(canvas._drawing.nodes)


def test_a_double_click_opens_a_group_and_escape_leaves_it(canvas: Canvas, hands: Hands, grouped: Document) -> None:
    assert shown(canvas) == {"gather_1", "policy_1", "report_1", GROUP}
    hands.double_click(hands.middle(GROUP))
    assert canvas.level == GROUP
    assert {"concat_1", "train_1"} < shown(canvas)
    hands.key(Qt.Key.Key_Escape)
    assert canvas.level == TOP
    assert canvas.selected() == (GROUP,)


def test_enter_opens_the_selected_group_and_backspace_leaves_if_nothing_is_selected(
    canvas: Canvas, hands: Hands, grouped: Document
) -> None:
    canvas.select([GROUP])
    hands.key(Qt.Key.Key_Return)
    assert canvas.level == GROUP
    canvas.select(["train_1"])
    hands.key(Qt.Key.Key_Backspace)
    assert canvas.level == GROUP
    assert hands.told[-1] == ("delete_wished", ["train_1"], [], [])
    canvas.select([])
    hands.key(Qt.Key.Key_Backspace)
    assert canvas.level == TOP


def test_breadcrumbs_lead_to_every_level_above(qtbot: QtBot, canvas: Canvas, nested: Document) -> None:
    crumbs = canvas.findChild(Breadcrumbs)
    assert not crumbs.isVisible()
    canvas.go_to_level(GROUP)
    buttons = crumbs.findChildren(QToolButton)
    assert [button.text() for button in buttons] == ["Whole graph", "All"]
    with qtbot.waitSignal(canvas.level_changed) as told:
        buttons[1].click()
    assert told.args == ["group_2"]
    assert canvas.selected() == (GROUP,)


def test_back_on_a_level_one_looks_at_it_as_before(canvas: Canvas, grouped: Document) -> None:
    canvas._viewer.zoom_at(0.5, QPoint(100, 100))
    zoom, middle = canvas._viewer.zoom, canvas.viewport_center()
    canvas.go_to_level(GROUP)
    assert canvas._viewer.zoom != zoom
    canvas.leave_group()
    assert canvas._viewer.zoom == pytest.approx(zoom)
    assert canvas.viewport_center() == pytest.approx(middle, abs=2)


def test_selecting_what_is_elsewhere_shows_its_level(canvas: Canvas, nested: Document) -> None:
    canvas.select(["train_1"])
    assert (canvas.level, canvas.selected()) == (GROUP, ("train_1",))
    canvas.center_on("report_1")
    assert canvas.level == TOP


def test_if_the_open_group_goes_the_nearest_level_around_it_is_shown(
    canvas: Canvas, document: Document, nested: Document
) -> None:
    canvas.go_to_level(GROUP)
    canvas.show_document(grouping.ungroup(nested, GROUP)[0])
    assert canvas.level == "group_2"
    canvas.show_document(document)
    assert canvas.level == TOP


def test_a_wire_at_a_port_of_a_group_is_one_to_the_node_inside(canvas: Canvas, hands: Hands, grouped: Document) -> None:
    hands.drag(canvas.port_position(GROUP, "train_1.results"), hands.port("report_1.items"))
    assert hands.told == [("wire_wished", "train_1.results", "report_1.items")]


def test_a_wire_is_torn_off_a_group(canvas: Canvas, hands: Hands, grouped: Document) -> None:
    end = canvas.port_position(GROUP, "concat_1.batches")
    hands.drag(end - QPoint(16, 0), hands.empty())
    assert hands.told == [("unwire_wished", [("gather_1.items", "concat_1.batches")])]


def test_a_wire_dropped_on_a_group_asks_for_a_port_inside(
    qtbot: QtBot, canvas: Canvas, hands: Hands, grouped: Document
) -> None:
    with qtbot.waitSignal(canvas.group_wire_wished) as told:
        hands.drag(hands.port("policy_1.policy"), hands.middle(GROUP))
    assert told.args[:2] == ["policy_1.policy", GROUP]


def test_inside_a_wire_is_drawn_from_what_comes_in(canvas: Canvas, hands: Hands, grouped: Document) -> None:
    canvas.go_to_level(GROUP)
    hands.drag(canvas.port_position(BEFORE, "gather_1.items"), hands.port("train_1.batches"))
    assert hands.told == [("wire_wished", "gather_1.items", "train_1.batches")]


def test_the_border_is_no_thing_that_can_be_selected_or_moved(canvas: Canvas, hands: Hands, grouped: Document) -> None:
    canvas.go_to_level(GROUP)
    hands.drag(hands.middle(BEFORE), hands.middle(BEFORE) + QPoint(60, 60))
    assert hands.told == []
    canvas.select_all()
    assert canvas.selected() == ("concat_1", "train_1")


def test_a_group_tells_the_problems_and_the_worst_state_of_those_inside(canvas: Canvas, grouped: Document) -> None:
    canvas.set_problems([Problem(Place("train_1", "batches"), "Train One Step needs 'batches'")])
    canvas.set_node_state("concat_1", "running")
    canvas.set_node_state("train_1", "failed", "ran out of memory")
    item = canvas._drawing.nodes[GROUP]
    assert item.badge.isVisible()
    assert item.has_failed
    assert item.footer.toolTip() == "ran out of memory"
    canvas.go_to_level(GROUP)
    assert not canvas._drawing.nodes["concat_1"].has_failed
    assert canvas._drawing.nodes["train_1"].has_failed
    assert canvas._drawing.nodes["train_1"].badge.isVisible()


def test_numbers_are_there_on_whichever_level_one_looks(canvas: Canvas, grouped: Document) -> None:
    slow, fast = (NodeNumbers(items=3, env_steps=60, items_per_s=1, env_steps_per_s=rate) for rate in (20, 30))
    numbers = {"concat_1": slow, "train_1": fast}
    canvas.set_numbers(
        Telemetry(seconds=1, env_steps=60, env_steps_per_s=20, updates=1, episodes=0, nodes=numbers, wires={})
    )
    assert canvas._drawing.nodes[GROUP].footer.numbers == fast
    canvas.go_to_level(GROUP)
    assert canvas._drawing.nodes["concat_1"].footer.numbers == slow
    canvas.clear_run()
    assert canvas._drawing.nodes["concat_1"].footer.numbers is None


def test_the_worst_state_and_the_largest_numbers_count() -> None:
    assert worst([("done", ""), ("waiting", "for items"), ("running", "")]) == ("running", "")
    one = NodeNumbers(items=3, env_steps=60, items_per_s=1.0, env_steps_per_s=20.0, busy=0.7, queued=2, room=4)
    other = NodeNumbers(items=5, env_steps=40, items_per_s=0.5, env_steps_per_s=30.0, busy=0.2)
    assert largest([one]) == one
    assert largest([one, other]) == NodeNumbers(
        items=5, env_steps=60, items_per_s=1.0, env_steps_per_s=30.0, busy=0.7
    )
