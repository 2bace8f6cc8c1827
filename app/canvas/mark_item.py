"""What frames, comments and dots have in common on the canvas: a mark, and that they are dragged in steps."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem

from app.canvas.look import GRID, Look
from app.canvas.marks import Note, place_of
from app.layouts import Mark, Position


class MarkItem(QGraphicsItem):
    """An item that stands beside the nodes; its origin is the place of its note.

    `snaps` is whether it keeps to multiples of `step`, as while it is dragged.
    """

    step = GRID

    def __init__(self, mark: Mark, note: Note, look: Look) -> None:
        super().__init__()
        self.mark, self.note, self.look = mark, note, look
        self.snaps = False
        flag = QGraphicsItem.GraphicsItemFlag
        self.setFlags(flag.ItemIsSelectable | flag.ItemIsMovable | flag.ItemSendsGeometryChanges)
        self.setAcceptHoverEvents(True)
        self.show_note(note, look)

    def show_note(self, note: Note, look: Look) -> None:
        """Show what it is now, where it is now."""
        self.prepareGeometryChange()
        self.note, self.look = note, look
        self.setPos(*place_of(note))
        self.update()

    def scene_body(self) -> QRectF:
        """Return the rectangle that it takes up in the scene."""
        return self.body().translated(self.scenePos())

    def body(self) -> QRectF:
        """Return the rectangle that it takes up."""
        raise NotImplementedError  # abc.ABC does not go with the metaclass of QGraphicsItem

    def place(self) -> Position:
        """Return where it is now, in whole steps."""
        return self.step * round(self.x() / self.step), self.step * round(self.y() / self.step)

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:
        """Keep to the steps while being dragged."""
        if change == QGraphicsItem.GraphicsItemChange.ItemPositionChange and self.snaps:
            return QPointF(self.step * round(value.x() / self.step), self.step * round(value.y() / self.step))
        return super().itemChange(change, value)
