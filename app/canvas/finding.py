"""What is where in the scene: the port, node, mark or wire under a pixel of the view, nearest or uppermost first."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPoint, QRectF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView

from app.canvas.mark_item import MarkItem
from app.canvas.node_item import NodeItem
from app.canvas.port_item import REACH, PortItem
from app.canvas.wire_item import LiveWire, WireItem

FINGER = 9.0  # viewport pixels around a port that still mean it, however far the view is zoomed out


def nodes_in(view: QGraphicsView) -> list[NodeItem]:
    """Return the nodes of the scene."""
    return [item for item in view.scene().items() if isinstance(item, NodeItem)]


def ports_in(view: QGraphicsView) -> list[PortItem]:
    """Return all ports of the scene."""
    return [port for node in nodes_in(view) for port in node.ports.values()]


def port_at(view: QGraphicsView, pixel: QPoint) -> PortItem | None:
    """Return the port nearest to a pixel of the view, if one is within reach."""
    point, reach = view.mapToScene(pixel), max(REACH, FINGER / view.transform().m11())
    area = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
    ports = [item for item in view.scene().items(area) if isinstance(item, PortItem)]
    nearest = min(ports, key=lambda port: QLineF(port.centre, point).length(), default=None)
    return nearest if nearest and QLineF(nearest.centre, point).length() < reach else None


def node_at(view: QGraphicsView, pixel: QPoint) -> NodeItem | None:
    """Return the uppermost node under a pixel of the view."""
    return next((item for item in view.items(pixel) if isinstance(item, NodeItem)), None)


def marks_in(view: QGraphicsView) -> list[MarkItem]:
    """Return the frames, comments and dots of the scene."""
    return [item for item in view.scene().items() if isinstance(item, MarkItem)]


def mark_at(view: QGraphicsView, pixel: QPoint) -> MarkItem | None:
    """Return the frame, comment or dot that is uppermost under a pixel of the view."""
    found = _thing_at(view, pixel)
    return found if isinstance(found, MarkItem) else None


def wire_at(view: QGraphicsView, pixel: QPoint) -> WireItem | None:
    """Return the wire that is uppermost under a pixel of the view."""
    found = _thing_at(view, pixel)
    return found if isinstance(found, WireItem) else None


def wire_behind(view: QGraphicsView, node: NodeItem, pixel: QPoint) -> WireItem | None:
    """Return the wire that passes behind a node under a pixel of the view, and does not end at it."""
    wires = (item for item in view.items(pixel) if isinstance(item, WireItem) and not isinstance(item, LiveWire))
    return next((wire for wire in wires if wire not in node.wires), None)


def _thing_at(view: QGraphicsView, pixel: QPoint) -> QGraphicsItem | None:
    """Return the node, mark or wire that is uppermost under a pixel of the view; a node covers all else."""
    things = [item for item in view.items(pixel) if isinstance(item, NodeItem | MarkItem | WireItem)]
    things = [item for item in things if not isinstance(item, LiveWire)]
    return next((item for item in things if isinstance(item, NodeItem)), things[0] if things else None)
