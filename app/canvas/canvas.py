"""The widget that the rest of the studio sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.canvas.drawing import Drawing
from app.canvas.empty import Empty
from app.canvas.finding import wire_at
from app.canvas.keys import Keys
from app.canvas.look import Look
from app.canvas.picture import Wire, picture_of
from app.canvas.port_item import PortItem
from app.canvas.viewer import Viewer
from app.canvas.wire_item import WireItem
from app.canvas.wiring import WireRule
from app.themes import Theme, load_fonts
from engine.catalogue import Catalogue
from engine.document import Document
from engine.events import NodeStateName, Telemetry
from engine.problems import Problem

NUMBERS_MS: Final = 250  # live numbers change four times a second at most
FRAME: Final = 2  # pixels around the view, where keyboard focus shows
KEYBOARD_REASONS: Final = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class Canvas(QWidget):
    """Shows a document; tells what a person wishes to do with it.

    Positions in signals and methods are scene pixels, those of the document's layout, unless said otherwise.

    Signals:
        moved: node id -> (left, top) of nodes that were dragged or moved by arrow keys, on the grid.
        wire_wished: source and target `"node.port"` of a wire to draw.
        unwire_wished: list of (source, target) to take out.
        delete_wished: list of node ids to take out.
        selection_changed: tuple of the selected node ids.
        operator_dropped: type id of an operator, and where it was dropped.
        search_wished: where to add an operator, and the port `"node.port"` to wire it to, or "".
        refused: why a gesture did nothing, in a sentence; it was shown near the pointer too.
        activated: id of a node that was double-clicked.
        gallery_wished: the empty canvas's button for the saved graphs was pressed.
    """

    moved = Signal(object)
    wire_wished = Signal(str, str)
    unwire_wished = Signal(object)
    delete_wished = Signal(object)
    selection_changed = Signal(object)
    operator_dropped = Signal(str, int, int)
    search_wished = Signal(int, int, str)
    refused = Signal(str)
    activated = Signal(str)
    gallery_wished = Signal()

    def __init__(self, catalogue: Catalogue, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        load_fonts()
        self._catalogue = catalogue
        self._telemetry: Telemetry | None = None
        self._selected: tuple[str, ...] = ()
        self._is_drawing = False
        self._by_keyboard = False
        look = Look.of(theme)
        self._viewer = Viewer(look, self)
        self._drawing = Drawing(self._viewer, self)
        self._keys = Keys(self, self._viewer, self._drawing)
        self._empty = Empty(self)
        self._empty.gallery_wished.connect(self.gallery_wished)
        self._numbers_due = QTimer(self, singleShot=True, interval=NUMBERS_MS)
        self._numbers_due.timeout.connect(self._draw_newer_numbers)
        self._arrange_widgets()
        self._connect_gestures()
        self._wear(look)

    def _arrange_widgets(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(FRAME, FRAME, FRAME, FRAME)
        layout.addWidget(self._viewer)
        self.setFocusProxy(self._viewer)
        self._viewer.installEventFilter(self)
        for widget in (self, self._viewer):
            widget.setAccessibleName("Graph")
            widget.setAccessibleDescription(
                "The graph as a drawing. Arrow keys move the selected nodes, Delete removes them, Tab adds an "
                "operator, F shows the selection and A all. The outline shows the same graph as a list."
            )

    def _connect_gestures(self) -> None:
        viewer = self._viewer
        for inner, outer in (
            (viewer.wire_hand.wire_wished, self.wire_wished),
            (viewer.wire_hand.unwire_wished, self.unwire_wished),
            (viewer.operator_dropped, self.operator_dropped),
            (viewer.search_wished, self.search_wished),
            (viewer.activated, self.activated),
            (viewer.refused, self.refused),
        ):
            inner.connect(outer)
        viewer.resized.connect(self._fit_again)
        viewer.nodes_dragged.connect(self._drawing.route_dragged)
        viewer.released.connect(self._report_moves)
        viewer.key_pressed.connect(self._keys.obey)
        viewer.scene().selectionChanged.connect(self._report_selection)

    # what is shown

    def show_document(self, document: Document) -> None:
        """Draw what differs from the document that is shown; the document itself is never changed."""
        self._viewer.wire_hand.cancel()
        self._is_drawing = True  # nodes go one by one: what is selected meanwhile may be gone from the document
        self._drawing.show(picture_of(document, self._catalogue))
        self._is_drawing = False
        self._empty.setVisible(not document.nodes)
        self._report_selection()

    def set_problems(self, problems: Sequence[Problem]) -> None:
        """Mark each node with the problems that name it."""
        by_node: dict[str, list[Problem]] = defaultdict(list)
        for problem in problems:
            by_node[problem.where.node].append(problem)
        for node_id, item in self._drawing.nodes.items():
            item.set_problems(by_node[node_id])

    def set_node_state(self, node: str, state: NodeStateName, detail: str = "") -> None:
        """Show the state of a running node; a node that is not in the document is left out."""
        if item := self._drawing.nodes.get(node):
            item.set_state(state, detail)

    def change_states(self, states: Mapping[NodeStateName, NodeStateName]) -> None:
        """Give every node whose state is a key the state that stands there.

        Example: `{"running": "paused"}` shows each running node as paused, and leaves the failed one.
        """
        for item in self._drawing.nodes.values():
            if item.footer.state in states:
                item.set_state(states[item.footer.state])

    def set_numbers(self, telemetry: Telemetry) -> None:
        """Show live numbers on nodes and wires, at most four times a second; the newest always comes through."""
        self._telemetry = telemetry
        if not self._numbers_due.isActive():
            self._draw_newer_numbers()

    def _draw_newer_numbers(self) -> None:
        if self._telemetry is not None:
            self._drawing.show_numbers(self._telemetry)
            self._telemetry = None
            self._numbers_due.start()

    def clear_run(self) -> None:
        """Take away states and numbers."""
        self._telemetry = None
        self._drawing.clear_run()

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        look = Look.of(theme)
        self._drawing.wear(look)
        self._wear(look)

    def _wear(self, look: Look) -> None:
        theme = look.theme
        self._viewer.look = look
        self._viewer.hint.wear(theme)
        self._empty.wear(theme)
        self._empty.place(self.rect().center())
        self._viewer.resetCachedContent()
        self._viewer.viewport().update()
        self.update()

    def set_locked(self, locked: bool) -> None:
        """Refuse wires, drops, additions and deletions while the graph runs; looking, selecting and moving go on."""
        self._viewer.set_locked(locked)

    def set_wire_rule(self, rule: WireRule) -> None:
        """Ask `rule(source, target)` why a wire cannot be drawn; None from it means that it can."""
        self._viewer.wire_hand.rule = rule

    # selection and view

    def selected(self) -> tuple[str, ...]:
        """Return the ids of the selected nodes, in the document's order."""
        return tuple(node_id for node_id, item in self._drawing.nodes.items() if item.isSelected())

    def select(self, node_ids: Iterable[str]) -> None:
        """Select these nodes and nothing else."""
        chosen = set(node_ids)
        scene = self._viewer.scene()
        scene.blockSignals(True)
        scene.clearSelection()
        for node_id, item in self._drawing.nodes.items():
            item.setSelected(node_id in chosen)
        scene.blockSignals(False)
        self._report_selection()

    def center_on(self, node_id: str) -> None:
        """Bring a node to the middle of the view."""
        if item := self._drawing.nodes.get(node_id):
            self._viewer.shows_all = False
            self._viewer.centerOn(item.scene_body().center())

    def fit(self) -> None:
        """Show the whole graph as large as it fits, also when the window changes, until someone looks elsewhere."""
        nodes = [item.scene_body() for item in self._drawing.nodes.values()]
        self._viewer.fit(nodes + self._drawing.wire_boxes())
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

    def viewport_center(self) -> tuple[int, int]:
        """Return the scene position in the middle of the view."""
        point = self._viewer.mapToScene(self._viewer.viewport().rect().center())
        return round(point.x()), round(point.y())

    def scene_position(self, point: QPoint) -> tuple[int, int]:
        """Return the scene position of a point of the screen."""
        found = self._viewer.mapToScene(self._viewer.viewport().mapFromGlobal(point))
        return round(found.x()), round(found.y())

    def global_position(self, x: int, y: int) -> QPoint:
        """Return the point of the screen at which a scene position is shown."""
        return self._viewer.viewport().mapToGlobal(self._viewer.mapFromScene(x, y))

    def wire_at(self, x: int, y: int) -> Wire | None:
        """Return the wire that is drawn at a scene position, as (source, target); None where there is none."""
        found = wire_at(self._viewer, self._viewer.mapFromScene(x, y))
        return found.wire if found else None

    def viewport(self) -> QWidget:
        """Return the widget that mouse events go to."""
        return self._viewer.viewport()

    def port_position(self, node_id: str, port: str) -> QPoint:
        """Return where a port is, in pixels of the viewport.

        Raises:
            KeyError: the node is not shown, or has no such port.
        """
        return self._viewer.mapFromScene(self._port(node_id, port).centre)

    def node_rect(self, node_id: str) -> QRect:
        """Return where a node's body is, in pixels of the viewport.

        Raises:
            KeyError: the node is not shown.
        """
        return self._viewer.mapFromScene(self._drawing.nodes[node_id].scene_body()).boundingRect()

    def shown_wires(self) -> tuple[set[Wire], set[Wire]]:
        """Return the wires that are drawn and those that NodeGraphQt's models hold; both equal the document's."""
        drawn = {item.wire for item in self._viewer.scene().items() if type(item) is WireItem}
        return drawn, self._drawing.modelled_wires()

    def _port(self, node_id: str, name: str) -> PortItem:
        ports = self._drawing.nodes[node_id].ports
        port = ports.get(("in", name)) or ports.get(("out", name))
        if port is None:
            raise KeyError(f"{node_id}.{name}")
        return port

    # wishes

    def _report_selection(self) -> None:
        chosen = self.selected()
        if chosen != self._selected and not self._is_drawing:
            self._selected = chosen
            self.selection_changed.emit(chosen)

    def _report_moves(self) -> None:
        """Tell which nodes a drag moved, then show them where the document has them."""
        places = self._drawing.moved_nodes()
        if places:
            self.moved.emit(places)
        self._drawing.settle()

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
