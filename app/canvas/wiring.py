"""One wire being drawn, from the press to the release: what it starts from, what is under it, and whether that fits."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF

from app.canvas.node_item import NodeItem
from app.canvas.picture import Strand, Wire
from app.canvas.port_item import PortItem
from app.canvas.routes import route
from app.canvas.wire_item import LiveWire, WireItem

WireRule = Callable[[str, str], str | None]

SAME_WAY = "A wire runs from an output to an input."


class Wiring:
    """A wire that hangs on one port and follows the pointer; `torn` is the wire it was, if it was one."""

    def __init__(self, fixed: PortItem, live: LiveWire, rule: WireRule, torn: WireItem | None = None) -> None:
        self.fixed = fixed
        self.live = live
        self.rule = rule
        self.torn = torn
        live.show_strand(torn.strand if torn else Strand(fixed.plug.kind), fixed.look)
        if torn:
            torn.setVisible(False)

    def wire_to(self, port: PortItem) -> Wire:
        """Return the wire that a release on `port` would make."""
        return (self.fixed.ref, port.ref) if self.fixed.direction == "out" else (port.ref, self.fixed.ref)

    def fault(self, port: PortItem) -> str | None:
        """Say why the wire cannot end at `port`, or None if it can."""
        if port.direction == self.fixed.direction:
            return SAME_WAY
        return None if self._was_at(port) else self.rule(*self.wire_to(port))

    def dim(self, port: PortItem) -> None:
        """Let a port step forward if the wire fits it, and back if not."""
        if port is not self.fixed:
            port.set_hint("unfit" if self.fault(port) else "fits")

    def choose(self, node: NodeItem) -> tuple[PortItem | None, str]:
        """Return the one port of `node` that the wire fits, or None and why it is not clear which."""
        ports = node.inputs if self.fixed.direction == "out" else node.outputs
        fits = [port for port in ports if not self.fault(port)]
        if len(fits) == 1:
            return fits[0], ""
        title = node.face.title
        if fits:
            return None, f"{title} has {len(fits)} ports that this wire fits: drop it on one of them."
        faults = [fault for port in ports if (fault := self.fault(port))]
        return None, faults[0] if len(faults) == 1 else f"This wire fits no port of {title}."

    def follow(self, point: QPointF, port: PortItem | None) -> str:
        """Draw the wire to the pointer, or into the port under it; return why it does not fit there."""
        end = port.centre if port else point
        fixed, loose = (self.fixed.centre.toTuple(), end.toTuple())
        start, stop = (fixed, loose) if self.fixed.direction == "out" else (loose, fixed)
        fault = self.fault(port) or "" if port and port is not self.fixed else ""
        self.live.fault = bool(fault)
        self.live.follow(route(start, stop, ()))
        self.live.setVisible(True)
        return fault

    def end(self, ports: Iterable[PortItem]) -> None:
        """Put everything back as the document has it."""
        self.live.setVisible(False)
        for port in ports:
            port.set_hint("plain")
        if self.torn and self.torn.scene():
            self.torn.setVisible(True)

    def _was_at(self, port: PortItem) -> bool:
        return self.torn is not None and port in (self.torn.input_port, self.torn.output_port)
