"""The label on a wire: how much passes and who waits, drawn small and only where it can be read."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.lettering import advance
from app.canvas.look import Look, translucent

HIDDEN_BELOW = 0.5  # zoom
HEIGHT = 15.0


class Rate(QGraphicsItem):
    """A small label above the middle of a wire."""

    def __init__(self, parent: QGraphicsItem, look: Look) -> None:
        super().__init__(parent)
        self.look = look
        self.text = ""
        self.is_limit = False
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setVisible(False)

    def show_text(self, text: str, is_limit: bool = False) -> None:
        """Show a text, if it is new, in red where the run is limited; an empty one hides the label."""
        if (text, is_limit) != (self.text, self.is_limit):
            self.prepareGeometryChange()
            self.text, self.is_limit = text, is_limit
            self.setVisible(bool(text))
            self.update()

    def boundingRect(self) -> QRectF:
        """Return the pill's box: its lowest line is around the origin, the others stand above it."""
        lines = self.text.split("\n")
        width = max(advance(self.look.number, line) for line in lines) + 12
        return QRectF(-width / 2, (0.5 - len(lines)) * HEIGHT, width, len(lines) * HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the pill, unless the canvas is zoomed out too far to read it."""
        if option.levelOfDetailFromTransform(painter.worldTransform()) < HIDDEN_BELOW:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(translucent(self.look.theme.canvas, 0.75))
        painter.drawRoundedRect(self.boundingRect(), HEIGHT / 2, HEIGHT / 2)
        painter.setFont(self.look.number)
        painter.setPen(self.look.colour("danger" if self.is_limit else "text", 0.85 + 0.15 * self.is_limit, "canvas"))
        painter.drawText(self.boundingRect(), Qt.AlignmentFlag.AlignCenter, self.text)
