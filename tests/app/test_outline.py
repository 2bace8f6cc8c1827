"""The outline is a second editor: everything on the canvas can be done here with keys."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from app import edits, grouping
from app.editing import Editing
from app.outline import Outline
from app.themes import DARK
from engine.catalogue import Catalogue
from engine.problems import Place, Problem
from tests.app.graphs import chain, ids, wires


@pytest.fixture
def editing() -> Editing:
    return Editing(chain())


@pytest.fixture
def outline(qtbot: QtBot, editing: Editing, catalogue: Catalogue) -> Outline:
    made = Outline(editing, catalogue, DARK)
    made.resize(300, 600)
    made.show()
    qtbot.waitExposed(made)
    made.expandAll()
    made.setFocus()
    return made


def test_nodes_ports_and_wires_stand_below_each_other(outline: Outline) -> None:
    concat = row(outline, "concat_1")
    assert texts(concat) == ["in  batches", "out  joined"]
    assert texts(below(concat, "out  joined")) == ["→ standardize_1.batches"]


def test_f2_renames_a_node(outline: Outline, editing: Editing, qtbot: QtBot) -> None:
    outline.setCurrentIndex(row(outline, "concat_1"))
    QTest.keyClick(outline, Qt.Key.Key_F2)
    editor = outline.findChild(QLineEdit)
    QTest.keyClicks(editor, "join")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: ids(editing.document) == ["join", "standardize_1"])
    assert editing.undo_name == "Rename concat_1 to join"


def test_a_name_that_cannot_be_is_refused_and_put_back(outline: Outline, editing: Editing, qtbot: QtBot) -> None:
    outline.setCurrentIndex(row(outline, "concat_1"))
    with qtbot.waitSignal(outline.refused) as refused:
        outline.model().itemFromIndex(row(outline, "concat_1")).setText("standardize_1")
    assert refused.args == ["another node is called 'standardize_1'"]
    assert row(outline, "concat_1").isValid()
    assert editing.undo_name == ""


def test_delete_removes_the_node_of_the_row(outline: Outline, editing: Editing) -> None:
    outline.setCurrentIndex(row(outline, "concat_1"))
    QTest.keyClick(outline, Qt.Key.Key_Delete)
    assert ids(editing.document) == ["standardize_1"]


def test_delete_on_a_wire_removes_only_the_wire(outline: Outline, editing: Editing) -> None:
    outline.setCurrentIndex(
        below(below(row(outline, "concat_1"), "out  joined"), "→ standardize_1.batches")
    )  # fmt: skip
    QTest.keyClick(outline, Qt.Key.Key_Delete)
    assert wires(editing.document) == set()
    assert len(editing.document.nodes) == 2


@pytest.mark.qt_log_ignore("This plugin does not support")  # the screenless platform cannot raise a menu
def test_l_on_a_port_lists_what_it_can_be_wired_to(outline: Outline, editing: Editing, catalogue: Catalogue) -> None:
    document, _ = edits.add_node(editing.document, catalogue.spec("TrainOneStep"), (0, 0))
    editing.edit("Add", document)
    outline.expandAll()
    outline.setCurrentIndex(below(row(outline, "standardize_1"), "out  standardized"))
    QTest.keyClick(outline, Qt.Key.Key_L)
    menu = outline.findChild(QMenu)
    assert [action.text() for action in menu.actions()] == ["Connect to train_1.batches"]
    menu.actions()[0].trigger()
    menu.close()
    assert ("standardize_1.standardized", "train_1.batches") in wires(editing.document)


def test_a_selected_row_tells_its_node_and_what_was_open_stays_open(
    outline: Outline, editing: Editing, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(outline.things_selected) as told:
        outline.setCurrentIndex(below(row(outline, "concat_1"), "in  batches"))
    assert told.args == [("concat_1",)]
    outline.collapse(row(outline, "standardize_1"))
    editing.edit("Disconnect", edits.disconnect(editing.document, wires(editing.document)))
    assert outline.isExpanded(row(outline, "concat_1"))
    assert not outline.isExpanded(row(outline, "standardize_1"))


def test_groups_stand_above_what_is_in_them(outline: Outline, editing: Editing, qtbot: QtBot) -> None:
    document, made = grouping.group(editing.document, ["concat_1"], title="Joining")
    editing.edit("Group", document)
    assert [outline.model().index(number, 0).data() for number in range(2)] == ["standardize_1", "Joining"]
    group = row(outline, "Joining")
    assert texts(group) == ["concat_1"]
    outline.model().itemFromIndex(group).setText("Join")
    qtbot.waitUntil(lambda: editing.document.layout.groups[0].title == "Join")
    with qtbot.waitSignal(outline.opened) as opened:
        outline.setCurrentIndex(row(outline, "Join"))
        QTest.keyClick(outline, Qt.Key.Key_Return)
    assert opened.args == [made]
    QTest.keyClick(outline, Qt.Key.Key_Delete)
    assert ids(editing.document) == ["standardize_1"]
    assert editing.undo_name == "Delete Join"


def test_alt_and_an_arrow_move_what_is_selected_in_one_step(outline: Outline, editing: Editing) -> None:
    outline.setCurrentIndex(row(outline, "concat_1"))
    for _ in range(3):
        QTest.keyClick(outline, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert editing.document.layout.nodes["concat_1"] == (0, 60)
    editing.undo()
    assert editing.document == chain()


def test_insert_and_ctrl_b_wish_for_what_the_window_does(outline: Outline, qtbot: QtBot) -> None:
    outline.setCurrentIndex(row(outline, "concat_1"))
    with qtbot.waitSignal(outline.add_wished):
        QTest.keyClick(outline, Qt.Key.Key_Insert)
    with qtbot.waitSignal(outline.bypass_wished):
        QTest.keyClick(outline, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)


def test_letters_find_a_row(outline: Outline) -> None:
    outline.setCurrentIndex(row(outline, "concat_1"))
    QTest.keyClicks(outline, "stand")
    assert outline.currentIndex() == row(outline, "standardize_1")


def test_every_row_has_a_text_for_screen_readers(outline: Outline, editing: Editing) -> None:
    outline.set_problems([Problem(Place("concat_1", "min_steps"), "min_steps must be at least 1, not 0")])
    concat = row(outline, "concat_1")
    assert spoken(concat) == "concat_1, Concat Batches; problem: min_steps must be at least 1, not 0"
    assert spoken(below(concat, "in  batches")).endswith("batch stream: what to join; not wired")
    joined = below(concat, "out  joined")
    assert spoken(joined).endswith("; wired to standardize_1.batches")
    assert spoken(below(joined, "→ standardize_1.batches")) == "wire to standardize_1.batches"
    outline.set_problems([])
    assert spoken(concat) == "concat_1, Concat Batches"
    editing.edit("Bypass", edits.set_bypassed(editing.document, ["concat_1"], True))
    assert spoken(row(outline, "concat_1")) == "concat_1, Concat Batches, bypassed"


def test_while_the_graph_runs_it_is_read_and_not_changed(outline: Outline, editing: Editing, qtbot: QtBot) -> None:
    outline.set_locked(True)
    outline.setCurrentIndex(row(outline, "concat_1"))
    with qtbot.waitSignal(outline.refused) as refused:
        QTest.keyClick(outline, Qt.Key.Key_Delete)
    assert refused.args == ["The graph is locked while it runs: stop the run to change it"]
    QTest.keyClick(outline, Qt.Key.Key_F2)
    assert outline.findChild(QLineEdit) is None
    assert editing.document == chain()


def row(outline: Outline, node: str) -> QModelIndex:
    """The row of a node; an invalid index if there is none."""
    rows = [outline.model().index(number, 0) for number in range(outline.model().rowCount())]
    return next((index for index in rows if index.data() == node), QModelIndex())


def below(parent: QModelIndex, text: str) -> QModelIndex:
    """The row with this text below another."""
    rows = [parent.model().index(number, 0, parent) for number in range(parent.model().rowCount(parent))]
    return next(index for index in rows if index.data() == text)


def texts(parent: QModelIndex) -> list[str]:
    """The texts of the rows below another."""
    return [parent.model().index(number, 0, parent).data() for number in range(parent.model().rowCount(parent))]


def spoken(index: QModelIndex) -> str:
    """What a screen reader says of a row."""
    return index.data(Qt.ItemDataRole.AccessibleTextRole)
