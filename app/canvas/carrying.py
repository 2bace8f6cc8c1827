"""What goes along with what is dragged: all that lies in a frame, and the dots of wires whose two ends move."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QGraphicsItem, QGraphicsView

from app.canvas.dot_item import DotItem
from app.canvas.finding import marks_in, nodes_in
from app.canvas.frame_item import FrameItem
from app.canvas.mark_item import MarkItem
from app.canvas.node_item import NodeItem
from app.canvas.wire_item import WireItem


class Carrying:
    """One drag: found when the button is pressed, from what is selected then.

    Attributes:
        wires: the wires that need another route while it lasts.
    """

    def __init__(self, view: QGraphicsView) -> None:
        nodes, marks = nodes_in(view), marks_in(view)
        self._led: list[tuple[QGraphicsItem, QGraphicsItem, QPointF]] = []
        for frame in (mark for mark in marks if isinstance(mark, FrameItem) and mark.isSelected()):
            if not frame.is_pulled:
                self._take(frame, [item for item in (*nodes, *marks) if _is_in(frame, item)])
        moving = [node for node in nodes if node.isSelected() or self._has(node)]
        dots = [mark for mark in marks if isinstance(mark, DotItem) and mark.wire]
        for dot in dots:
            ends = [port.node for port in (dot.wire.output_port, dot.wire.input_port)]
            if all(end in moving for end in ends):
                self._take(ends[0], [dot])
        moved = [dot for dot in dots if dot.isSelected() or self._has(dot)]
        self.wires: list[WireItem] = list(
            dict.fromkeys([*(wire for node in moving for wire in node.wires), *(dot.wire for dot in moved)])
        )

    @property
    def items(self) -> list[QGraphicsItem]:
        """What goes along."""
        return [item for item, _, _ in self._led]

    def follow(self) -> None:
        """Bring everything along to where what leads it is now."""
        for item, leader, offset in self._led:
            item.setPos(leader.pos() + offset)

    def _take(self, leader: QGraphicsItem, items: list[NodeItem | MarkItem]) -> None:
        for item in items:
            if item is not leader and not item.isSelected() and not self._has(item):
                self._led.append((item, leader, item.pos() - leader.pos()))

    def _has(self, item: QGraphicsItem) -> bool:
        return any(item is led for led, _, _ in self._led)


def _is_in(frame: FrameItem, item: NodeItem | MarkItem) -> bool:
    """Whether a frame holds an item: a frame whole, anything else by its middle."""
    box, body = frame.scene_body(), item.scene_body()
    return box.contains(body) if isinstance(item, FrameItem) else box.contains(body.center())
