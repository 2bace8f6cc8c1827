"""Groups and bypass in the window, by keys and menus, each one undo step."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.group_form import GroupForm
from app.groups import TOP, Groups
from app.main_window import MainWindow
from engine.document import load
from engine.problems import Place, Problem
from tests.engine.graphs import ppo

LEARNER = ("concat_1", "standardize_1", "train_1")
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def studio(window: MainWindow) -> MainWindow:
    """The window around PPO, with the keyboard on the canvas."""
    window.editing.start(ppo())
    window.canvas.fit()
    window.canvas.setFocus()
    return window


def press(window: MainWindow, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(window.canvas.focusProxy(), key, held)


def group(window: MainWindow) -> str:
    """Group the learner by keys and return the group's id."""
    window.canvas.select(LEARNER)
    press(window, Qt.Key.Key_G, CTRL_SHIFT)
    (made,) = window.canvas.selected()
    return made


def groups(window: MainWindow) -> Groups:
    return Groups(window.editing.document.layout)


def test_ctrl_shift_g_groups_and_ctrl_shift_u_takes_apart_each_as_one_step(studio: MainWindow) -> None:
    made = group(studio)
    assert groups(studio).nodes_in([made]) == LEARNER
    assert studio.editing.undo_name == "Group 3 things"
    press(studio, Qt.Key.Key_U, CTRL_SHIFT)
    assert studio.editing.document == ppo()
    assert studio.canvas.selected() == LEARNER
    assert studio.editing.undo_name == "Ungroup Group"
    studio.editing.undo()
    studio.editing.undo()
    assert studio.editing.undo_name == ""


def test_a_groups_form_has_its_title_and_ways_in_and_apart(studio: MainWindow) -> None:
    made = group(studio)
    form = studio.form.form
    assert isinstance(form, GroupForm)
    assert form.contents.text().startswith("3 nodes: concat_1, standardize_1, train_1.")
    form.name_line.clear()
    QTest.keyClicks(form.name_line, "Learner")
    assert groups(studio).title(made) == "Learner"
    assert studio.editing.undo_name == "Rename the group"
    form.open_wished.emit(made)
    assert studio.canvas.level == made


def test_what_is_added_and_pasted_inside_a_group_is_in_it(studio: MainWindow) -> None:
    made = group(studio)
    studio.canvas.go_to_level(made)
    studio.gestures.add_in_view("Filter")
    studio.canvas.select(["train_1"])
    studio.gestures.copy()
    studio.gestures.paste()
    assert studio.canvas.selected() == ("train_2",)
    assert groups(studio).nodes_in([made]) == (*LEARNER, "filter_1", "train_2")


def test_a_copied_group_pastes_with_all_in_it(studio: MainWindow) -> None:
    group(studio)
    studio.gestures.duplicate()
    (copy,) = studio.canvas.selected()
    assert groups(studio).nodes_in([copy]) == ("concat_2", "standardize_2", "train_2")
    studio.actions_by_name["delete"].trigger()
    assert {node.id for node in studio.editing.document.nodes} == {node.id for node in ppo().nodes}


def test_inside_a_group_arrange_leaves_the_rest_where_it_is(studio: MainWindow) -> None:
    made = group(studio)
    before = dict(studio.editing.document.layout.nodes)
    studio.canvas.go_to_level(made)
    studio.gestures.arrange()
    after = studio.editing.document.layout.nodes
    assert {node for node in after if after[node] != before[node]} <= set(LEARNER)
    assert after["concat_1"] == (0, 0)


def test_a_problem_inside_a_group_is_gone_to(studio: MainWindow) -> None:
    made = group(studio)
    studio.go_to_problem(Problem(Place("train_1", "epochs"), "epochs must be at least 1, not 0"))
    assert (studio.canvas.level, studio.canvas.selected()) == (made, ("train_1",))


def test_another_document_is_shown_from_its_top(studio: MainWindow, tmp_path: Path) -> None:
    studio.canvas.go_to_level(group(studio))
    studio.editing.start(ppo())
    assert studio.canvas.level == TOP


def test_a_wire_into_a_group_goes_to_the_one_port_that_fits_or_asks_which(studio: MainWindow, qtbot: QtBot) -> None:
    made = group(studio)
    studio.editing.edit("cut", studio.editing.document.replace(edges=()))
    studio.group_gestures.offer_wires("policy_1.policy", made, QPoint(10, 10))
    assert studio.editing.undo_name == "Connect policy_1.policy to train_1.policy"
    wires = studio.group_gestures.wires_into("gather_1.items", made)
    menu = studio.group_gestures.wire_menu("gather_1.items", wires)
    assert [action.text() for action in menu.actions()] == [f"Connect to {node}.batches" for node in LEARNER]
    menu.actions()[0].trigger()
    menu.close()
    assert studio.editing.undo_name == "Connect gather_1.items to concat_1.batches"
    with qtbot.waitSignal(studio.group_gestures.refused) as refused:
        studio.group_gestures.offer_wires("environment_1.environment", made, QPoint(10, 10))
    assert refused.args == ["This wire fits nothing in the group"]


def test_d_bypasses_what_can_be_and_says_why_the_rest_cannot(studio: MainWindow, qtbot: QtBot) -> None:
    studio.canvas.select(["standardize_1", "gather_1"])
    with qtbot.waitSignal(studio.group_gestures.refused) as refused:
        press(studio, Qt.Key.Key_D)
    assert refused.args == ["Gather Sync cannot be bypassed: it takes a parallel stream and gives a local one"]
    assert studio.editing.undo_name == "Bypass standardize_1"
    assert studio.editing.document.node("standardize_1").bypassed
    assert studio.canvas._drawing.nodes["standardize_1"].face.subtitle == "standardize_1 · bypassed"
    studio.canvas.select(["standardize_1"])
    press(studio, Qt.Key.Key_D)
    assert studio.editing.undo_name == "Switch on standardize_1"
    assert studio.editing.document == ppo()


def test_while_the_graph_runs_nothing_is_grouped_or_bypassed(studio: MainWindow) -> None:
    studio.canvas.select(LEARNER)
    studio.set_locked(True)
    studio.group_gestures.group()
    studio.group_gestures.bypass()
    studio.set_locked(False)
    assert studio.editing.document == ppo()


def test_without_a_selection_it_is_said_what_to_select(studio: MainWindow) -> None:
    told: list[str] = []
    studio.group_gestures.refused.connect(told.append)
    studio.canvas.select([])
    for do in (studio.group_gestures.group, studio.group_gestures.ungroup, studio.group_gestures.bypass):
        do()
    assert told == [
        "Select the nodes that are to be drawn as one",
        "Select a group to take it apart",
        "Select the nodes that are to be bypassed",
    ]


def test_groups_and_bypasses_are_in_the_file(studio: MainWindow, tmp_path: Path) -> None:
    group(studio)
    studio.group_gestures.bypass()
    studio.editing.save(tmp_path / "graph.json")
    assert load(tmp_path / "graph.json") == studio.editing.document
