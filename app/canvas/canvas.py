"""The widget that the rest of the studio sees."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.canvas.breadcrumbs import Breadcrumbs
from app.canvas.empty import Empty
from app.canvas.keys import Keys
from app.canvas.levels import Levels
from app.canvas.look import Look
from app.canvas.minimap import Minimap
from app.canvas.picture import Wire, picture_of
from app.canvas.positions import Positions
from app.canvas.scribe import Scribe
from app.canvas.statuses import Statuses
from app.canvas.stops import Stop, Stops
from app.canvas.wire_item import WireItem
from app.canvas.wiring import WireRule
from app.layouts import Mark
from app.themes import Theme
from engine.bypassing import stand_ins
from engine.catalogue import Catalogue
from engine.document import Document
from engine.events import NodeStateName, Telemetry
from engine.problems import Problem

FRAME: Final = 2  # pixels around the view, where keyboard focus shows
KEYBOARD_REASONS: Final = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class Canvas(Positions):
    """Shows a document; tells what a person wishes to do with it.

    Positions in signals and methods are scene pixels, those of the document's layout, unless said otherwise.

    Attributes:
        keys: its own commands, which menus show too.

    Signals:
        moved: node id or mark -> (left, top) of what was dragged or moved by arrow keys, on the grid.
        rewired: the same of one node that was dropped on a wire (or None), and whether it was pulled out of its own.
        wire_wished: source and target `"node.port"` of a wire to draw.
        unwire_wished: list of (source, target) to take out.
        delete_wished: list of node ids, list of (source, target) and list of marks to take out, in one step.
        dot_wished: (source, target) of a wire to lead through another point, as its which, and x, y.
        mark_sized: a frame's mark and rect, or a comment's mark and width.
        mark_written: a mark, and the title or text that was written there.
        comment_written: the text of a new comment, and its left, top.
        selection_changed: tuple of the selected node ids.
        operator_dropped: type id of an operator, and where it was dropped.
        search_wished: where to add an operator, and the port `"node.port"` to wire it to, or "".
        refused: why a gesture did nothing, in a sentence; it was shown near the pointer too.
        activated: id of a node that was double-clicked; a group opens.
        level_changed: the group that is open now, or "" for the whole graph.
        group_wire_wished: port `"node.port"` of a wire, the group that it was dropped on, and where on the screen.
        wires_selected: tuple of the selected wires, each (source, target).
        gallery_wished: the empty canvas's button for the saved graphs was pressed.
    """

    moved = Signal(object)
    rewired = Signal(object, object, bool)
    wire_wished = Signal(str, str)
    unwire_wished = Signal(object)
    delete_wished = Signal(object, object, object)
    dot_wished = Signal(object, int, int, int)
    mark_sized = Signal(object, object)
    mark_written = Signal(object, str)
    comment_written = Signal(str, int, int)
    selection_changed = Signal(object)
    operator_dropped = Signal(str, int, int)
    search_wished = Signal(int, int, str)
    refused = Signal(str)
    activated = Signal(str)
    level_changed = Signal(str)
    group_wire_wished = Signal(str, str, QPoint)
    wires_selected = Signal(object)
    gallery_wished = Signal()

    def __init__(self, catalogue: Catalogue, theme: Theme, parent: QWidget | None = None) -> None:
        look = Look.of(theme)
        super().__init__(look, parent)
        self._catalogue = catalogue
        self._document = Document()
        self._selected: tuple[tuple[str, ...], tuple[Mark, ...]] = ((), ())
        self._selected_wires: tuple[Wire, ...] = ()
        self._is_drawing = False
        self._by_keyboard = False
        self._stops = Stops(self._viewer)
        self.keys = Keys(self, self._viewer, self._drawing)
        self._scribe = Scribe(self._viewer)
        self._empty = Empty(self, self.keys.actions["add_here"])
        self._empty.gallery_wished.connect(self.gallery_wished)
        self._minimap = Minimap(self._viewer)
        self._crumbs = Breadcrumbs(self)
        self._crumbs.chosen.connect(self.go_to_level)
        self._levels = Levels(self._viewer, self._crumbs)
        self._statuses = Statuses(self._drawing, self._levels, self)
        self._arrange_widgets()
        self._connect_gestures()
        self._wear(look)

    def _arrange_widgets(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(FRAME, FRAME, FRAME, FRAME)
        layout.setSpacing(0)
        layout.addWidget(self._crumbs)
        layout.addWidget(self._viewer)
        self.setFocusProxy(self._viewer)
        self._viewer.installEventFilter(self)
        for widget in (self, self._viewer):
            widget.setAccessibleName("Graph")
            widget.setAccessibleDescription(
                "The graph as a drawing. Arrow keys move the selected nodes; Help, Keyboard shortcuts lists all keys. "
                "The outline shows the same graph as a list."
            )

    def _connect_gestures(self) -> None:
        viewer = self._viewer
        for inner, outer in (
            (viewer.wire_hand.wire_wished, self.wire_wished),
            (viewer.wire_hand.unwire_wished, self.unwire_wished),
            (viewer.operator_dropped, self.operator_dropped),
            (viewer.search_wished, self.search_wished),
            (viewer.refused, self.refused),
            (self._scribe.mark_written, self.mark_written),
            (self._scribe.comment_written, self.comment_written),
        ):
            inner.connect(outer)
        viewer.activated.connect(self.activate)
        viewer.wire_hand.group_wished.connect(self.group_wire_wished)
        viewer.resized.connect(self._fit_again)
        viewer.dragged.connect(self._drawing.route_dragged)
        viewer.mark_activated.connect(self.activate_mark)
        viewer.dot_wished.connect(self._wish_dot)
        viewer.released.connect(self._report_moves)
        viewer.key_pressed.connect(self.keys.obey)
        viewer.scene().selectionChanged.connect(self._report_selection)

    # what is shown

    def show_document(self, document: Document) -> None:
        """Draw what differs from the document that is shown; the document itself is never changed."""
        self._viewer.wire_hand.cancel()
        self._is_drawing = True  # nodes go one by one: what is selected meanwhile may be gone from the document
        self._document = document
        self._levels.follow(document)
        self._drawing.show(picture_of(document, self._catalogue, self._levels.level))
        self._statuses.stand_ins = stand_ins(document, self._catalogue)
        self._statuses.show()
        self._stops.show_again()
        self._is_drawing = False
        self._minimap.show_patches(self._drawing.patches())
        self._empty.setVisible(not document.nodes and not self._drawing.marks)
        self._report_selection()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Mark each node with the problems that name it."""
        self._statuses.set_problems(problems)

    def set_node_state(self, node: str, state: NodeStateName, detail: str = "") -> None:
        """Show the state of a running node; a node that is not in the document is left out."""
        self._statuses.set_state(node, state, detail)

    def change_states(self, states: Mapping[NodeStateName, NodeStateName]) -> None:
        """Give every node whose state is a key the state that stands there.

        Example: `{"running": "paused"}` shows each running node as paused, and leaves the failed one.
        """
        self._statuses.change_states(states)

    def set_numbers(self, telemetry: Telemetry) -> None:
        """Show live numbers on nodes and wires, at most four times a second; the newest always comes through."""
        self._statuses.set_numbers(telemetry)

    def set_limit(self, node: str) -> None:
        """Take which node limits the run, or none: the wires that leave it are red from the next numbers on."""
        self._statuses.set_limit(node)

    def set_stops(self, stops: Mapping[Wire, Stop]) -> None:
        """Mark the wires on which items are held or can be."""
        self._stops.show(stops)

    def clear_run(self) -> None:
        """Take away states and numbers."""
        self._statuses.clear_run()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        look = Look.of(theme)
        self._drawing.wear(look)
        self._wear(look)

    def _wear(self, look: Look) -> None:
        theme = look.theme
        self._viewer.look = look
        self._viewer.hint.wear(theme)
        self._minimap.show_patches(self._drawing.patches())
        self._scribe.wear(theme)
        self._empty.wear(theme)
        self._empty.place(self.rect().center())
        self._viewer.resetCachedContent()
        self._viewer.viewport().update()
        self.update()

    def set_minimap(self, wanted: bool) -> None:
        """Show the map in the corner while the graph does not fit into the view, or never."""
        self._minimap.set_wanted(wanted)

    def set_locked(self, locked: bool) -> None:
        """Refuse wires, drops, additions and deletions while the graph runs; looking, selecting and moving go on."""
        self._viewer.set_locked(locked)

    def set_wire_rule(self, rule: WireRule) -> None:
        """Ask `rule(source, target)` why a wire cannot be drawn; None from it means that it can."""
        self._viewer.wire_hand.rule = rule

    # levels

    @property
    def level(self) -> str:
        """The group whose inside is shown; "" for the whole graph."""
        return self._levels.level

    def go_to_level(self, level: str) -> None:
        """Show the inside of a group, or the whole graph, as one last looked at it; select a group that was left."""
        former = self._levels.groups.path(self.level)
        if level == self.level:
            return
        self._levels.go(level)
        self.show_document(self._document)
        if not self._levels.look():
            self.fit()
        inside = self._levels.groups.path(level)
        self.select(former[len(inside) : len(inside) + 1] if former[: len(inside)] == inside else ())
        self.level_changed.emit(level)

    def leave_group(self) -> None:
        """Show the level on which the open group stands."""
        self.go_to_level(self._levels.groups.level_of(self.level))

    def reveal(self, thing: str) -> None:
        """Show the level on which a node or group stands."""
        self.go_to_level(self._levels.groups.level_of(thing))

    def activate(self, thing: str) -> None:
        """Open a group; tell of a node."""
        if thing in self._levels.groups.by_id:
            self.go_to_level(thing)
        elif thing in self._levels.shown_as:
            self.activated.emit(thing)

    # selection and view

    def selected(self) -> tuple[str, ...]:
        """Return the ids of the selected nodes, in the document's order, and of the selected groups."""
        return tuple(thing for thing, item in self._drawing.nodes.items() if item.isSelected())

    def selected_marks(self) -> tuple[Mark, ...]:
        """Return the selected frames, comments and dots."""
        return tuple(mark for mark, item in self._drawing.marks.items() if item.isSelected())

    def selected_wires(self) -> tuple[Wire, ...]:
        """Return the selected wires."""
        return tuple(item.wire for item in self._viewer.scene().selectedItems() if isinstance(item, WireItem))

    def select_all(self) -> None:
        """Select every node, frame and comment."""
        things = self._drawing.things()
        self.select([thing for thing in things if isinstance(thing, str)], [t for t in things if isinstance(t, Mark)])

    def select(self, node_ids: Iterable[str], marks: Iterable[Mark] = ()) -> None:
        """Select these nodes and marks and nothing else; the level of the first is shown."""
        chosen = dict.fromkeys((*node_ids, *marks))
        first = next(iter(chosen), None)
        if isinstance(first, str) and first not in self._drawing.nodes:
            self.reveal(first)
        scene = self._viewer.scene()
        scene.blockSignals(True)
        scene.clearSelection()
        for thing, item in self._drawing.things().items():
            item.setSelected(thing in chosen)
        scene.blockSignals(False)
        self._report_selection()

    def center_on(self, node_id: str) -> None:
        """Bring a node to the middle of the view."""
        self.reveal(node_id)
        if item := self._drawing.nodes.get(node_id):
            self._viewer.shows_all = False
            self._viewer.centerOn(item.scene_body().center())

    def fit(self) -> None:
        """Show the whole graph as large as it fits, also when the window changes, until someone looks elsewhere."""
        self._viewer.fit(self._drawing.whole())
        self._viewer.shows_all = True

    def _fit_again(self) -> None:
        if self._viewer.shows_all:
            self.fit()

    def fit_nodes(self, node_ids: Iterable[str]) -> None:
        """Show these nodes as large as they fit; the whole graph if there are none."""
        nodes = [self._drawing.nodes[node_id].scene_body() for node_id in node_ids]
        if nodes:
            self._viewer.fit(nodes)
        else:
            self.fit()

    # wishes

    def _report_selection(self) -> None:
        chosen = self.selected(), self.selected_marks()
        if chosen != self._selected and not self._is_drawing:
            self._selected = chosen
            self.selection_changed.emit(chosen[0])
        wires = self.selected_wires()
        if wires != self._selected_wires and not self._is_drawing:
            self._selected_wires = wires
            self.wires_selected.emit(wires)

    def _report_moves(self, pulls: bool) -> None:
        """Tell what a drag moved or sized, then show it where the document has it."""
        places, target = self._drawing.moved(), self._viewer.target
        if sizes := self._drawing.sized():
            self.mark_sized.emit(*next(iter(sizes.items())))
        elif places and (pulls or target) and not self._viewer.locked:
            self.rewired.emit(places, target.wire if target else None, pulls)
        elif places:
            self.moved.emit(places)
        self._drawing.settle()

    def _wish_dot(self, wire: Wire, x: int, y: int) -> None:
        self.dot_wished.emit(wire, self._drawing.dot_index(wire, (x, y)), x, y)

    def activate_mark(self, mark: Mark) -> None:
        """Let a frame's title or a comment's text be written in place; wish to take a dot out."""
        if mark.kind == "dot":
            self.delete_wished.emit([], [], [mark])
        else:
            self._scribe.write(self._drawing.marks[mark])

    def write_comment(self, x: int, y: int, width: int) -> None:
        """Let a new comment be written at a scene position."""
        self._scribe.write_comment(x, y, width)

    # the frame

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Show when the view gets the keyboard by keyboard; a click shows where it went by itself."""
        if isinstance(event, QFocusEvent):
            self._by_keyboard = event.gotFocus() and event.reason() in KEYBOARD_REASONS
            self.update()
        return super().eventFilter(watched, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, in the accent colour when the keyboard came here by Tab or shortcut."""
        painter = QPainter(self)
        look = self._viewer.look
        painter.fillRect(self.rect(), look.colour("canvas"))
        if self._by_keyboard:
            painter.setPen(QPen(look.colour("accent"), FRAME))
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep in the middle what an empty canvas says."""
        self._empty.place(self.rect().center())
        super().resizeEvent(event)
