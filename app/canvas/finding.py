"""What is where in the scene: the port, node or wire under a pixel of the view, nearest or uppermost first."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPoint, QRectF
from PySide6.QtWidgets import QGraphicsView

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


def wire_at(view: QGraphicsView, pixel: QPoint) -> WireItem | None:
    """Return the uppermost wire under a pixel of the view, where no node covers it."""
    if node_at(view, pixel):
        return None
    wires = (item for item in view.items(pixel) if isinstance(item, WireItem))
    return next((wire for wire in wires if not isinstance(wire, LiveWire)), None)
