"""Whatever hands do in and around opened groups: the canvas shows the document, and undo brings all of it back."""

from __future__ import annotations

import random

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.canvas.picture import picture_of
from app.finder import Finder
from app.grouping import group
from app.main_window import MainWindow
from engine.catalogue import Catalogue
from engine.document import Document, write
from tests.app.canvas.conftest import Hands
from tests.engine.graphs import ppo

GESTURES = 25
CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
KEYS = (
    (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_Right, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_D, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_G, CTRL_SHIFT),
    (Qt.Key.Key_U, CTRL_SHIFT),
    (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
)  # delete, move, bypass, group, take apart, open, leave


@pytest.fixture
def hands(window: MainWindow) -> Hands:
    """Hands on PPO, of which a group within a group is open."""
    inner, made = group(ppo(), ("concat_1", "standardize_1"))
    document, outer = group(inner, (made, "train_1"))
    window.editing.start(document)
    window.canvas.go_to_level(outer)
    window.canvas.setFocus()
    return Hands(window.canvas)


def spots(hands: Hands) -> list[QPoint]:
    """Places where something may happen: nodes, groups and cards of the border, their ports, wires, and nothing."""
    canvas, found = hands.canvas, [hands.empty()]
    for item in canvas._drawing.nodes.values():
        box = item.scene_body()
        found += [hands.at(box.center().x(), box.top() + 20), hands.at(box.right() - 30, box.top() + 20)]
        found += [hands.at(*port.centre.toTuple()) for port in item.ports.values()]
    found += [hands.at(*canvas.middle_of(wire)[1:]) for wire in canvas.shown_wires()[0]]
    return [spot for spot in found if canvas.viewport().rect().contains(spot)]


def gesture(hands: Hands, chance: random.Random) -> None:
    """Do something, and close what it opened."""
    start, end = chance.choices(spots(hands), k=2)
    match chance.randrange(8):
        case 0 | 1 | 2:
            hands.click(start)
            hands.key(*chance.choice(KEYS))
        case 3:
            hands.double_click(start)
        case 4:
            hands.drag(start, end, held=ALT)
        case _:
            hands.drag(start, end)
    if popup := QApplication.activePopupWidget():
        popup.close()
    for finder in hands.canvas.window().findChildren(Finder):
        if finder.isVisible():
            QTest.keyClick(finder.field, Qt.Key.Key_Escape)
    hands.canvas.setFocus()


def check(window: MainWindow, document: Document, catalogue: Catalogue) -> None:
    """Compare what is drawn with what the document says of the level that is open."""
    canvas = window.canvas
    picture = picture_of(document, catalogue, canvas.level)
    wires = set(picture.strands)
    assert canvas.shown_wires() == (wires, wires)
    assert {thing: item.pos().toTuple() for thing, item in canvas._drawing.nodes.items()} == dict(picture.places)
    assert set(canvas._drawing.marks) == set(picture.marks)


@pytest.mark.parametrize("seed", range(4))
def test_undo_brings_back_every_byte_and_redo_what_was_made(
    hands: Hands, window: MainWindow, catalogue: Catalogue, seed: int
) -> None:
    chance, before = random.Random(seed), write(window.editing.document)
    for _ in range(GESTURES):
        gesture(hands, chance)
        check(window, window.editing.document, catalogue)
    after, steps = write(window.editing.document), 0
    assert after != before, "the hands changed nothing"
    while window.editing.undo_name:
        window.editing.undo()
        check(window, window.editing.document, catalogue)
        steps += 1
    assert write(window.editing.document) == before
    for _ in range(steps):
        window.editing.redo()
        check(window, window.editing.document, catalogue)
    assert write(window.editing.document) == after
