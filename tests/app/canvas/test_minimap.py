"""The map shows where the view is while the graph does not fit into it, and a press travels there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from app.canvas import Canvas
from app.canvas.minimap import Minimap
from engine.document import Document

from .conftest import Hands


@pytest.fixture
def minimap(canvas: Canvas) -> Minimap:
    return canvas._minimap


def zoom_in(canvas: Canvas) -> None:
    canvas._viewer.zoom_at(3.0, canvas.viewport().rect().center())


def test_it_hides_while_all_of_the_graph_is_in_view(canvas: Canvas, minimap: Minimap) -> None:
    assert not minimap.isVisible()
    zoom_in(canvas)
    assert minimap.isVisible()
    canvas.fit()
    assert not minimap.isVisible()


def test_it_stands_in_the_corner_of_the_view(canvas: Canvas, minimap: Minimap) -> None:
    zoom_in(canvas)
    for size in (700, 1000):
        canvas.resize(size, 500)
        corner = canvas.viewport().rect().bottomRight() - minimap.geometry().bottomRight()
        assert corner.x() == corner.y() > 0


def test_a_press_travels_there(canvas: Canvas, minimap: Minimap, document: Document) -> None:
    zoom_in(canvas)
    upper_left = QPoint(20, minimap.height() // 2 - 20)
    QTest.mousePress(minimap, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, upper_left)
    assert canvas.viewport().rect().contains(canvas.node_rect("gather_1").center())
    QTest.mouseMove(minimap, QPoint(minimap.width() - 20, minimap.height() - 20))
    assert minimap._seen().center().x() > 0


def test_it_can_be_taken_away(canvas: Canvas, minimap: Minimap) -> None:
    canvas.set_minimap(False)
    zoom_in(canvas)
    assert not minimap.isVisible()
    canvas.set_minimap(True)
    assert minimap.isVisible()


def test_it_follows_the_document(canvas: Canvas, minimap: Minimap) -> None:
    zoom_in(canvas)
    canvas.show_document(Document())
    assert not minimap.isVisible()


def test_wheel_and_clicks_on_it_wish_for_nothing(hands: Hands, minimap: Minimap) -> None:
    zoom_in(hands.canvas)
    QTest.mouseClick(minimap, Qt.MouseButton.LeftButton)
    assert hands.told == []
