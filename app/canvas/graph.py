"""NodeGraphQt's controller, kept to bookkeeping: nodes, port models and wires, always told and never asking.

Its undo stack, sessions, clipboard, menus, layout and acyclic check stay unused; document ids are its node ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from NodeGraphQt import BaseNode, NodeGraph, Port
from PySide6.QtCore import QObject

from app.canvas.faces import Face
from app.canvas.look import Look
from app.canvas.node_item import NodeItem
from app.canvas.picture import Position, Strand, Wire
from app.canvas.wire_item import WireItem
from engine.declare import Direction

if TYPE_CHECKING:
    from app.canvas.viewer import Viewer


class FlowNode(BaseNode):
    """A node of ours as NodeGraphQt knows it."""

    __identifier__ = "rlflow"

    def __init__(self, face: Face, look: Look) -> None:
        super().__init__(lambda: NodeItem(face, look))
        self.NODE_NAME = self.model.name = self.model.id = self.view.id = face.node
        for plug in face.inputs:
            self.add_input(plug.name, multi_input=True)
        for plug in face.outputs:
            self.add_output(plug.name, multi_output=True)


class Graph(NodeGraph):
    """The nodes and wires on the canvas, by the document's ids."""

    def __init__(self, viewer: Viewer, parent: QObject) -> None:
        super().__init__(parent, viewer=viewer)
        self.set_acyclic(False)  # its check is exponential, and the document has rules of its own
        self.items: dict[str, NodeItem] = {}
        self.wires: dict[Wire, WireItem] = {}
        self._models: dict[tuple[Direction, str], Port] = {}  # by the end that the document knows

    def put(self, face: Face, position: Position, look: Look) -> NodeItem:
        """Add a node."""
        node = FlowNode(face, look)
        self.add_node(node, pos=list(position), selected=False, push_undo=False, inherite_graph_style=False)
        self.items[face.node] = node.view
        self._models |= {("in", plug.end): node.inputs()[plug.name] for plug in face.inputs}
        self._models |= {("out", plug.end): node.outputs()[plug.name] for plug in face.outputs}
        return node.view

    def take(self, node_id: str) -> None:
        """Remove a node; its wires must be gone."""
        self.remove_node(self.get_node_by_id(node_id), push_undo=False)
        for port in self.items.pop(node_id).ports.values():
            del self._models[port.direction, port.ref]

    def connect_wire(self, wire: Wire, strand: Strand, look: Look) -> None:
        """Add a wire."""
        source, target = self._ports(wire)
        source.connect_to(target, push_undo=False, emit_signal=False)
        item = next(pipe for pipe in source.view.connected_pipes if pipe.input_port is target.view)
        item.show_strand(strand, look)
        self.wires[wire] = item

    def disconnect_wire(self, wire: Wire) -> None:
        """Remove a wire."""
        source, target = self._ports(wire)
        source.disconnect_from(target, push_undo=False, emit_signal=False)
        del self.wires[wire]

    def modelled_wires(self) -> set[Wire]:
        """Return the wires that NodeGraphQt's port models hold, for comparison with those that are drawn."""
        found = set()
        for node in self.all_nodes():
            for port in node.output_ports():
                found |= {(port.view.ref, other.view.ref) for other in port.connected_ports()}
        return found

    def _ports(self, wire: Wire) -> tuple[Port, Port]:
        return self._models["out", wire[0]], self._models["in", wire[1]]

    def _wire_signals(self) -> None:
        """Connect nothing: gestures go to the canvas, which tells its owner."""

    def _register_builtin_nodes(self) -> None:
        """Register nothing: nodes are made here."""

    def _register_context_menu(self) -> None:
        """Make no menus: the owner has them."""
