"""What keys do on the canvas, where no modifier is held but Shift; the rest are the owner's actions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCursor, QKeyEvent

from app.canvas.look import GRID
from app.canvas.viewer import LOCKED, Viewer

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
            Qt.Key.Key_Backspace: self._delete_or_leave,
            Qt.Key.Key_Escape: self._let_go_or_leave,
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
        if places := self._drawing.stepped(by.x(), by.y()):
            self._canvas.moved.emit(places)
        else:
            self._viewer.pan(by * PANS)

    def _open(self) -> None:
        nodes, marks = self._canvas.selected(), self._canvas.selected_marks()
        if len(nodes) == 1:
            self._canvas.activate(*nodes)
        elif len(marks) == 1 and not nodes and marks[0].kind != "dot":
            self._canvas.activate_mark(marks[0])

    def _delete(self) -> None:
        nodes, wires, marks = self._canvas.selected(), self._canvas.selected_wires(), self._canvas.selected_marks()
        loose = [wire for wire in wires if not {end.partition(".")[0] for end in wire} & set(nodes)]
        if self._viewer.locked and (nodes or loose):
            self._viewer.refuse(LOCKED)
        elif nodes or loose or marks:
            self._canvas.delete_wished.emit(list(nodes), loose, list(marks))

    def _delete_or_leave(self) -> None:
        if self._viewer.scene().selectedItems():
            self._delete()
        else:
            self._canvas.leave_group()

    def _let_go_or_leave(self) -> None:
        if self._viewer.scene().selectedItems():
            self._viewer.scene().clearSelection()
        else:
            self._canvas.leave_group()

    def _pointer_or_centre(self) -> QPoint:
        viewport = self._viewer.viewport()
        pointer = viewport.mapFromGlobal(QCursor.pos())
        return pointer if viewport.rect().contains(pointer) else viewport.rect().center()
