"""Gestures on the canvas, each turned into a wish.

Nothing that a gesture does to the view outlives it, but for selection, zoom and pan: when a mouse button is released
the canvas draws the document again. NodeGraphQt's own handlers, which change the view and remember modifier keys that
a lost focus leaves stuck, are not called.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import QApplication, QGraphicsView, QWidget

from app.canvas.camera import Camera
from app.canvas.carrying import Carrying
from app.canvas.finding import mark_at, marks_in, node_at, nodes_in, port_at, ports_in, wire_at, wire_behind
from app.canvas.frame_item import FrameItem
from app.canvas.hint import Hint
from app.canvas.look import Look
from app.canvas.mark_item import MarkItem
from app.canvas.node_item import NodeItem
from app.canvas.picture import Strand
from app.canvas.port_item import PortItem
from app.canvas.wire_hand import WireHand
from app.canvas.wire_item import LiveWire, WireItem
from engine.kinds import Kind

OPERATOR_MIME: Final = "application/x-rlflow-operator"
LOCKED: Final = "The graph is locked while it runs: stop the run to change it."


class Viewer(Camera):
    """The scene's view: reports wires, moves and drops that a person wishes for."""

    dragged = Signal(object)
    released = Signal(bool)
    operator_dropped = Signal(str, int, int)
    search_wished = Signal(int, int, str)
    activated = Signal(str)
    mark_activated = Signal(object)
    dot_wished = Signal(object, int, int)
    key_pressed = Signal(object)
    refused = Signal(str)

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(look, parent)
        self.locked = False
        self._held: tuple[WireItem, PortItem] | None = None  # a wire pressed near its end, not yet torn off
        self._carrying: Carrying | None = None
        self.target: WireItem | None = None  # the wire into which what is dragged would be put
        self._pressed = self._pointer = QPoint()
        self.hint = Hint(self)
        self._panned_from: QPoint | None = None
        self._space = False
        self.scene().removeItem(self._LIVE_PIPE)
        self._LIVE_PIPE = LiveWire(look)
        self.scene().addItem(self._LIVE_PIPE)
        self.wire_hand = WireHand(self, self._LIVE_PIPE)
        self.wire_hand.dropped.connect(self.wish_search)
        self.wire_hand.refused.connect(self.refuse)
        self.setDragMode(QGraphicsView.DragMode.RubberBandDrag)

    def establish_connection(self, start_port: PortItem, end_port: PortItem) -> None:
        """Add a wire between two ports; NodeGraphQt calls this."""
        wire = WireItem(Strand(Kind), self.look)
        self.scene().addItem(wire)
        wire.set_connections(start_port, end_port)

    def refuse(self, reason: str) -> None:
        """Say near the pointer why a gesture did nothing."""
        self.hint.say(reason, self._pointer)
        self.refused.emit(reason)

    # mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Start to pan, to draw a wire, to hold one by its end, or what a graphics view starts."""
        self._pressed = self._pointer = event.position().toPoint()
        self.hint.hide()
        is_left = event.button() == Qt.MouseButton.LeftButton
        if event.button() == Qt.MouseButton.MiddleButton or (is_left and self._space):
            self._panned_from = self._pressed
            self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        elif is_left and (port := port_at(self, self._pressed)):
            self._start_wire(port)
        elif is_left:
            self._press_left(event)
        elif (node := node_at(self, self._pressed)) and not node.isSelected():
            self.scene().clearSelection()
            node.setSelected(True)

    def _press_left(self, event: QMouseEvent) -> None:
        wire = wire_at(self, self._pressed)
        end = wire.end_near(self.mapToScene(self._pressed)) if wire else None
        self._held = (wire, end) if wire and end else None
        self._let_things_snap(True)
        QGraphicsView.mousePressEvent(self, event)
        self._carrying = Carrying(self) if isinstance(self.scene().mouseGrabberItem(), NodeItem | MarkItem) else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with the gesture."""
        pixel = self._pointer = event.position().toPoint()
        if self._panned_from is not None:
            self.pan(self._panned_from - pixel)
            self._panned_from = pixel
            return
        if self._held and (pixel - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            (wire, end), self._held = self._held, None
            self._start_wire(wire.input_port if end is wire.output_port else wire.output_port, wire)
        if self.wire_hand.is_busy:
            self.hint.say(self.wire_hand.follow(pixel), pixel)
            return
        QGraphicsView.mouseMoveEvent(self, event)
        if not self.rubberBandRect().isNull():
            self._choose_whole_things()
        elif self._carrying:
            self._carrying.follow()
            self.dragged.emit(self._carrying.wires)
            self._aim(pixel, pulls_out(event))

    def _choose_whole_things(self) -> None:
        """Take out of a rubber band's selection the wires that it touches and the frames that it only cuts."""
        band = self.mapToScene(self.rubberBandRect()).boundingRect()
        for item in self.scene().selectedItems():
            if isinstance(item, WireItem) or (isinstance(item, FrameItem) and not band.contains(item.scene_body())):
                item.setSelected(False)

    def _aim(self, pixel: QPoint, pulls: bool) -> None:
        """Show into which wire the one node that is dragged would be put: it must have no streams, or leave them."""
        node, chosen = self.scene().mouseGrabberItem(), self.scene().selectedItems()
        is_node = isinstance(node, NodeItem) and not node.face.is_group and not node.face.is_border
        is_free = is_node and chosen == [node] and not self.locked
        alone = is_free and (pulls or all(wire.strand.is_handle for wire in node.wires))
        self._light(wire_behind(self, node, pixel) if alone else None)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the gesture, report what it wished for, and let the canvas show the document again."""
        pixel, self._held = event.position().toPoint(), None
        self._pointer = pixel
        if self._panned_from is not None:
            self._panned_from = None
            self._show_cursor()
        elif self.wire_hand.is_busy:
            if event.button() == Qt.MouseButton.LeftButton:
                self.wire_hand.finish(pixel)
        else:
            QGraphicsView.mouseReleaseEvent(self, event)
        self._let_things_snap(False)
        self.released.emit(pulls_out(event))
        self._carrying = None
        self._light(None)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open a node, or the search where there is nothing."""
        pixel = event.position().toPoint()
        if event.button() != Qt.MouseButton.LeftButton or port_at(self, pixel):
            return
        if node := node_at(self, pixel):
            self.activated.emit(node.id)
        elif mark := mark_at(self, pixel):
            self.mark_activated.emit(mark.mark)
        elif wire := wire_at(self, pixel):
            self.dot_wished.emit(wire.wire, *self._scene_pixel(pixel))
        else:
            self.wish_search(pixel)

    def wish_search(self, pixel: QPoint, port: str = "") -> None:
        """Ask for the operator search at a viewport pixel, for a wire that hangs on `port` if one does."""
        if self.locked:
            self.refuse(LOCKED)
            return
        self.search_wished.emit(*self._scene_pixel(pixel), port)

    def _scene_pixel(self, pixel: QPoint) -> tuple[int, int]:
        point = self.mapToScene(pixel)
        return round(point.x()), round(point.y())

    def _start_wire(self, port: PortItem, torn: WireItem | None = None) -> None:
        if self.locked:
            self.refuse(LOCKED)
        else:
            self.wire_hand.start(self._pressed, port, torn)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Leave menus to the owner."""
        event.ignore()

    # drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take operators only."""
        self._accept_operator(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Take operators only, and show into which wire one would be put."""
        self._accept_operator(event)
        self._light(wire_at(self, event.position().toPoint()) if event.isAccepted() else None)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget what was shown."""
        self._light(None)

    def dropEvent(self, event: QDropEvent) -> None:
        """Report the operator and where it was dropped."""
        self._light(None)
        self._accept_operator(event)
        if event.isAccepted():
            type_id = bytes(event.mimeData().data(OPERATOR_MIME).data()).decode(errors="replace")
            self.operator_dropped.emit(type_id, *self._scene_pixel(event.position().toPoint()))

    def _accept_operator(self, event: QDropEvent) -> None:
        if event.mimeData().hasFormat(OPERATOR_MIME) and not self.locked:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def _light(self, wire: WireItem | None) -> None:
        if wire is not self.target:
            for item, is_lit in ((self.target, False), (wire, True)):
                if item:
                    item.set_hovered(is_lit)
            self.target = wire

    # keys and focus

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pan with Space, give up with Escape; the canvas knows the other keys."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self._show_cursor()
        elif event.key() == Qt.Key.Key_Escape and self.wire_hand.is_busy:
            self.wire_hand.cancel()
            self.hint.hide()
        else:
            event.ignore()
            self.key_pressed.emit(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Stop panning with Space."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._show_cursor()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Keep Tab for the search; Shift+Tab leaves the canvas."""
        return False if forwards else super().focusNextPrevChild(forwards)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Take the focus."""
        QGraphicsView.focusInEvent(self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Forget keys and wires whose release goes elsewhere."""
        self._space = False
        self.wire_hand.cancel()
        self._show_cursor()
        QGraphicsView.focusOutEvent(self, event)

    def set_locked(self, locked: bool) -> None:
        """Refuse to change the structure, or allow it again."""
        self.locked = locked
        self.wire_hand.cancel()
        for port in ports_in(self):
            self.show_port_cursor(port)

    def show_port_cursor(self, port: PortItem) -> None:
        """Let the pointer say whether a wire can start at a port."""
        port.setCursor(Qt.CursorShape.ForbiddenCursor if self.locked else Qt.CursorShape.CrossCursor)

    def _show_cursor(self) -> None:
        if self._space:
            self.viewport().setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.viewport().unsetCursor()

    def _let_things_snap(self, snaps: bool) -> None:
        for item in (*nodes_in(self), *marks_in(self)):
            item.snaps = snaps

    def sceneMousePressEvent(self, event: QEvent) -> None:
        """Do nothing; NodeGraphQt's scene calls this."""

    def sceneMouseMoveEvent(self, event: QEvent) -> None:
        """Do nothing; NodeGraphQt's scene calls this."""

    def sceneMouseReleaseEvent(self, event: QEvent) -> None:
        """Do nothing; NodeGraphQt's scene calls this."""


def pulls_out(event: QMouseEvent) -> bool:
    """Whether a drag takes a node out from between its wires: Alt is held."""
    return bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
