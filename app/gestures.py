"""What a person does to the graph: gestures on the canvas and entries of the Edit menu, each turned into one edit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QGuiApplication

from app import copying, edits
from app.aligning import Axis, Box, Line, aligned, distributed
from app.annotations import move_marks, remove_marks
from app.arranging import COLUMN
from app.arranging_frames import arranged
from app.canvas import Canvas
from app.editing import Editing
from app.grouping import corner
from app.groups import TOP, Groups
from app.healing import pull_out
from app.layouts import Mark, Position
from app.search import Search
from app.wire_rule import Fit, WireRule, connect_new, fits
from engine.catalogue import Catalogue
from engine.document import Document, read
from engine.problems import Fix, GraphFileError

Thing = str | Mark  # by which a node or group, or what stands beside them, is known
Places = Mapping[Thing, Position]
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
        canvas.rewired.connect(self.rewire)
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

    def move(self, places: Places) -> None:
        """Give nodes, frames, comments and dots the places that they were dragged to."""
        self._editing.edit(f"Move {_moved_names(places)}", _moved(self._editing.document, places))

    def rewire(self, places: Places, wire: edits.Wire | None, pulls: bool) -> None:
        """Move a node that was dropped on a wire into it; one that was pulled out leaves its own wires closed up."""
        if not self.is_free():
            return
        document, nodes = self._editing.document, [thing for thing in places if isinstance(thing, str)]
        if pulls:
            document = pull_out(document, self._catalogue, Groups(document.layout).nodes_in(nodes))
        if wire:
            document = self._inserted(document, nodes[0], wire)
        named = f"Insert {nodes[0]} into {wire[0]}" if wire else f"Pull out {_names(nodes)}"
        self._editing.edit(named, _moved(document, places))

    def pull_out(self) -> None:
        """Take the selected nodes from between their wires, which close up behind them."""
        nodes = Groups(self._editing.document.layout).nodes_in(self._canvas.selected())
        if nodes and self.is_free():
            pulled = pull_out(self._editing.document, self._catalogue, nodes)
            if not self._editing.edit(f"Pull out {_names(nodes)}", pulled):
                self.refused.emit("No stream passes through what is selected")

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
        if self.is_free():
            name = f"Disconnect {wires[0][0]}" if len(wires) == 1 else f"Disconnect {len(wires)} wires"
            document = edits.disconnect(self._editing.document, [(source, target) for source, target in wires])
            self._editing.edit(name, document)

    def delete(self, nodes: Sequence[str], wires: Sequence[edits.Wire] = (), marks: Sequence[Mark] = ()) -> None:
        """Take nodes out, with their wires, and with them other wires, frames, comments and dots, as one step."""
        if (nodes or wires) and not self.is_free():
            return
        document = edits.disconnect(self._editing.document, [(source, target) for source, target in wires])
        document = edits.remove_nodes(remove_marks(document, marks), nodes)
        self._editing.edit(f"Delete {_names(nodes, [*map(_wire_name, wires), *map(_mark_name, marks)])}", document)

    def add(self, type_id: str, x: int, y: int) -> None:
        """Place an operator with its top left corner at a scene position, and select it.

        On a wire it is inserted there; where another node has its corner, it comes to stand beside it.
        """
        spec = self._catalogue.spec(type_id)
        if spec and self.is_free():
            place, level = self._free_place(edits.on_grid(x, y)), self._canvas.level
            document, node = edits.add_node(self._editing.document, spec, place, level)
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
        if self.is_free():
            found = fits(self._editing.document, self._catalogue, end)
            self._search.ask(pointer or self._canvas.global_position(x, y), found, x, y, end)

    def open_search_in_view(self) -> None:
        """Open search-to-add at the centre of the view, for the keyboard."""
        x, y = self._canvas.viewport_center()
        self.open_search(int(x), int(y), "", self._canvas.mapToGlobal(self._canvas.rect().center()))

    def copy(self) -> None:
        """Put the selected nodes on the clipboard, as the text of a graph file."""
        nodes, marks = self._canvas.selected(), self._canvas.selected_marks()
        if nodes or marks:
            QGuiApplication.clipboard().setText(copying.copy(self._editing.document, nodes, marks))

    def cut(self) -> None:
        """Copy the selected nodes, then take them out."""
        nodes, marks = self._canvas.selected(), self._canvas.selected_marks()
        if (nodes or marks) and self.is_free():
            self.copy()
            document = edits.remove_nodes(remove_marks(self._editing.document, marks), nodes)
            self._editing.edit(f"Cut {_names(nodes, [*map(_mark_name, marks)])}", document)

    def paste(self) -> None:
        """Add the graph on the clipboard at the centre of the view."""
        if self.is_free():
            try:
                text = QGuiApplication.clipboard().text()
                offset, level = self._paste_offset(text), self._canvas.level
                document, nodes = copying.paste(self._editing.document, text, offset, level)
            except GraphFileError:
                self.refused.emit("The clipboard holds no graph: copy nodes here, or the text of a graph file")
            else:
                self._editing.edit(f"Paste {_names(nodes)}", document)
                self._canvas.select(nodes)

    def duplicate(self) -> None:
        """Add a copy of the selected nodes beside them."""
        nodes, marks = self._canvas.selected(), self._canvas.selected_marks()
        if (nodes or marks) and self.is_free():
            document, copies = copying.duplicate(self._editing.document, nodes, marks)
            self._editing.edit(f"Duplicate {_names(nodes, [*map(_mark_name, marks)])}", document)
            self._canvas.select(copies)

    def select_all(self) -> None:
        """Select every node, frame and comment."""
        self._canvas.select_all()

    def arrange(self) -> None:
        """Lay the level that is shown out anew, and show all of it."""
        self._editing.edit("Arrange", arranged(self._editing.document, self._catalogue, self._canvas.level))
        self._canvas.fit()

    def align(self, line: Line) -> None:
        """Bring the selected things to one line."""
        self._line_up(f"Align {line}", lambda boxes: aligned(boxes, line))

    def distribute(self, axis: Axis) -> None:
        """Make the gaps between the selected things equal."""
        self._line_up(f"Distribute {axis}", lambda boxes: distributed(boxes, axis))

    def _line_up(self, name: str, way: Callable[[Mapping[Thing, Box]], Mapping[Thing, tuple[float, float]]]) -> None:
        boxes = {thing: box.getRect() for thing, box in self._canvas.selected_boxes().items()}
        if len(boxes) > 1:
            self._editing.edit(name, _moved(self._editing.document, way(boxes)))
        else:
            self.refused.emit("Select what to line up first: two things or more")

    def mend(self, fix: Fix) -> None:
        """Carry out the fix of a problem, as one step, and select the node that it adds."""
        if self.is_free():
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
        place, level = self._free_place(edits.on_grid(left, y - 40)), self._canvas.level
        document, node = edits.add_node(self._editing.document, fit.spec, place, level)
        if end and fit.port:
            document = connect_new(document, self._catalogue, node, fit, end)
        self._editing.edit(f"Add {fit.spec.title}", document)
        self._canvas.select([node])

    def _paste_offset(self, text: str) -> edits.Position:
        """How far to move what is pasted, so that its corner is at the view's centre and on no other node."""
        fragment = read(text)
        things = Groups(fragment.layout).on(TOP, fragment)
        if not things:
            return 0, 0
        left, top = corner(fragment.layout, things)
        x, y = self._canvas.viewport_center()
        free = self._free_place(edits.on_grid(x - 100, y - 60))
        return free[0] - left, free[1] - top

    def _free_place(self, place: edits.Position) -> edits.Position:
        taken = set(self._editing.document.layout.nodes.values())
        while place in taken:
            place = place[0] + CASCADE, place[1] + CASCADE
        return place

    def is_free(self) -> bool:
        """Return whether the structure may be changed; say why if not."""
        fault = self._locked_fault()
        if fault:
            self.refused.emit(fault)
        return fault is None

    def _locked_fault(self) -> str | None:
        return "The graph is locked while it runs: stop the run to change it" if self.locked else None


def _moved(document: Document, places: Places) -> Document:
    nodes = {thing: edits.on_grid(*place) for thing, place in places.items() if isinstance(thing, str)}
    marks = {thing: place for thing, place in places.items() if isinstance(thing, Mark)}
    return move_marks(edits.move_nodes(document, nodes), marks)


def _moved_names(places: Places) -> str:
    """What to call what moved: the nodes, or the one frame that took them along."""
    marks = [thing for thing in places if isinstance(thing, Mark)]
    frames = [mark for mark in marks if mark.kind == "frame"]
    nodes = [thing for thing in places if isinstance(thing, str)]
    return _mark_name(frames[0]) if frames else _names(nodes, [] if nodes else [*map(_mark_name, marks)])


def _names(nodes: Sequence[str], others: Sequence[str] = ()) -> str:
    """What to call these in the Undo menu: `"train_1"`, `"2 nodes"`, `"a frame"`, `"3 things"`."""
    things = [*nodes, *others]
    return things[0] if len(things) == 1 else f"{len(things)} {'things' if others else 'nodes'}"


def _mark_name(mark: Mark) -> str:
    return f"a {mark.kind}"


def _wire_name(wire: edits.Wire) -> str:
    return f"{wire[0]} → {wire[1]}"
