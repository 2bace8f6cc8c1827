"""A dot on a wire: a point that it is led through, to drag."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.canvas.look import GRID
from app.canvas.mark_item import MarkItem
from app.canvas.wire_item import WireItem

RADIUS: Final = 4.5
REACH: Final = 9.0  # from the middle, within which a press means the dot


class DotItem(MarkItem):
    """One dot, in the colour of its wire."""

    step = GRID // 2
    wire: WireItem | None = None

    def body(self) -> QRectF:
        """Return the dot's box."""
        return QRectF(-RADIUS, -RADIUS, 2 * RADIUS, 2 * RADIUS)

    def boundingRect(self) -> QRectF:
        """Return the square in which a click means this dot."""
        return QRectF(-REACH, -REACH, 2 * REACH, 2 * REACH)

    def shape(self) -> QPainterPath:
        """Return where a click means this dot."""
        path = QPainterPath()
        path.addEllipse(QPointF(), REACH, REACH)
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the disc, ringed when selected."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.look.colour("canvas"), 1.5))
        painter.setBrush(self.wire.colour() if self.wire else self.look.colour("muted"))
        painter.drawEllipse(QPointF(), RADIUS, RADIUS)
        if self.isSelected():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.look.colour("accent"), 2))
            painter.drawEllipse(QPointF(), RADIUS + 2.5, RADIUS + 2.5)
