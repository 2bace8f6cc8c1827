"""What keys do on the canvas, where no modifier is held but Shift; the rest are the owner's actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QKeyEvent

from app.canvas.look import GRID
from app.canvas.viewer import LOCKED, Viewer
from app.canvas.wire_item import WireItem

if TYPE_CHECKING:
    from app.canvas.canvas import Canvas
    from app.canvas.drawing import Drawing

STEPS: Final = {
    Qt.Key.Key_Left: QPoint(-GRID, 0),
    Qt.Key.Key_Right: QPoint(GRID, 0),
    Qt.Key.Key_Up: QPoint(0, -GRID),
    Qt.Key.Key_Down: QPoint(0, GRID),
}
LONG_STEP: Final = 5  # times as far with Shift
PANS: Final = 3  # times as far without a selection, when the view moves instead


class Keys:
    """Turns keys into the canvas's wishes: arrows, Delete, Tab, Return, F, A and Home."""

    def __init__(self, canvas: Canvas, viewer: Viewer, drawing: Drawing) -> None:
        self._canvas, self._viewer, self._drawing = canvas, viewer, drawing
        self._does = {
            Qt.Key.Key_Delete: self._delete,
            Qt.Key.Key_Backspace: self._delete,
            Qt.Key.Key_Tab: lambda: viewer.wish_search(self._pointer_or_centre()),
            Qt.Key.Key_Return: self._open,
            Qt.Key.Key_Enter: self._open,
            Qt.Key.Key_F: lambda: canvas.fit_nodes(canvas.selected()),
            Qt.Key.Key_A: canvas.fit,
            Qt.Key.Key_Home: canvas.fit,
        }

    def obey(self, event: QKeyEvent) -> None:
        """Do what the key stands for, or leave the event to others."""
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = held == Qt.KeyboardModifier.NoModifier
        if key in STEPS and (plain or held == Qt.KeyboardModifier.ShiftModifier):
            self._step(STEPS[key] * (1 if plain else LONG_STEP))
        elif key in self._does and plain:
            self._does[key]()
        else:
            return
        event.accept()

    def _step(self, by: QPoint) -> None:
        if chosen := self._canvas.selected():
            self._canvas.moved.emit({node: self._drawing.stepped(node, by.x(), by.y()) for node in chosen})
        else:
            self._viewer.pan(by * PANS)

    def _open(self) -> None:
        if len(self._canvas.selected()) == 1:
            self._canvas.activated.emit(*self._canvas.selected())

    def _delete(self) -> None:
        nodes = self._canvas.selected()
        wires = [item.wire for item in self._viewer.scene().selectedItems() if isinstance(item, WireItem)]
        loose = [wire for wire in wires if not {end.partition(".")[0] for end in wire} & set(nodes)]
        if not nodes and not loose:
            return
        if self._viewer.locked:
            self._viewer.refuse(LOCKED)
            return
        if loose:
            self._canvas.unwire_wished.emit(loose)
        if nodes:
            self._canvas.delete_wished.emit(list(nodes))

    def _pointer_or_centre(self) -> QPoint:
        viewport = self._viewer.viewport()
        pointer = viewport.mapFromGlobal(QCursor.pos())
        return pointer if viewport.rect().contains(pointer) else viewport.rect().center()
