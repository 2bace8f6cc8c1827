"""What a person does to the graph: gestures on the canvas and entries of the Edit menu, each turned into one edit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication

from app import copying, edits
from app.arranging import COLUMN, arrange
from app.canvas import Canvas
from app.editing import Editing
from app.search import Search
from app.wire_rule import Fit, WireRule, connect_new, fits
from engine.catalogue import Catalogue
from engine.document import Document, read
from engine.problems import Fix, GraphFileError

CASCADE = 40  # scene pixels between a pasted node and one that stands there already


class Gestures(QObject):
    """Joins a canvas and a search popup with the open document.

    Signals:
        refused(str): why something was not done, in a line.
    """

    refused = Signal(str)

    def __init__(self, editing: Editing, catalogue: Catalogue, canvas: Canvas, search: Search, parent: QObject) -> None:
        super().__init__(parent)
        self._editing = editing
        self._catalogue = catalogue
        self._canvas = canvas
        self._search = search
        self._rule: tuple[Document, WireRule] | None = None
        self.locked = False
        canvas.set_wire_rule(self.why_no_wire)
        canvas.moved.connect(self.move)
        canvas.wire_wished.connect(self.connect_ports)
        canvas.unwire_wished.connect(self.disconnect_ports)
        canvas.delete_wished.connect(self.delete)
        canvas.operator_dropped.connect(self.add)
        canvas.search_wished.connect(self.open_search)
        search.chosen.connect(self._add_chosen)

    def why_no_wire(self, source: str, target: str) -> str | None:
        """Say in one line why two ports cannot be joined, or None."""
        document = self._editing.document
        if self._rule is None or self._rule[0] is not document:
            self._rule = (document, WireRule(document, self._catalogue))
        return self._rule[1](source, target)

    def move(self, places: Mapping[str, tuple[float, float]]) -> None:
        """Give nodes the places that they were dragged to."""
        whole = {node: edits.on_grid(*place) for node, place in places.items()}
        self._editing.edit(f"Move {_names(list(whole))}", edits.move_nodes(self._editing.document, whole))

    def connect_ports(self, source: str, target: str) -> None:
        """Draw a wire, unless a rule is against it."""
        fault = self._locked_fault() or self.why_no_wire(source, target)
        if fault:
            self.refused.emit(fault)
            return
        document = edits.connect(self._editing.document, self._catalogue, source, target)
        self._editing.edit(f"Connect {source} to {target}", document)

    def disconnect_ports(self, wires: Sequence[edits.Wire]) -> None:
        """Take wires out."""
        if self._free():
            name = f"Disconnect {wires[0][0]}" if len(wires) == 1 else f"Disconnect {len(wires)} wires"
            document = edits.disconnect(self._editing.document, [(source, target) for source, target in wires])
            self._editing.edit(name, document)

    def delete(self, nodes: Sequence[str]) -> None:
        """Take nodes out, with their wires."""
        if nodes and self._free():
            self._editing.edit(f"Delete {_names(nodes)}", edits.remove_nodes(self._editing.document, nodes))

    def delete_selected(self) -> None:
        """Take the selected nodes out."""
        self.delete(self._canvas.selected())

    def add(self, type_id: str, x: int, y: int) -> None:
        """Place an operator with its top left corner at a scene position, and select it.

        On a wire it is inserted there; where another node has its corner, it comes to stand beside it.
        """
        spec = self._catalogue.spec(type_id)
        if spec and self._free():
            document, node = edits.add_node(self._editing.document, spec, self._free_place(edits.on_grid(x, y)))
            wire = self._canvas.wire_at(x, y)
            if wire:
                document = self._inserted(document, node, wire)
            self._editing.edit(f"Add {spec.title}", document)
            self._canvas.select([node])

    def add_in_view(self, type_id: str) -> None:
        """Place an operator beside the selected one, or at the centre of the view, where it can be seen."""
        x, y = self._place_in_view()
        self.add(type_id, x, y)
        for node in self._canvas.selected():
            if not self._canvas.rect().contains(self._canvas.node_rect(node)):
                self._canvas.center_on(node)

    def _place_in_view(self) -> tuple[int, int]:
        selected, places = self._canvas.selected(), self._editing.document.layout.nodes
        if len(selected) == 1 and selected[0] in places:
            left, top = places[selected[0]]
            return left + COLUMN, top
        x, y = self._canvas.viewport_center()
        return int(x) - 100, int(y) - 60

    def open_search(self, x: int, y: int, end: str = "", pointer: QPoint | None = None) -> None:
        """Open search-to-add for a scene position; with a loose wire end, only for what fits there."""
        if self._free():
            found = fits(self._editing.document, self._catalogue, end)
            self._search.open_at(pointer or self._canvas.global_position(x, y), found, x, y, end)

    def open_search_in_view(self) -> None:
        """Open search-to-add at the centre of the view, for the keyboard."""
        x, y = self._canvas.viewport_center()
        self.open_search(int(x), int(y), "", self._canvas.mapToGlobal(self._canvas.rect().center()))

    def copy(self) -> None:
        """Put the selected nodes on the clipboard, as the text of a graph file."""
        nodes = self._canvas.selected()
        if nodes:
            QGuiApplication.clipboard().setText(copying.copy(self._editing.document, nodes))

    def cut(self) -> None:
        """Copy the selected nodes, then take them out."""
        nodes = self._canvas.selected()
        if nodes and self._free():
            self.copy()
            self._editing.edit(f"Cut {_names(nodes)}", edits.remove_nodes(self._editing.document, nodes))

    def paste(self) -> None:
        """Add the graph on the clipboard at the centre of the view."""
        if self._free():
            try:
                text = QGuiApplication.clipboard().text()
                document, nodes = copying.paste(self._editing.document, text, self._paste_offset(text))
            except GraphFileError:
                self.refused.emit("The clipboard holds no graph: copy nodes here, or the text of a graph file")
            else:
                self._editing.edit(f"Paste {_names(nodes)}", document)
                self._canvas.select(nodes)

    def duplicate(self) -> None:
        """Add a copy of the selected nodes beside them."""
        nodes = self._canvas.selected()
        if nodes and self._free():
            document, copies = copying.duplicate(self._editing.document, nodes)
            self._editing.edit(f"Duplicate {_names(nodes)}", document)
            self._canvas.select(copies)

    def select_all(self) -> None:
        """Select every node."""
        self._canvas.select([node.id for node in self._editing.document.nodes])

    def arrange(self) -> None:
        """Lay the whole graph out anew, and show all of it."""
        places = arrange(self._editing.document, self._catalogue)
        self._editing.edit("Arrange", edits.move_nodes(self._editing.document, places))
        self._canvas.fit()

    def mend(self, fix: Fix) -> None:
        """Carry out the fix of a problem, as one step, and select the node that it adds."""
        if self._free():
            document, node = edits.mend(self._editing.document, self._catalogue, fix)
            self._editing.edit(f"{fix.title[:1].upper()}{fix.title[1:]}", document)
            if node:
                self._canvas.select([node])

    def _inserted(self, document: Document, node: str, wire: edits.Wire) -> Document:
        """Put a new node between the ends of a wire, if both its wires fit; beside it otherwise."""
        wired = edits.insert_on_wire(document, self._catalogue, node, wire)
        new = {(edge.source, edge.target) for edge in wired.edges} - {
            (edge.source, edge.target) for edge in document.edges
        }
        bare = edits.disconnect(document, [wire])
        return wired if all(WireRule(bare, self._catalogue)(*ends) is None for ends in new) else document

    def _add_chosen(self, fit: Fit, x: int, y: int, end: str) -> None:
        left = x if not end or fit.port in {port.name for port in fit.spec.inputs} else x - 200
        document, node = edits.add_node(self._editing.document, fit.spec, edits.on_grid(left, y - 40))
        if end and fit.port:
            document = connect_new(document, self._catalogue, node, fit, end)
        self._editing.edit(f"Add {fit.spec.title}", document)
        self._canvas.select([node])

    def _paste_offset(self, text: str) -> edits.Position:
        """How far to move what is pasted, so that its corner is at the view's centre and on no other node."""
        places = read(text).layout.nodes.values()
        if not places:
            return 0, 0
        left, top = min(x for x, _ in places), min(y for _, y in places)
        x, y = self._canvas.viewport_center()
        free = self._free_place(edits.on_grid(x - 100, y - 60))
        return free[0] - left, free[1] - top

    def _free_place(self, place: edits.Position) -> edits.Position:
        taken = set(self._editing.document.layout.nodes.values())
        while place in taken:
            place = place[0] + CASCADE, place[1] + CASCADE
        return place

    def _free(self) -> bool:
        """Whether the structure may be changed; says why if not."""
        fault = self._locked_fault()
        if fault:
            self.refused.emit(fault)
        return fault is None

    def _locked_fault(self) -> str | None:
        return "The graph is locked while it runs: stop the run to change it" if self.locked else None


def _names(nodes: Sequence[str]) -> str:
    return nodes[0] if len(nodes) == 1 else f"{len(nodes)} nodes"
