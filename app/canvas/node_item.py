"""A node on the canvas: its measures, its ports and the marks it wears; `node_painting.py` draws it."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Any

from NodeGraphQt.qgraphics.node_abstract import AbstractNodeItem
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas import node_painting
from app.canvas.badge import Badge, sentence
from app.canvas.faces import Face, Plug
from app.canvas.look import FOOTER, GAP, GRID, HEADER, LINE, NARROWEST, RADIUS, ROW, WIDEST, Look
from app.canvas.numbers import Footer, as_written
from app.canvas.port_item import PortItem
from engine.events import NodeNumbers, NodeStateName
from engine.problems import Problem

MARGIN = 10.0  # around the body, for shadow and selection
BESIDE_TITLE = 54.0  # icon and margins
BESIDE_LABELS = 52.0  # margins, and room between an input's label and an output's


class NodeItem(AbstractNodeItem):
    """One node; its origin is the upper left corner of its body.

    `ports` are its ports by direction and name; `snaps` is whether it keeps to the grid, as while it is dragged.
    """

    def __init__(self, face: Face, look: Look) -> None:
        super().__init__(face.node)
        self.face = face
        self.look = look
        self.snaps = False
        self.ports: dict[tuple[str, str], PortItem] = {}
        self.footer = Footer(self, look)
        self.badge = Badge(self, look)
        self.widgets: dict[str, Any] = {}  # NodeGraphQt asks for embedded widgets; there are none
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemSendsGeometryChanges)
        for flag in (QGraphicsItem.GraphicsItemFlag.ItemIsMovable, QGraphicsItem.GraphicsItemFlag.ItemIsSelectable):
            self.setFlag(flag, not face.is_border)
        self.setAcceptHoverEvents(True)
        self.show_face(face, look)

    def show_face(self, face: Face, look: Look) -> None:
        """Show what the node is now, and measure anew; its ports must be the same."""
        self.prepareGeometryChange()
        self.face, self.look = face, look
        self.footer.look = self.badge.look = look
        for plug in (*face.inputs, *face.outputs):
            if port := self.ports.get((plug.direction, plug.name)):
                port.show_plug(plug, look)
        self._explain()
        self._measure()

    def add_input(self, name: str, *_: Any) -> PortItem:
        """Make the input called `name`; NodeGraphQt calls this."""
        return self._add_port("in", name)

    def add_output(self, name: str, *_: Any) -> PortItem:
        """Make the output called `name`; NodeGraphQt calls this."""
        return self._add_port("out", name)

    @property
    def inputs(self) -> list[PortItem]:
        """The input ports, from top to bottom."""
        return [port for (direction, _), port in self.ports.items() if direction == "in"]

    @property
    def outputs(self) -> list[PortItem]:
        """The output ports, from top to bottom."""
        return [port for (direction, _), port in self.ports.items() if direction == "out"]

    @property
    def wires(self) -> list[Any]:
        """The wires that end here, each once."""
        return list(dict.fromkeys(wire for port in self.ports.values() for wire in port.connected_pipes))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the node."""
        return self.badge.problems

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Wear a badge for these problems, and a ring around each port that one names."""
        if tuple(problems) == self.problems:
            return
        self.badge.set_problems(problems)
        for port in self.ports.values():
            port.set_problem("\n".join(sentence(problem) for problem in problems if _end(problem) == port.ref))
        self.update()

    def set_state(self, state: NodeStateName | None, detail: str = "") -> None:
        """Show a state in the footer; None takes it away."""
        edge_changes = "failed" in (state, self.footer.state) and state != self.footer.state
        self.footer.set_state(state, detail)
        self._explain()
        self._open_footer()
        if edge_changes:
            self.update()

    def set_numbers(self, numbers: NodeNumbers | None) -> None:
        """Show live numbers in the footer; None takes them away."""
        self.footer.set_numbers(numbers)
        self._open_footer()

    @property
    def has_failed(self) -> bool:
        """Whether the run failed here."""
        return self.footer.state == "failed"

    def body(self) -> QRectF:
        """Return the node's rectangle without shadow."""
        return QRectF(0, 0, self._width, self._height)

    def scene_body(self) -> QRectF:
        """Return the node's rectangle in the scene."""
        return self.body().translated(self.scenePos())

    def scene_body_with_footer(self) -> QRectF:
        """Return the rectangle that the node takes up in a run: wires keep their routes when one starts."""
        spare = 0.0 if self.footer.is_used else FOOTER
        return self.scene_body().adjusted(0, 0, 0, spare)

    def boundingRect(self) -> QRectF:
        """Return all that the node paints."""
        return self.body().adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)

    def shape(self) -> QPainterPath:
        """Return where a click means this node."""
        path = QPainterPath()
        path.addRoundedRect(self.body(), RADIUS, RADIUS)
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the node."""
        node_painting.paint(self, painter, option.levelOfDetailFromTransform(painter.worldTransform()))

    def itemChange(self, change: QGraphicsItem.GraphicsItemChange, value: Any) -> Any:
        """Keep to the grid while being dragged, and come to the front when selected."""
        if change == QGraphicsItem.GraphicsItemChange.ItemPositionChange and self.snaps:
            return QPointF(GRID * round(value.x() / GRID), GRID * round(value.y() / GRID))
        if change == QGraphicsItem.GraphicsItemChange.ItemSelectedHasChanged:
            self.setZValue(2 if value else 1)
            for wire in self.wires:
                wire.update()
        return super().itemChange(change, value)

    @AbstractNodeItem.name.setter
    def name(self, name: str) -> None:
        """Take a name from NodeGraphQt, but not as the tooltip."""
        self._properties["name"] = name

    def from_dict(self, node_dict: dict[str, Any]) -> None:
        """Take nothing from NodeGraphQt's model, which would bring a size and colours of its own."""

    def post_init(self, viewer: Any, pos: Any = None) -> None:
        """Take the place that NodeGraphQt was asked to put the node at."""
        if pos:
            self.xy_pos = pos

    def _add_port(self, direction: str, name: str) -> PortItem:
        plugs: tuple[Plug, ...] = self.face.inputs if direction == "in" else self.face.outputs
        plug = next(plug for plug in plugs if plug.name == name)
        port = self.ports[direction, name] = PortItem(self, plug, self.look)
        self._measure()
        return port

    def _explain(self) -> None:
        """Tell what the node is for, or why the run failed here."""
        failure = as_written(self.footer.detail) if self.has_failed else ""
        self.setToolTip(failure or f"{self.face.title}: {self.face.summary}")

    def _open_footer(self) -> None:
        if self.footer.is_used != self.footer.isVisible():
            self.prepareGeometryChange()
            self._measure()

    def _measure(self) -> None:
        self._width = _width(self.face, self.look)
        rows = max(len(self.face.inputs), len(self.face.outputs))
        lines = len(self.face.lines)
        top = HEADER + ROW * rows + GAP + (LINE * lines + GAP if lines else 0)
        self._height = top + (FOOTER if self.footer.is_used else 0)
        self.footer.place(top, self._width)
        self.badge.setPos(self._width - 5, 5)
        for x, ports in ((0.0, self.inputs), (self._width, self.outputs)):
            for row, port in enumerate(ports):
                port.setPos(x, port_height(row))
        self.update()


def _end(problem: Problem) -> str:
    return f"{problem.where.node}.{problem.where.field}"


def port_height(row: int) -> float:
    """Return how far below the node's top the port in this row lies, in scene pixels."""
    return HEADER + GAP / 2 + ROW * (row + 0.5)


def _width(face: Face, look: Look) -> float:
    """The width that titles and port labels need, in whole steps of the grid."""
    title, label = QFontMetricsF(look.title), QFontMetricsF(look.label)
    wants = [
        title.horizontalAdvance(face.title) + BESIDE_TITLE,
        QFontMetricsF(look.node_id).horizontalAdvance(face.subtitle) + BESIDE_TITLE,
    ]
    for row in range(max(len(face.inputs), len(face.outputs))):
        names = [plugs[row].label for plugs in (face.inputs, face.outputs) if row < len(plugs)]
        wants.append(sum(label.horizontalAdvance(name) for name in names) + BESIDE_LABELS)
    return min(WIDEST, max(NARROWEST, GRID * ceil(max(wants) / GRID)))
