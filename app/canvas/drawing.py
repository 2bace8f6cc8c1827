"""Keeps the scene equal to a picture: adds, removes, moves and recolours what differs, and routes the wires."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import QObject, QRectF
from PySide6.QtGui import QColor

from app.annotations import Rect
from app.canvas.carrying import Carrying
from app.canvas.comment_item import CommentItem
from app.canvas.frame_item import FrameItem
from app.canvas.graph import Graph
from app.canvas.led import led, split_at
from app.canvas.look import GRID, Look, faded
from app.canvas.mark_item import MarkItem
from app.canvas.mark_layer import MarkLayer
from app.canvas.minimap import Patch
from app.canvas.node_item import NodeItem
from app.canvas.picture import Difference, Picture, Position, Wire, difference
from app.canvas.routes import Box, Point, routes
from app.canvas.viewer import Viewer
from app.canvas.wire_item import WireItem
from app.canvas.wire_numbers import WireNumbers
from app.layouts import Mark


class Drawing:
    """The picture that is on the scene, and the items that show it."""

    def __init__(self, viewer: Viewer, parent: QObject) -> None:
        self._viewer = viewer
        self._graph = Graph(viewer, parent)
        self._marks = MarkLayer(viewer.scene())
        self._picture = Picture()

    @property
    def nodes(self) -> dict[str, NodeItem]:
        """The node items by id."""
        return self._graph.items

    @property
    def marks(self) -> dict[Mark, MarkItem]:
        """The items of frames, comments and dots."""
        return self._marks.items

    def things(self) -> dict[str | Mark, NodeItem | MarkItem]:
        """Return the items of nodes by id, and of frames, comments and dots by mark."""
        return {**self.nodes, **self.marks}

    def whole(self) -> list[QRectF]:
        """Return the rectangles that everything takes up."""
        return [*(item.scene_body() for item in self.things().values()), *self.wire_boxes()]

    def patches(self) -> list[Patch]:
        """Return what a map shows: frames first, then comments and nodes, each with its colour."""
        theme = self._viewer.look.theme
        frames = [item for item in self.marks.values() if isinstance(item, FrameItem)]
        comments = [item.scene_body() for item in self.marks.values() if isinstance(item, CommentItem)]
        return [
            *((item.scene_body(), faded(theme.named_colour(item.note.colour), 0.3, theme.panel)) for item in frames),
            *((box, faded(theme.named_colour("amber"), 0.6, theme.panel)) for box in comments),
            *((item.scene_body(), QColor(theme.section_colour(item.face.section))) for item in self.nodes.values()),
        ]

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
        if changes.moves_wires:
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
        self._marks.apply(changes.marks, picture.marks, look)
        self._marks.lead(graph.wires)

    def wear(self, look: Look) -> None:
        """Paint everything with another look."""
        for node_id, item in self.nodes.items():
            item.show_face(self._picture.faces[node_id], look)
        for wire, item in self._graph.wires.items():
            item.show_strand(self._picture.strands[wire], look)
        self._marks.wear(self._picture.marks, look)

    # places

    def moved(self) -> dict[str | Mark, Position]:
        """Return where nodes and marks are that are not where the picture has them, on the grid."""
        strayed = {node_id: _on_grid(*self.nodes[node_id].pos().toTuple()) for node_id in self._strayed()}
        return {**strayed, **self._marks.moved()}

    def sized(self) -> dict[Mark, Rect | int]:
        """Return the rect of a frame, or the width of a comment, that is being pulled to another size."""
        return self._marks.sized()

    def stepped(self, x: int, y: int) -> dict[str | Mark, Position]:
        """Return the places on the grid that lie (x, y) from what is selected, and from all that goes along."""
        led = Carrying(self._viewer).items
        return {
            thing: _on_grid(item.x() + x, item.y() + y)
            for thing, item in self.things().items()
            if item.isSelected() or item in led
        }

    def settle(self) -> None:
        """Put everything where the picture has it, whatever a gesture did."""
        strayed = self._strayed()
        for node_id in strayed:
            self.nodes[node_id].setPos(*self._picture.places[node_id])
        if self._marks.settle() or strayed:
            self.route_all()

    def _strayed(self) -> list[str]:
        places = self._picture.places
        return [node_id for node_id, item in self.nodes.items() if item.pos().toTuple() != places[node_id]]

    # wires

    def route_all(self) -> None:
        """Find new routes for all wires."""
        wires, points, boxes = self._graph.wires, self._marks.points(), self._boxes()
        free = {wire: _ends(item) for wire, item in wires.items() if wire not in points}
        for wire, found in routes(free, boxes).items():
            wires[wire].follow(found)
        self._lead(points, boxes)

    def _lead(self, points: Mapping[Wire, Sequence[Point]], boxes: Sequence[Box]) -> None:
        """Let wires run through their dots."""
        for wire, dots in points.items():
            start, end = _ends(self._graph.wires[wire])
            self._graph.wires[wire].follow(led(start, dots, end, boxes))

    def dot_index(self, wire: Wire, point: Position) -> int:
        """Return as its which dot a wire would be led through a point."""
        start, end = _ends(self._graph.wires[wire])
        return split_at(point, start, self._marks.points().get(wire, ()), end)

    def middle_of(self, wire: Wire) -> tuple[int, int, int]:
        """Return the middle of a wire: as its which dot one there would count, and x, y."""
        x, y = self._graph.wires[wire].path().pointAtPercent(0.5).toTuple()
        return self.dot_index(wire, (round(x), round(y))), round(x), round(y)

    def wire_boxes(self) -> list[QRectF]:
        """Return the rectangles that the wires take up."""
        return [item.path().boundingRect() for item in self._graph.wires.values()]

    def route_dragged(self, wires: Iterable[WireItem]) -> None:
        """Let wires follow what is being dragged."""
        boxes, points = self._boxes(), self._marks.points()
        for item in wires:
            start, end = _ends(item)
            item.follow(led(start, points.get(item.wire, ()), end, boxes))

    def _boxes(self) -> list[Box]:
        return [Box(*item.scene_body_with_footer().getCoords()) for item in self.nodes.values()]

    # runs

    def show_wire_numbers(self, numbers: Mapping[str, WireNumbers | None]) -> None:
        """Show live numbers on the wires, by `"from→to"`; a wire that is not named shows none."""
        for (source, target), item in self._graph.wires.items():
            item.set_numbers(numbers.get(f"{source}→{target}"))


def _ends(wire: WireItem) -> tuple[Point, Point]:
    return wire.output_port.centre.toTuple(), wire.input_port.centre.toTuple()


def _on_grid(x: float, y: float) -> Position:
    return GRID * round(x / GRID), GRID * round(y / GRID)
