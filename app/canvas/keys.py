"""What keys do on the canvas: commands of its own, whose keys a person may change, and those that everybody expects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QCursor, QKeyEvent

from app.actions import make_action
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
    """Turns keys into the canvas's wishes.

    Attributes:
        actions: the canvas's own commands by name; their keys are heard while the viewer has the focus.
    """

    def __init__(self, canvas: Canvas, viewer: Viewer, drawing: Drawing) -> None:
        self._canvas, self._viewer, self._drawing = canvas, viewer, drawing
        does: dict[str, Callable[[], object]] = {
            "delete": self._delete,
            "add_here": lambda: viewer.wish_search(self._pointer_or_centre()),
            "activate": self._activate,
            "see_selection": lambda: canvas.fit_nodes(canvas.selected()),
            "see_all": canvas.fit,
        }
        self.actions: dict[str, QAction] = {name: make_action(name, viewer, do, viewer) for name, do in does.items()}
        for chosen in (canvas.selection_changed, canvas.wires_selected):
            chosen.connect(self._enable)
        self._enable()

    def obey(self, event: QKeyEvent) -> None:
        """Let arrows move what is selected, or else the view, and Escape and Backspace leave; others have the rest."""
        key, held = Qt.Key(event.key()), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        plain = held == Qt.KeyboardModifier.NoModifier
        if key in STEPS and (plain or held == Qt.KeyboardModifier.ShiftModifier):
            self._step(STEPS[key] * (1 if plain else LONG_STEP))
        elif key in (Qt.Key.Key_Escape, Qt.Key.Key_Backspace) and plain:
            self._let_go_or_leave()
        else:
            return
        event.accept()

    def _step(self, by: QPoint) -> None:
        if places := self._drawing.stepped(by.x(), by.y()):
            self._canvas.moved.emit(places)
        else:
            self._viewer.pan(by * PANS)

    def _activate(self) -> None:
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

    def _let_go_or_leave(self) -> None:
        if self._viewer.scene().selectedItems():
            self._viewer.scene().clearSelection()
        else:
            self._canvas.leave_group()

    def _pointer_or_centre(self) -> QPoint:
        viewport = self._viewer.viewport()
        pointer = viewport.mapFromGlobal(QCursor.pos())
        return pointer if viewport.rect().contains(pointer) else viewport.rect().center()

    def _enable(self) -> None:
        """Leave Backspace to `obey` while there is nothing to delete."""
        self.actions["delete"].setEnabled(bool(self._viewer.scene().selectedItems()))
