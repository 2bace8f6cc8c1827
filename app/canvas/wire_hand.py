"""The hand that draws wires: starts one at a port, tears one off by its end, and says where it was dropped."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import Final

from PySide6.QtCore import QObject, QPoint, QTimer, Signal
from PySide6.QtWidgets import QApplication, QGraphicsView

from app.canvas.finding import node_at, port_at, ports_in
from app.canvas.port_item import PortItem
from app.canvas.wire_item import LiveWire, WireItem
from app.canvas.wiring import WireRule, Wiring

BUDGET_S: Final = 0.008  # of asking the rule about ports, between two frames


class WireHand(QObject):
    """Draws at most one wire at a time.

    Signals:
        wire_wished: source and target of the wire to draw.
        unwire_wished: list of (source, target) to take out.
        dropped: pixel of the view at which a new wire was let go over nothing, and the port it hangs on.
        refused: why the wire cannot end where it was dropped.
        group_wished: the port that a new wire hangs on, the group that it was dropped on, and where on the screen.
    """

    wire_wished = Signal(str, str)
    unwire_wished = Signal(object)
    dropped = Signal(QPoint, str)
    refused = Signal(str)
    group_wished = Signal(str, str, QPoint)

    def __init__(self, view: QGraphicsView, live: LiveWire) -> None:
        super().__init__(view)
        self.rule: WireRule = lambda source, target: None
        self._view = view
        self._live = live
        self._wiring: Wiring | None = None
        self._from = QPoint()
        self._unasked: Iterator[PortItem] = iter(())
        self._ask_later = QTimer(self, singleShot=True, interval=0)
        self._ask_later.timeout.connect(self._ask_about_ports)

    @property
    def is_busy(self) -> bool:
        """Whether a wire is being drawn."""
        return self._wiring is not None

    def start(self, pixel: QPoint, port: PortItem, torn: WireItem | None = None) -> None:
        """Hang a wire on `port`, a new one or one that was torn off elsewhere."""
        self._from = pixel
        self._wiring = Wiring(port, self._live, self.rule, torn)
        shown = self._view.viewport().rect()
        ports = sorted(ports_in(self._view), key=lambda o: not shown.contains(self._view.mapFromScene(o.centre)))
        self._unasked = iter(ports)
        self._ask_about_ports()

    def follow(self, pixel: QPoint) -> str:
        """Draw the wire to the pointer; return why it does not fit what is there, or nothing."""
        assert self._wiring is not None, "only a wire that was started can follow"
        return self._wiring.follow(self._view.mapToScene(pixel), port_at(self._view, pixel))

    def finish(self, pixel: QPoint) -> None:
        """Let go of the wire, and tell what that wishes for."""
        wiring = self._end()
        port, reason = port_at(self._view, pixel), ""
        node = None if port else node_at(self._view, pixel)
        if node and node.face.is_group and node is not wiring.fixed.node and not wiring.torn:
            self.group_wished.emit(wiring.fixed.ref, node.id, self._view.viewport().mapToGlobal(pixel))
            return
        if node and node is not wiring.fixed.node:
            port, reason = wiring.choose(node)
        elif port and port is not wiring.fixed:
            reason = wiring.fault(port) or ""
        if reason:
            self.refused.emit(reason)
        elif port:
            self._wish(wiring, port)
        elif not node:
            self._let_go_over_nothing(wiring, pixel)

    def cancel(self) -> None:
        """Give up the wire, if there is one."""
        if self.is_busy:
            self._end()

    def _end(self) -> Wiring:
        assert self._wiring is not None, "only a wire that was started can end"
        wiring, self._wiring = self._wiring, None
        self._unasked = iter(())
        wiring.end(ports_in(self._view))
        return wiring

    def _wish(self, wiring: Wiring, port: PortItem) -> None:
        old, new = wiring.torn.wire if wiring.torn else None, wiring.wire_to(port)
        if port is wiring.fixed or new == old:
            return
        if not any(wire.wire == new for wire in port.connected_pipes):
            self.wire_wished.emit(*new)
        if old and any(wire.wire == old for wire in wiring.fixed.connected_pipes):
            self.unwire_wished.emit([old])  # the new wire did not make it give way

    def _let_go_over_nothing(self, wiring: Wiring, pixel: QPoint) -> None:
        if wiring.torn:
            self.unwire_wished.emit([wiring.torn.wire])
        elif (pixel - self._from).manhattanLength() >= QApplication.startDragDistance():
            self.dropped.emit(pixel, wiring.fixed.ref)

    def _ask_about_ports(self) -> None:
        """Let ports step forward or back, as many as the rule can be asked about before the next frame."""
        until = perf_counter() + BUDGET_S
        for port in self._unasked:
            if self._wiring:
                self._wiring.dim(port)
            if perf_counter() > until:
                self._ask_later.start()
                return
