"""The rows of the outline: groups, nodes, ports and wires below each other, each with a text for screen readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush, QColor, QStandardItem

from app.groups import TOP, Groups
from app.icons import section_icon
from app.themes import Theme
from engine.catalogue import Catalogue
from engine.declare import Port
from engine.document import Document, Node
from engine.problems import Problem, errors_among

THING: Final = Qt.ItemDataRole.UserRole  # the node or group that a row belongs to
PORT: Final = Qt.ItemDataRole.UserRole + 1  # "node.port" on rows of ports and wires
WIRE: Final = Qt.ItemDataRole.UserRole + 2  # (source, target) on rows of wires


class Rows:
    """Makes the rows of one document.

    Attributes:
        by_thing: the row of each node and group.
    """

    def __init__(self, document: Document, catalogue: Catalogue, theme: Theme) -> None:
        self._document = document
        self._catalogue = catalogue
        self._theme = theme
        self._groups = Groups(document.layout)
        self._wires: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for edge in document.edges:
            for end in (edge.source, edge.target):
                self._wires[end].append((edge.source, edge.target))
        self.by_thing: dict[str, QStandardItem] = {}

    def on(self, level: str = TOP) -> Iterator[QStandardItem]:
        """Yield the rows of all that stands on a level, with all below them."""
        for thing in self._groups.on(level, self._document):
            yield self._group(thing) if thing in self._groups.by_id else self._node(thing)

    def _group(self, group: str) -> QStandardItem:
        item = self._thing(group, self._groups.title(group), "group")
        count = len(self._groups.nodes_in([group]))
        item.setToolTip(f"A group of {count} node{'s' * (count > 1)}")
        _speak(item, f"{item.text()}, group of {count} node{'s' * (count > 1)}")
        for row in self.on(group):
            item.appendRow(row)
        return item

    def _node(self, node_id: str) -> QStandardItem:
        node = self._document.node(node_id)
        spec = self._catalogue.spec(node.type)
        item = self._thing(node.id, node.id, spec.section if spec else "unknown")
        title = spec.title if spec else f"unknown operator {node.type}"
        item.setToolTip(title + (", bypassed" if node.bypassed else ""))
        _speak(item, f"{node.id}, {item.toolTip()}")
        font = item.font()
        font.setStrikeOut(node.bypassed)
        item.setFont(font)
        for port in spec.ports if spec else ():
            item.appendRow(self._port(node, port))
        return item

    def _thing(self, thing: str, text: str, section: str) -> QStandardItem:
        item = self.by_thing[thing] = QStandardItem(section_icon(section, self._theme), text)
        item.setData(thing, THING)
        return item

    def _port(self, node: Node, port: Port) -> QStandardItem:
        end = f"{node.id}.{port.name}"
        item = _row(f"{port.direction}  {port.name}", node.id, end)
        kind = "handle" if port.is_handle else "stream"
        item.setToolTip(f"{'Input' if port.direction == 'in' else 'Output'}, {port.kind.title} {kind}: {port.help}")
        others = [target if source == end else source for source, target in self._wires[end]]
        _speak(item, f"{port.name}, {item.toolTip()}; {_wired(others, port)}")
        for source, target in self._wires[end]:
            is_leaving = source == end
            wire = _row(f"→ {target}" if is_leaving else f"← {source}", node.id, end)
            wire.setData((source, target), WIRE)
            _speak(wire, f"wire {f'to {target}' if is_leaving else f'from {source}'}")
            item.appendRow(wire)
        return item


def mark_problems(rows: Rows, problems: Iterable[Problem], theme: Theme) -> None:
    """Colour the rows of the nodes that problems name, and let their tips and spoken texts tell of them."""
    by_node: dict[str, list[Problem]] = defaultdict(list)
    for problem in problems:
        by_node[problem.where.node].append(problem)
    for thing, item in rows.by_thing.items():
        found = by_node.get(thing, ())
        colour = theme.danger if errors_among(found) else theme.warning if found else theme.text
        item.setForeground(QBrush(QColor(colour)))
        said = [problem.what for problem in found]
        item.setToolTip("\n".join([item.toolTip().partition("\n")[0], *said]))
        spoken = str(item.data(Qt.ItemDataRole.AccessibleTextRole)).partition("; problem: ")[0]
        _speak(item, "; problem: ".join([spoken, *said]))


def _row(text: str, node: str, end: str) -> QStandardItem:
    item = QStandardItem(text)
    item.setEditable(False)
    item.setData(node, THING)
    item.setData(end, PORT)
    return item


def _wired(others: Sequence[str], port: Port) -> str:
    if others:
        return f"wired to {', '.join(others)}"
    return "not wired" if port.required else "not wired, and need not be"


def _speak(item: QStandardItem, text: str) -> None:
    item.setData(text, Qt.ItemDataRole.AccessibleTextRole)
