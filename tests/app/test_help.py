"""F1 brings up the page of the selected operator; in a field of the form, at the parameter that is edited there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor, QTextTable
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.main_window import MainWindow
from engine.document import Document, Node

LINE = "\N{LINE SEPARATOR}"


@pytest.fixture
def graph(window: MainWindow) -> MainWindow:
    """A window whose graph has a policy and a learner, with the policy selected."""
    nodes = (Node(id="policy_1", type="PPOPolicy"), Node(id="train_1", type="TrainOneStep"))
    window.editing.start(Document(nodes=nodes))
    window.canvas.select(["policy_1"])
    return window


def press_f1(window: MainWindow) -> None:
    QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_F1)


def mark(window: MainWindow) -> QTextCursor | None:
    """Return where the parameter stands whose row is on another ground."""
    tables = [frame for frame in window.page.document().rootFrame().childFrames() if isinstance(frame, QTextTable)]
    for cell in (table.cellAt(row, 0) for table in tables for row in range(table.rows())):
        if cell.format().background().style() != Qt.BrushStyle.NoBrush:
            return cell.firstCursorPosition()
    return None


def marked(window: MainWindow) -> str:
    found = mark(window)
    return found.block().text().partition(LINE)[0] if found else ""


def test_on_a_node_it_shows_the_page_from_the_top(graph: MainWindow) -> None:
    graph.canvas.setFocus()
    press_f1(graph)
    assert (graph.page.operator, marked(graph)) == ("PPOPolicy", "")
    assert graph.page.isVisible()
    assert graph.page.verticalScrollBar().value() == 0


def test_in_a_field_it_shows_and_marks_that_parameter_and_escape_goes_back(graph: MainWindow) -> None:
    field = graph.form.form.rows["learning_rate"].field
    graph.form.focus_field("learning_rate")
    press_f1(graph)
    assert (graph.page.operator, marked(graph)) == ("PPOPolicy", "learning_rate")
    assert graph.page.viewport().rect().contains(graph.page.cursorRect(mark(graph)))
    QTest.keyClick(graph.page, Qt.Key.Key_Escape)
    assert graph.form.isVisible()
    assert field.isAncestorOf(QApplication.focusWidget())


def test_the_mark_goes_with_the_next_page_and_escape_then_leads_nowhere(graph: MainWindow) -> None:
    graph.form.focus_field("learning_rate")
    press_f1(graph)
    graph.canvas.select(["train_1"])
    assert (graph.page.operator, graph.page.param, marked(graph)) == ("TrainOneStep", "", "")
    QTest.keyClick(graph.page, Qt.Key.Key_Escape)
    assert graph.page.isVisible()


def test_the_name_of_a_node_and_the_graphs_own_fields_show_the_page_that_was_there(graph: MainWindow) -> None:
    graph.form.focus_first()
    press_f1(graph)
    assert (graph.page.operator, graph.page.param) == ("PPOPolicy", "")
    graph.canvas.select([])
    graph.docks["Parameters"].bring_up()
    graph.form.focus_field("seed")
    press_f1(graph)
    assert (graph.page.operator, graph.page.param) == ("PPOPolicy", "")
