"""What is where on the canvas, for those who ask: between pixels of the screen, the scene, and what is drawn."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF
from PySide6.QtWidgets import QWidget

from app.canvas.drawing import Drawing
from app.canvas.finding import wire_at
from app.canvas.look import Look
from app.canvas.picture import Wire
from app.canvas.port_item import PortItem
from app.canvas.viewer import Viewer
from app.canvas.wire_item import WireItem
from app.layouts import Mark
from app.themes import load_fonts


class Positions(QWidget):
    """A widget with a viewer and what is drawn in it; the canvas adds all that changes something.

    Positions are scene pixels, those of the document's layout, unless said otherwise.
    """

    def __init__(self, look: Look, parent: QWidget | None) -> None:
        super().__init__(parent)
        load_fonts()
        self._viewer = Viewer(look, self)
        self._drawing = Drawing(self._viewer, self)

    def selected_boxes(self) -> dict[str | Mark, QRectF]:
        """Return the rectangles in the scene that the selected nodes, frames, comments and dots take up."""
        return {thing: item.scene_body() for thing, item in self._drawing.things().items() if item.isSelected()}

    def middle_of(self, wire: Wire) -> tuple[int, int, int]:
        """Return the middle of a wire: as its which dot one there would count, and x, y."""
        return self._drawing.middle_of(wire)

    def viewport_center(self) -> tuple[int, int]:
        """Return the scene position in the middle of the view."""
        point = self._viewer.mapToScene(self._viewer.viewport().rect().center())
        return round(point.x()), round(point.y())

    def scene_position(self, point: QPoint) -> tuple[int, int]:
        """Return the scene position of a point of the screen."""
        found = self._viewer.mapToScene(self._viewer.viewport().mapFromGlobal(point))
        return round(found.x()), round(found.y())

    def global_position(self, x: int, y: int) -> QPoint:
        """Return the point of the screen at which a scene position is shown."""
        return self._viewer.viewport().mapToGlobal(self._viewer.mapFromScene(x, y))

    def wire_at(self, x: int, y: int) -> Wire | None:
        """Return the wire that is drawn at a scene position, as (source, target); None where there is none."""
        found = wire_at(self._viewer, self._viewer.mapFromScene(x, y))
        return found.wire if found else None

    def viewport(self) -> QWidget:
        """Return the widget that mouse events go to."""
        return self._viewer.viewport()

    def port_position(self, node_id: str, port: str) -> QPoint:
        """Return where a port is, in pixels of the viewport.

        Raises:
            KeyError: the node is not shown, or has no such port.
        """
        return self._viewer.mapFromScene(self._port(node_id, port).centre)

    def node_rect(self, node_id: str) -> QRect:
        """Return where a node's body is, in pixels of the viewport.

        Raises:
            KeyError: the node is not shown.
        """
        return self._viewer.mapFromScene(self._drawing.nodes[node_id].scene_body()).boundingRect()

    def shown_wires(self) -> tuple[set[Wire], set[Wire]]:
        """Return the wires that are drawn and those that NodeGraphQt's models hold; both equal the document's."""
        drawn = {item.wire for item in self._viewer.scene().items() if type(item) is WireItem}
        return drawn, self._drawing.modelled_wires()

    def _port(self, node_id: str, name: str) -> PortItem:
        ports = self._drawing.nodes[node_id].ports
        port = ports.get(("in", name)) or ports.get(("out", name))
        if port is None:
            raise KeyError(f"{node_id}.{name}")
        return port
