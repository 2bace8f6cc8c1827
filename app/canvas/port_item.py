"""A port on the canvas: a shape and a colour for what it carries, filled where a wire is."""

from __future__ import annotations

from typing import Literal

from NodeGraphQt.qgraphics.port import PortItem as StockPortItem
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneHoverEvent, QStyleOptionGraphicsItem, QWidget

from app.canvas.faces import Plug
from app.canvas.look import OVERVIEW, Look, translucent
from app.canvas.shapes import shape_path
from engine.declare import Direction

REACH = 11.0  # half of the square, in scene pixels, in which a click means the port
SIZE = 4.6
Hint = Literal["plain", "fits", "unfit"]


class PortItem(StockPortItem):
    """One port; its origin is the port's centre, on the edge of its node."""

    def __init__(self, parent: QGraphicsItem, plug: Plug, look: Look) -> None:
        super().__init__(parent)
        self.plug = plug
        self.look = look
        self.outline = shape_path(plug.kind.shape, SIZE)
        self.hint: Hint = "plain"
        self.problem = ""
        self.name = plug.name
        self.port_type = plug.direction
        self.multi_connection = True  # the document says how many wires may meet; the view shows what it says
        self.setToolTip(plug.help)

    @property
    def ref(self) -> str:
        """The port as a wire's end in the document: `"node.port"`; on a group, of the node inside."""
        return self.plug.end

    @property
    def direction(self) -> Direction:
        """Whether wires enter or leave here."""
        return self.plug.direction

    @property
    def centre(self) -> QPointF:
        """Where wires end, in scene coordinates."""
        return self.scenePos()

    @property
    def colour(self) -> str:
        """The colour of what it carries."""
        return self.look.theme.kind_colour(self.plug.kind)

    def show_plug(self, plug: Plug, look: Look) -> None:
        """Wear what the port carries now."""
        self.plug, self.look = plug, look
        self.outline = shape_path(plug.kind.shape, SIZE)
        self.set_problem(self.problem)

    def set_hint(self, hint: Hint) -> None:
        """Step forward or back while a wire is being drawn."""
        if hint != self.hint:
            self.hint = hint
            self.setOpacity(0.22 if hint == "unfit" else 1.0)
            self.update()
            self.node.update()  # which draws the label

    def set_problem(self, problem: str) -> None:
        """Mark the port with what is wrong about it; nothing is wrong if the text is empty."""
        self.problem = problem
        self.setToolTip(f"{problem}\n\n{self.plug.help}" if problem else self.plug.help)
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the square in which a click means this port."""
        return QRectF(-REACH, -REACH, 2 * REACH, 2 * REACH)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the shape, with a ring where it is hovered, fits, or is wrong."""
        if option.levelOfDetailFromTransform(painter.worldTransform()) < OVERVIEW:
            painter.fillRect(QRectF(-SIZE, -SIZE, 2 * SIZE, 2 * SIZE), QColor(self.colour))  # shapes are a few pixels
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ring(painter)
        colour = QColor(self.colour)
        hollow = not self.connected_pipes or self.plug.kind.shape == "ring"
        painter.setPen(QPen(colour, 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.setBrush(self.look.colour("node") if hollow else colour)
        painter.drawPath(self.outline)

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Show that a press would start a wire here."""
        super().hoverEnterEvent(event)
        self.update()

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Step back."""
        super().hoverLeaveEvent(event)
        self.update()

    def redraw_connected_pipes(self) -> None:
        """Do nothing: the viewer routes all wires of a move at once."""

    def _paint_ring(self, painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        if self.hovered or self.hint == "fits":
            painter.setBrush(translucent(self.colour, 0.3))
            painter.drawEllipse(QPointF(0, 0), 9.5, 9.5)
        if self.problem:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.look.colour("danger"), 1.5))
            painter.drawEllipse(QPointF(0, 0), 9, 9)
