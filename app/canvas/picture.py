"""What the canvas shows of a document, as plain values, and the difference between two of them.

A `Picture` holds a `Face` for each node (title, ports, the lines worth reading), a place for each node and a `Strand`
for each wire. The canvas draws the difference from the picture on screen to the next, so a move moves and nothing
else happens. No Qt here: what is shown can be tested as values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.canvas.faces import Face, Reading
from app.canvas.group_faces import Level
from app.canvas.marks import MarksDifference, Note, marks_difference, marks_of
from app.groups import TOP
from app.layouts import Mark, Position, Wire
from engine.catalogue import Catalogue
from engine.document import Document
from engine.kinds import Kind

NEW_COLUMN: Final = 240  # scene pixels between nodes that the document gives no place


@dataclass(frozen=True, slots=True)
class Strand:
    """How a wire looks: what it carries, and whether it is one stream for each actor."""

    kind: type[Kind]
    parallel: bool = False

    @property
    def is_handle(self) -> bool:
        """Whether it carries a handle, which is drawn dashed and quiet."""
        return self.kind.family == "handle"


@dataclass(frozen=True, slots=True)
class Picture:
    """What is on the canvas: what stands on one level of the document, by the ids of nodes and groups."""

    faces: Mapping[str, Face] = field(default_factory=dict)
    places: Mapping[str, Position] = field(default_factory=dict)
    strands: Mapping[Wire, Strand] = field(default_factory=dict)
    marks: Mapping[Mark, Note] = field(default_factory=dict)

    def homes(self) -> dict[Wire, tuple[str, str]]:
        """Return for each wire the two faces that it ends at."""
        leaving = {plug.end: face.node for face in self.faces.values() for plug in face.outputs}
        entering = {plug.end: face.node for face in self.faces.values() for plug in face.inputs}
        return {(source, target): (leaving[source], entering[target]) for source, target in self.strands}


@dataclass(frozen=True, slots=True)
class Difference:
    """What to do to one picture so that it becomes another, in this order.

    A node whose ports or operator changed is removed and added, with its wires; so is a wire that ends elsewhere.
    """

    unwired: tuple[Wire, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[str, ...]
    wired: tuple[Wire, ...]
    recoloured: tuple[Wire, ...]
    marks: MarksDifference

    @property
    def moves_wires(self) -> bool:
        """Whether wires need other routes afterwards."""
        nodes = (self.removed, self.added, self.changed, self.moved)
        return any((self.unwired, self.wired, *nodes, self.marks.leads))


def picture_of(document: Document, catalogue: Catalogue, level: str = TOP) -> Picture:
    """Return what the canvas shows of a level of a document: of the whole graph, or of the inside of a group."""
    reading, seen = Reading(document, catalogue), Level(document, level)
    faces = seen.faces(reading)
    strands = {
        (edge.source, edge.target): Strand(reading.kind(edge.source), reading.is_parallel(edge.source))
        for edge in seen.wires
    }
    inside = {wire for wire in strands if all(end.partition(".")[0] in faces for end in wire)}
    marks = marks_of(document.layout, level, inside)
    return Picture(faces, seen.places(_all_places(document), faces), strands, marks)


def difference(old: Picture, new: Picture) -> Difference:
    """Return what turns the picture `old` into `new`.

    Example: after a move only `moved` names a node; the rest is empty.
    """
    rebuilt = {node for node in old.faces.keys() & new.faces if _is_rebuilt(old.faces[node], new.faces[node])}
    before, after = old.homes(), new.homes()
    cut = {wire for wire in before.keys() & after if before[wire] != after[wire] or rebuilt & {*after[wire]}}
    kept = [node for node in new.faces if node in old.faces and node not in rebuilt]
    return Difference(
        unwired=tuple(wire for wire in old.strands if wire not in new.strands or wire in cut),
        removed=tuple(node for node in old.faces if node not in new.faces or node in rebuilt),
        added=tuple(node for node in new.faces if node not in old.faces or node in rebuilt),
        changed=tuple(node for node in kept if old.faces[node] != new.faces[node]),
        moved=tuple(node for node in kept if old.places[node] != new.places[node]),
        wired=tuple(wire for wire in new.strands if wire not in old.strands or wire in cut),
        recoloured=tuple(
            wire for wire, strand in new.strands.items() if wire not in cut and old.strands.get(wire, strand) != strand
        ),
        marks=marks_difference(old.marks, new.marks),
    )


def _all_places(document: Document) -> dict[str, Position]:
    """The document's places; nodes without one stand in a row below the rest."""
    placed = document.layout.nodes
    below = max((y for _, y in placed.values()), default=-NEW_COLUMN) + NEW_COLUMN
    lost = [node.id for node in document.nodes if node.id not in placed]
    row = {node_id: (index * NEW_COLUMN, below) for index, node_id in enumerate(lost)}
    return {node.id: placed.get(node.id) or row[node.id] for node in document.nodes}


def _is_rebuilt(old: Face, new: Face) -> bool:
    return old.ports != new.ports or old.is_placeholder != new.is_placeholder
