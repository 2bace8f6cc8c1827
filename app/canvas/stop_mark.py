"""The mark on a wire at which items are held: a dot for a breakpoint, a ring around it while one is held."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.look import Look

RADIUS: Final = 6.0
HALO: Final = 11.0


class StopMark(QGraphicsItem):
    """A breakpoint that is on is a filled dot; one that is off is hollow; an item that is held shows as a ring."""

    def __init__(self, parent: QGraphicsItem, look: Look) -> None:
        super().__init__(parent)
        self.look = look
        self.enabled: bool | None = None  # None: there is no breakpoint
        self.held = False
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)
        self.setVisible(False)

    def show_stop(self, enabled: bool | None, held: bool, tip: str) -> None:
        """Show whether there is a breakpoint, whether it is on, and whether an item is held here."""
        self.enabled, self.held = enabled, held
        self.setToolTip(tip)
        self.setVisible(held or enabled is not None)
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the ring's box, around the origin."""
        return QRectF(-HALO - 1, -HALO - 1, 2 * HALO + 2, 2 * HALO + 2)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw ring and dot."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.held:
            painter.setPen(QPen(self.look.colour("accent"), 2.5))
            painter.setBrush(self.look.colour("accent", 0.25, "canvas"))
            painter.drawEllipse(QPointF(), HALO - 1.5, HALO - 1.5)
        if self.enabled is not None:
            painter.setPen(QPen(self.look.colour("danger" if not self.enabled else "canvas"), 1.6))
            painter.setBrush(self.look.colour("danger" if self.enabled else "canvas"))
            painter.drawEllipse(QPointF(), RADIUS, RADIUS)
