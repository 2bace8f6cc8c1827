"""A wire on the canvas: solid for streams, doubled for parallel ones, dashed and quiet for handles."""

from __future__ import annotations

from typing import Any

from NodeGraphQt.qgraphics.pipe import PipeItem
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsSceneHoverEvent, QStyleOptionGraphicsItem, QWidget

from app.canvas.look import Look, faded
from app.canvas.picture import Strand, Wire
from app.canvas.port_item import PortItem
from app.canvas.rate import Rate
from app.canvas.routes import Route, curves
from app.canvas.stop_mark import StopMark
from app.canvas.wire_numbers import WireNumbers
from engine.kinds import Kind

NEAR_END = 64.0  # scene pixels from a port within which a drag tears the wire off it
ABOVE = 11.0  # from a wire to the middle of its label
THICKEST = 2.4  # by how much the wire with most env steps a second is thicker than one at rest
STEPS = 6  # of thickness: what hardly changes is not drawn again
GRIP = 12.0  # width of the strip in which a click means the wire


class WireItem(PipeItem):
    """One wire; it is drawn along the route that the viewer gives it."""

    def __init__(self, strand: Strand, look: Look) -> None:
        super().__init__()
        self.strand = strand
        self.look = look
        self.is_hovered = False
        self.swell = 0.0
        self.is_limit = False
        self._dir_pointer.setVisible(False)
        self.setCacheMode(QGraphicsItem.CacheMode.NoCache)  # a cache of a long wire is a large empty picture
        self.rate = Rate(self, look)
        self.stop: StopMark | None = None  # made when it is first needed: few wires ever are

    @property
    def wire(self) -> Wire:
        """The two ends: source and target `"node.port"`."""
        return self.output_port.ref, self.input_port.ref

    def show_strand(self, strand: Strand, look: Look) -> None:
        """Wear what the wire carries now."""
        self.strand, self.look, self.rate.look = strand, look, look
        self.rate.update()
        if self.stop:
            self.stop.look = look
        self.update()

    def follow(self, route: Route) -> None:
        """Lie along a route."""
        path = path_along(route)
        self.setPath(path)
        self.rate.setPos(path.pointAtPercent(0.5) - QPointF(0, ABOVE) if path.length() else QPointF())
        if self.stop:
            self.stop.setPos(self._middle())

    def end_near(self, point: QPointF) -> PortItem | None:
        """Return the port that a drag from this point would tear the wire off, or None in the wire's middle."""
        ports = (self.output_port, self.input_port)
        near = [(QLineF(port.centre, point).length(), index, port) for index, port in enumerate(ports)]
        distance, _, port = min(near)
        return port if distance < min(NEAR_END, 0.45 * self.path().length()) else None

    def set_numbers(self, numbers: WireNumbers | None) -> None:
        """Show live numbers: as a label, as thickness, and in red where the run is limited; None takes them away."""
        self.rate.show_text(numbers.label if numbers else "", bool(numbers and numbers.limit))
        self.setToolTip(numbers.details if numbers else "")
        swell = THICKEST * round(STEPS * numbers.share**0.5) / STEPS if numbers else 0.0
        is_limit = bool(numbers and numbers.limit)
        if (swell, is_limit) != (self.swell, self.is_limit):
            self.swell, self.is_limit = swell, is_limit
            self.update()

    def show_stop(self, enabled: bool | None, held: bool, tip: str) -> None:
        """Show whether items are held here, see `StopMark`; its tip says why."""
        if self.stop is None and (held or enabled is not None):
            self.stop = StopMark(self, self.look)
            self.stop.setPos(self._middle())
        if self.stop:
            self.stop.show_stop(enabled, held, tip)

    def _middle(self) -> QPointF:
        return self.path().pointAtPercent(0.5) if self.path().length() else QPointF()

    def colour(self) -> QColor:
        """Return the colour of what it carries: brighter when hovered or selected, or when a node at its end is."""
        theme = self.look.theme
        colour = theme.danger if self.is_limit else theme.kind_colour(self.strand.kind)
        if self._is_lit():
            return QColor(colour).lighter(112) if theme.is_dark else QColor(colour).darker(110)
        quiet = 0.7 if theme.is_dark else 0.8  # as faint as may be: WCAG asks for 3:1 against the ground
        return faded(colour, quiet if self.strand.is_handle else 0.9, theme.canvas)

    def boundingRect(self) -> QRectF:
        """Return the path's box and a little more for the pen."""
        return self.path().controlPointRect().adjusted(-7, -7, 7, 7)

    def shape(self) -> QPainterPath:
        """Return the strip in which a click means this wire."""
        stroker = QPainterPathStroker()
        stroker.setWidth(GRIP)
        return stroker.createStroke(self.path())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the wire; a doubled one is a broad line with its middle taken out."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        colour, more = self.colour(), self.swell + (0.6 if self._is_lit() else 0.0)
        if self.isSelected():
            painter.strokePath(self.path(), _pen(self.look.colour("accent", 0.35, "canvas"), 9))
        if self.strand.is_handle:
            pen = _pen(colour, 1.3 + more)  # a handle carries no items, so it never swells
            pen.setDashPattern([4.5, 3.5])
            painter.strokePath(self.path(), pen)
        elif self.strand.parallel:
            painter.strokePath(self.path(), _pen(colour, 5.2 + more))
            painter.strokePath(self.path(), _pen(self.look.colour("canvas"), 2.2 + 0.3 * self.swell))
        else:
            painter.strokePath(self.path(), _pen(colour, 2.2 + more))

    def set_hovered(self, is_hovered: bool) -> None:
        """Brighten, or step back."""
        self.is_hovered = is_hovered
        self.update()

    def hoverEnterEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Brighten."""
        self.set_hovered(True)

    def hoverLeaveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Step back."""
        self.set_hovered(False)

    def draw_path(self, *_: Any, **__: Any) -> None:
        """Do nothing: the viewer gives the route."""

    def activate(self) -> None:
        """Brighten; NodeGraphQt calls this."""
        self.update()

    def highlight(self) -> None:
        """Brighten; NodeGraphQt calls this."""
        self.update()

    def reset(self) -> None:
        """Step back; NodeGraphQt calls this."""
        self.update()

    def _is_lit(self) -> bool:
        ends = (self.output_port, self.input_port)
        return self.is_hovered or self.isSelected() or any(port and port.node.isSelected() for port in ends)


class LiveWire(WireItem):
    """The wire that follows the pointer while one is being drawn."""

    def __init__(self, look: Look) -> None:
        super().__init__(Strand(Kind), look)
        self.fault = False
        self.setZValue(4)
        self.setAcceptHoverEvents(False)
        self.setVisible(False)

    def colour(self) -> QColor:
        """Return the colour of what it would carry, or that of a mistake."""
        return self.look.colour("danger") if self.fault else QColor(self.look.theme.kind_colour(self.strand.kind))


def path_along(route: Route) -> QPainterPath:
    """Return the path of a route."""
    path = QPainterPath(QPointF(route[0].start, route[0].y))
    for run, curve in curves(route):
        path.lineTo(run.stop, run.y)
        if curve:
            path.cubicTo(*(QPointF(*point) for point in curve[1:]))
    return path


def _pen(colour: QColor, width: float) -> QPen:
    return QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap, Qt.PenJoinStyle.RoundJoin)
