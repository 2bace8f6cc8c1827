"""Keeps the scene equal to a picture: adds, removes, moves and recolours what differs, and routes the wires."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF

from app.canvas.graph import Graph
from app.canvas.look import GRID, Look
from app.canvas.node_item import NodeItem
from app.canvas.picture import Difference, Picture, Position, Wire, difference
from app.canvas.routes import Box, route, routes
from app.canvas.viewer import Viewer
from engine.events import Telemetry


class Drawing:
    """The picture that is on the scene, and the items that show it."""

    def __init__(self, viewer: Viewer, parent: QObject) -> None:
        self._viewer = viewer
        self._graph = Graph(viewer, parent)
        self._picture = Picture()

    @property
    def nodes(self) -> dict[str, NodeItem]:
        """The node items by id."""
        return self._graph.items

    def modelled_wires(self) -> set[Wire]:
        """Return the wires that NodeGraphQt's port models hold."""
        return self._graph.modelled_wires()

    def show(self, picture: Picture) -> None:
        """Draw what differs from the picture that is shown."""
        changes = difference(self._picture, picture)
        chosen = {node_id for node_id in changes.removed if self.nodes[node_id].isSelected()}
        self._picture = picture
        self._apply(changes)
        for node_id in chosen & self.nodes.keys():
            self.nodes[node_id].setSelected(True)  # it was rebuilt, for the same node
        if any((changes.unwired, changes.removed, changes.added, changes.changed, changes.moved, changes.wired)):
            self.route_all()

    def _apply(self, changes: Difference) -> None:
        picture, graph, look = self._picture, self._graph, self._viewer.look
        for wire in changes.unwired:
            graph.disconnect_wire(wire)
        for node_id in changes.removed:
            graph.take(node_id)
        for node_id in changes.added:
            item = graph.put(picture.faces[node_id], picture.places[node_id], look)
            for port in item.ports.values():
                self._viewer.show_port_cursor(port)
        for node_id in changes.changed:
            self.nodes[node_id].show_face(picture.faces[node_id], look)
        for node_id in changes.moved:
            self.nodes[node_id].setPos(*picture.places[node_id])
        for wire in changes.wired:
            graph.connect_wire(wire, picture.strands[wire], look)
        for wire in changes.recoloured:
            graph.wires[wire].show_strand(picture.strands[wire], look)

    def wear(self, look: Look) -> None:
        """Paint everything with another look."""
        for node_id, item in self.nodes.items():
            item.show_face(self._picture.faces[node_id], look)
        for wire, item in self._graph.wires.items():
            item.show_strand(self._picture.strands[wire], look)

    # places

    def moved_nodes(self) -> dict[str, Position]:
        """Return where nodes are that are not where the picture has them, on the grid."""
        places = {node_id: _on_grid(item.x(), item.y()) for node_id, item in self.nodes.items()}
        return {
            node_id: place
            for node_id, place in places.items()
            if self.nodes[node_id].pos().toTuple() != self._picture.places[node_id]
        }

    def stepped(self, node_id: str, x: int, y: int) -> Position:
        """Return the place on the grid that lies (x, y) from a node's own."""
        left, top = self._picture.places[node_id]
        return _on_grid(left + x, top + y)

    def settle(self) -> None:
        """Put every node where the picture has it, whatever a gesture did."""
        strayed = [
            node_id for node_id, item in self.nodes.items() if item.pos().toTuple() != self._picture.places[node_id]
        ]
        for node_id in strayed:
            self.nodes[node_id].setPos(*self._picture.places[node_id])
        if strayed:
            self.route_all()

    # wires

    def route_all(self) -> None:
        """Find new routes for all wires."""
        wires = self._graph.wires
        ends = {
            wire: (item.output_port.centre.toTuple(), item.input_port.centre.toTuple()) for wire, item in wires.items()
        }
        for wire, found in routes(ends, self._boxes()).items():
            wires[wire].follow(found)

    def wire_boxes(self) -> list[QRectF]:
        """Return the rectangles that the wires take up."""
        return [item.path().boundingRect() for item in self._graph.wires.values()]

    def route_dragged(self) -> None:
        """Let the wires of nodes that are being dragged follow."""
        boxes = self._boxes()
        dragged = [item for item in self.nodes.values() if item.isSelected()]
        for wire in dict.fromkeys(wire for item in dragged for wire in item.wires):
            wire.follow(route(wire.output_port.centre.toTuple(), wire.input_port.centre.toTuple(), boxes))

    def _boxes(self) -> list[Box]:
        return [Box(*item.scene_body_with_footer().getCoords()) for item in self.nodes.values()]

    # runs

    def show_numbers(self, telemetry: Telemetry) -> None:
        """Show live numbers on the nodes and wires that they name."""
        for node_id, numbers in telemetry.nodes.items():
            if item := self.nodes.get(node_id):
                item.set_numbers(numbers)
        for (source, target), item in self._graph.wires.items():
            item.set_rate(telemetry.wires.get(f"{source}→{target}"))

    def clear_run(self) -> None:
        """Take away states and numbers."""
        for item in self.nodes.values():
            item.set_state(None)
            item.set_numbers(None)
        for wire in self._graph.wires.values():
            wire.set_rate(None)


def _on_grid(x: float, y: float) -> Position:
    return GRID * round(x / GRID), GRID * round(y / GRID)
