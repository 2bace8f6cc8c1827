"""The outline: the graph as a tree of nodes, ports and wires in an ordinary item view.

It is a second editor beside the canvas, made for the keyboard and for screen readers: F2 renames, Delete removes,
L on a port lists what it can be wired to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QMenu, QTreeView, QWidget

from app import edits
from app.editing import Editing
from app.icons import section_icon
from app.themes import Theme
from app.wire_rule import possible_wires
from engine.catalogue import Catalogue
from engine.declare import Port
from engine.document import Document, Node
from engine.problems import GraphFileError

NODE: Final = Qt.ItemDataRole.UserRole  # the node that a row belongs to
PORT: Final = Qt.ItemDataRole.UserRole + 1  # "node.port" on rows of ports and wires
WIRE: Final = Qt.ItemDataRole.UserRole + 2  # (source, target) on rows of wires


class Outline(QTreeView):
    """The graph as a tree; edits go to the document.

    Signals:
        nodes_selected(object): the tuple of node ids whose rows are selected.
        refused(str): why something could not be done.
    """

    nodes_selected = Signal(object)
    refused = Signal(str)

    def __init__(self, editing: Editing, catalogue: Catalogue, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editing = editing
        self._catalogue = catalogue
        self._theme = theme
        self._drawn: Document | None = None
        self._rows = QStandardItemModel(self)
        self.setModel(self._rows)
        self.setHeaderHidden(True)
        self.setIndentation(14)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
        self.setAccessibleName("Outline of the graph: nodes, ports and wires")
        self._rows.itemChanged.connect(self._rename)
        self.selectionModel().selectionChanged.connect(self._tell_selection)
        editing.watch(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Draw the document, if its nodes or wires have changed; what was open stays open."""
        document = self._editing.document
        if self._drawn and (self._drawn.nodes, self._drawn.edges) == (document.nodes, document.edges):
            return
        self._drawn = document
        opened = set(self._opened())
        chosen = set(self.selected())
        with QSignalBlocker(self.selectionModel()):
            self._rows.clear()
            for node in document.nodes:
                self._rows.appendRow(self._node_item(document, node))
        for row in range(self._rows.rowCount()):
            self.setExpanded(self._rows.index(row, 0), self._rows.index(row, 0).data(NODE) in opened)
        self.select(chosen)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._theme = theme
        self._drawn = None
        self.refresh()

    def selected(self) -> tuple[str, ...]:
        """The ids of the nodes whose rows, or rows below, are selected."""
        return tuple(dict.fromkeys(index.data(NODE) for index in self.selectedIndexes()))

    def select(self, nodes: set[str]) -> None:
        """Select the rows of these nodes without telling."""
        if set(self.selected()) == nodes:
            return
        with QSignalBlocker(self.selectionModel()):
            self.clearSelection()
            for row in range(self._rows.rowCount()):
                index = self._rows.index(row, 0)
                if index.data(NODE) in nodes:
                    self.selectionModel().select(index, QItemSelectionModel.SelectionFlag.Select)
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes the selected nodes or wires; L wires the current port."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._delete()
        elif event.key() == Qt.Key.Key_L and self.currentIndex().data(PORT):
            self._offer_wires(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def _opened(self) -> Iterator[str]:
        for row in range(self._rows.rowCount()):
            index = self._rows.index(row, 0)
            if self.isExpanded(index):
                yield index.data(NODE)

    def _node_item(self, document: Document, node: Node) -> QStandardItem:
        spec = self._catalogue.spec(node.type)
        item = QStandardItem(section_icon(spec.section if spec else "unknown", self._theme), node.id)
        item.setData(node.id, NODE)
        item.setToolTip(spec.title if spec else f"unknown operator {node.type}")
        for port in spec.ports if spec else ():
            item.appendRow(_port_item(document, node, port))
        return item

    def _delete(self) -> None:
        document = self._editing.document
        wires = [index.data(WIRE) for index in self.selectedIndexes() if index.data(WIRE)]
        nodes = [index.data(NODE) for index in self.selectedIndexes() if not index.data(PORT)]
        if nodes:
            self._editing.edit(f"Delete {_count(nodes, 'node')}", edits.remove_nodes(document, nodes))
        elif wires:
            self._editing.edit(f"Delete {_count(wires, 'wire')}", edits.disconnect(document, wires))

    def _rename(self, item: QStandardItem) -> None:
        old, new = item.data(NODE), item.text().strip()
        if item.data(PORT) or new == old:
            return
        try:
            document = edits.rename_node(self._editing.document, old, new)
        except GraphFileError as error:
            with QSignalBlocker(self._rows):
                item.setText(old)
            self.refused.emit(error.problems[0].what)
        else:
            self._editing.edit(f"Rename {old} to {new}", document)

    def _offer_wires(self, index: QModelIndex) -> None:
        """Open a menu of the ports that fit; it closes itself and waits for nobody."""
        end = index.data(PORT)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for source, target in possible_wires(self._editing.document, self._catalogue, end):
            other = target if source == end else source
            menu.addAction(f"Connect to {other}", self._connector(source, target))
        if menu.isEmpty():
            menu.addAction("Nothing in the graph fits here").setEnabled(False)
        menu.popup(self.viewport().mapToGlobal(self.visualRect(index).bottomLeft()))

    def _connector(self, source: str, target: str) -> Callable[[], None]:
        def connect() -> None:
            document = edits.connect(self._editing.document, self._catalogue, source, target)
            self._editing.edit(f"Connect {source} to {target}", document)

        return connect

    def _tell_selection(self) -> None:
        self.nodes_selected.emit(self.selected())


def _port_item(document: Document, node: Node, port: Port) -> QStandardItem:
    end = f"{node.id}.{port.name}"
    kind = "handle" if port.is_handle else "stream"
    item = _row(f"{port.direction}  {port.name}", node.id, end)
    item.setToolTip(f"{'Input' if port.direction == 'in' else 'Output'}, {port.kind.title} {kind}: {port.help}")
    for edge in document.edges:
        if end in (edge.source, edge.target):
            other = f"→ {edge.target}" if edge.source == end else f"← {edge.source}"
            wire = _row(other, node.id, end)
            wire.setData((edge.source, edge.target), WIRE)
            item.appendRow(wire)
    return item


def _row(text: str, node: str, end: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setEditable(False)
    item.setData(node, NODE)
    item.setData(end, PORT)
    return item


def _count(things: list[object], word: str) -> str:
    return f"{len(things)} {word}s" if len(things) > 1 else f"a {word}"
