"""The faces of what stands for several nodes: a group, and what lies beyond the border of the group that is open.

Both show ports of other nodes, by their ends in the document, so that a wire drawn to one of them is a wire to the
node behind it. A group shows the ports that wires cross its border at, and those inside that still want a wire.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from app.canvas.faces import BORDER, GROUP, Face, Plug, Reading
from app.groups import TOP, Groups
from engine.declare import Direction
from engine.document import Document, Edge

BEFORE: Final = "<"  # the card of all that wires come from beyond the border; no node can be called so
BEYOND: Final = ">"  # the card of all that they go to
APART: Final = 340  # scene pixels from the left edge of such a card to that of the nearest thing


class Level:
    """One level of a document: which thing stands there for which node, and what of it its border shows."""

    def __init__(self, document: Document, level: str = TOP) -> None:
        self.document = document
        self.groups = Groups(document.layout)
        self.level = level
        self.shown: Mapping[str, str | None] = {
            node.id: self.groups.shown_as(node.id, level) for node in document.nodes
        }
        self.wires = tuple(edge for edge in document.edges if self._is_seen(edge))

    def faces(self, reading: Reading) -> dict[str, Face]:
        """Return the face of each thing on the level, then those of its border."""
        faces = {node.id: reading.face(node) for node in self.document.nodes if self.shown[node.id] == node.id}
        for group in self.groups.by_id:
            if self.groups.level_of(group) == self.level:
                faces[group] = self._group_face(group, reading)
        return faces | dict(self._border(reading))

    def places(self, places: Mapping[str, tuple[int, int]], faces: Iterable[str]) -> dict[str, tuple[int, int]]:
        """Return where the faces are, given where nodes are: those of the border left and right of the rest."""
        at = {**places, **{group.id: group.at for group in self.groups.by_id.values()}}
        found = {face: at[face] for face in faces if face in at}
        left = min((x for x, _ in found.values()), default=0) - APART
        right = max((x for x, _ in found.values()), default=0) + APART
        top = min((y for _, y in found.values()), default=0)
        border = {BEFORE: (left, top), BEYOND: (right, top)}
        return found | {face: border[face] for face in faces if face in border}

    def _is_seen(self, edge: Edge) -> bool:
        """Whether a wire runs between things of this level or across its border, and not inside one or outside."""
        source, target = self.shown[edge.source_node], self.shown[edge.target_node]
        return source != target or source == edge.source_node == edge.target_node

    def _group_face(self, group: str, reading: Reading) -> Face:
        inside = self.groups.nodes_in([group])
        crossing = {edge.source for edge in self.wires if self.shown[edge.source_node] == group}
        crossing |= {edge.target for edge in self.wires if self.shown[edge.target_node] == group}
        shown = crossing | set(reading.wanting(inside))
        ordered = [node.id for node in self.document.nodes if node.id in set(inside)]
        inputs, outputs = (_labelled(reading, ordered, direction, shown) for direction in ("in", "out"))
        titles = [reading.title(node) for node in ordered]
        count = f"{len(inside)} node{'s' * (len(inside) > 1)}"
        return Face(group, self.groups.title(group), GROUP, ", ".join(titles), inputs, outputs, about=count)

    def _border(self, reading: Reading) -> Iterator[tuple[str, Face]]:
        """Yield the cards of what lies beyond the border of the open group, where wires cross it."""
        sources = dict.fromkeys(edge.source for edge in self.wires if self.shown[edge.source_node] is None)
        targets = dict.fromkeys(edge.target for edge in self.wires if self.shown[edge.target_node] is None)
        if sources:
            plugs = tuple(_outside(reading, end, "out") for end in sources)
            what = "what enters this group"
            yield BEFORE, Face(BEFORE, "Comes in", BORDER, what, (), plugs, about="from outside")
        if targets:
            plugs = tuple(_outside(reading, end, "in") for end in targets)
            what = "what leaves this group"
            yield BEYOND, Face(BEYOND, "Goes out", BORDER, what, plugs, (), about="to outside")


def _labelled(reading: Reading, nodes: Iterable[str], direction: Direction, shown: set[str]) -> tuple[Plug, ...]:
    """Return those ports of nodes that are shown, named by their ends; their labels name the node where they must."""
    plugs = [plug for node in nodes for plug in reading.plugs(node, direction) if plug.end in shown]
    labels = Counter(plug.label for plug in plugs)
    return tuple(
        replace(plug, name=plug.end, label=plug.label if labels[plug.label] == 1 else plug.end) for plug in plugs
    )


def _outside(reading: Reading, end: str, direction: Direction) -> Plug:
    node, _, name = end.partition(".")
    plug = next(plug for plug in reading.plugs(node, direction) if plug.name == name)
    return replace(plug, name=end, direction=direction, label=end)
