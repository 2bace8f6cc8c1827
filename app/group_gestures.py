"""What a person does to groups of nodes, and to nodes that are to be switched off: each turned into one edit."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu

from app import edits, grouping
from app.canvas import Canvas
from app.editing import Editing
from app.gestures import Gestures
from app.groups import TOP, Groups
from app.wire_rule import possible_wires
from engine import bypassing
from engine.catalogue import Catalogue


class GroupGestures(QObject):
    """Joins a canvas with the groups of the open document.

    Signals:
        refused(str): why something was not done, in a line.
    """

    refused = Signal(str)

    def __init__(self, editing: Editing, catalogue: Catalogue, canvas: Canvas, gestures: Gestures) -> None:
        super().__init__(gestures)
        self._editing = editing
        self._catalogue = catalogue
        self._canvas = canvas
        self._gestures = gestures
        canvas.group_wire_wished.connect(self.offer_wires)

    def group(self) -> None:
        """Draw what is selected as one, and select that."""
        things, document = self._canvas.selected(), self._editing.document
        if not things:
            self.refused.emit("Select the nodes that are to be drawn as one")
        elif self._gestures.is_free():
            grouped, made = grouping.group(document, things, self._canvas.selected_marks())
            self._editing.edit(f"Group {Groups(document.layout).names(things)}", grouped)
            self._canvas.select([made])

    def ungroup(self) -> None:
        """Take the selected groups apart, or the one that is open, and select what was in them."""
        document, level = self._editing.document, self._canvas.level
        groups = Groups(document.layout)
        chosen = [thing for thing in self._canvas.selected() if thing in groups.by_id] or [level] * (level != TOP)
        if not chosen:
            self.refused.emit("Select a group to take it apart")
        elif self._gestures.is_free():
            freed: list[str] = []
            for group in chosen:
                document, more = grouping.ungroup(document, group)
                freed += more
            self._editing.edit(f"Ungroup {groups.names(chosen)}", document)
            self._canvas.select(freed)

    def bypass(self) -> None:
        """Switch the selected nodes off; if all of them are, switch them on. What cannot be bypassed stays as it is."""
        document = self._editing.document
        groups = Groups(document.layout)
        nodes = groups.nodes_in(self._canvas.selected())
        if not nodes:
            self.refused.emit("Select the nodes that are to be bypassed")
        elif self._gestures.is_free():
            if all(document.node(node).bypassed for node in nodes):
                self._editing.edit(f"Switch on {groups.names(nodes)}", edits.set_bypassed(document, nodes, False))
            else:
                self._bypass(nodes)

    def offer_wires(self, end: str, group: str, pointer: QPoint) -> None:
        """Wire a port to a node in a group that a wire was dropped on; with several ports that fit, ask which."""
        wires = self.wires_into(end, group)
        if len(wires) == 1:
            self._gestures.connect_ports(*wires[0])
        elif wires:
            self.wire_menu(end, wires).popup(pointer)
        else:
            self.refused.emit("This wire fits nothing in the group")

    def wires_into(self, end: str, group: str) -> list[edits.Wire]:
        """Return the wires that can be drawn between the port `"node.port"` and those in a group."""
        inside = set(Groups(self._editing.document.layout).nodes_in([group]))
        wires = possible_wires(self._editing.document, self._catalogue, end)
        return [wire for wire in wires if _other(wire, end).partition(".")[0] in inside]

    def wire_menu(self, end: str, wires: Sequence[edits.Wire]) -> QMenu:
        """Make a menu that asks which of several wires at a port to draw; it closes itself and waits for nobody."""
        menu = QMenu(self._canvas)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for wire in wires:
            menu.addAction(f"Connect to {_other(wire, end)}", self._connector(wire))
        return menu

    def _bypass(self, nodes: tuple[str, ...]) -> None:
        document = self._editing.document
        faults = {node: bypassing.fault(document, self._catalogue, node) for node in nodes}
        able = [node for node, fault in faults.items() if fault is None]
        if able:
            named = f"Bypass {Groups(document.layout).names(able)}"
            self._editing.edit(named, edits.set_bypassed(document, able, True))
        if reasons := [fault for fault in faults.values() if fault]:
            self.refused.emit(reasons[0] if len(reasons) == 1 else f"{len(reasons)} of these nodes cannot be bypassed")

    def _connector(self, wire: edits.Wire) -> Callable[[], None]:
        return lambda: self._gestures.connect_ports(*wire)


def _other(wire: edits.Wire, end: str) -> str:
    """Return the other end of a wire."""
    return wire[1] if wire[0] == end else wire[0]
