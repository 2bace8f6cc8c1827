"""What the canvas shows of a document, as plain values, and the difference between two of them.

A `Picture` holds a `Face` for each node (title, ports, the lines worth reading), a place for each node and a `Strand`
for each wire. The canvas draws the difference from the picture on screen to the next, so a move moves and nothing
else happens. No Qt here: what is shown can be tested as values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from engine.catalogue import Catalogue
from engine.checking import places
from engine.declare import Direction, OperatorSpec, Param, Port
from engine.document import Document, Edge, Node
from engine.kinds import Kind

Position = tuple[int, int]
Wire = tuple[str, str]  # source "node.port", target "node.port"

MOST_LINES: Final = 3  # parameters on a node; the form shows them all
FEWEST_LINES: Final = 2  # filled up with defaults, where the operator has as many
NEW_COLUMN: Final = 240  # scene pixels between nodes that the document gives no place


@dataclass(frozen=True, slots=True)
class Plug:
    """A port as it is shown: name, direction, what it carries, and a sentence for its tooltip."""

    name: str
    direction: Direction
    kind: type[Kind]
    help: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One parameter on a node; `chosen` if the document sets it, so that it is not just the default."""

    name: str
    value: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Face:
    """All that a node shows of itself; a node whose operator is not known is a placeholder without section."""

    node: str
    title: str
    section: str
    summary: str
    inputs: tuple[Plug, ...] = ()
    outputs: tuple[Plug, ...] = ()
    lines: tuple[Line, ...] = ()

    @property
    def is_placeholder(self) -> bool:
        """Whether the operator is unknown here."""
        return not self.section

    @property
    def subtitle(self) -> str:
        """The node's id, and that its operator is unknown if it is."""
        return f"{self.node} · unknown operator" if self.is_placeholder else self.node

    @property
    def ports(self) -> tuple[tuple[str, Direction], ...]:
        """The names and directions of all ports: what must stay for wires to stay."""
        return tuple((plug.name, plug.direction) for plug in (*self.inputs, *self.outputs))


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
    """What is on the canvas."""

    faces: Mapping[str, Face] = field(default_factory=dict)
    places: Mapping[str, Position] = field(default_factory=dict)
    strands: Mapping[Wire, Strand] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Difference:
    """What to do to one picture so that it becomes another, in this order.

    A node whose ports or operator changed is removed and added, with its wires.
    """

    unwired: tuple[Wire, ...]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    moved: tuple[str, ...]
    wired: tuple[Wire, ...]
    recoloured: tuple[Wire, ...]


def picture_of(document: Document, catalogue: Catalogue) -> Picture:
    """Return what the canvas shows of a document."""
    reading = _Reading(document, catalogue)
    return Picture(
        {node.id: reading.face(node) for node in document.nodes},
        _all_places(document),
        {(edge.source, edge.target): reading.strand(edge) for edge in document.edges},
    )


def difference(old: Picture, new: Picture) -> Difference:
    """Return what turns the picture `old` into `new`.

    Example: after a move only `moved` names a node; the rest is empty.
    """
    rebuilt = {node for node in old.faces.keys() & new.faces if _is_rebuilt(old.faces[node], new.faces[node])}
    cut = {wire for wire in old.strands.keys() & new.strands if _nodes_of(wire) & rebuilt}
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
    )


def short_value(value: JsonValue) -> str:
    """Return a parameter's value in few characters.

    Example: `2048` is `"2,048"`, `0.0003` is `"0.0003"`, `[64, 64]` is `"64, 64"`, `True` is `"on"`, `{}` is `"none"`.
    """
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, list | tuple):
        return ", ".join(short_value(part) for part in value) or "none"
    if isinstance(value, dict):
        return ", ".join(f"{key} {short_value(part)}" for key, part in value.items()) or "none"
    return "none" if value is None else value


class _Reading:
    """One document being read: its wires by the end they enter, and where its streams run."""

    def __init__(self, document: Document, catalogue: Catalogue) -> None:
        self.specs = {node.id: catalogue.spec(node.type) for node in document.nodes}
        self.edges = document.edges
        self.entering: dict[str, str] = {}
        for edge in document.edges:
            self.entering.setdefault(edge.target, edge.source)
        self.stream_places = places(document, catalogue)

    def face(self, node: Node) -> Face:
        """Return what the node shows."""
        spec = self.specs[node.id]
        inputs, outputs = self._plugs(node.id, spec, "in"), self._plugs(node.id, spec, "out")
        if spec is None:
            summary = f"There is no operator {node.type} here. The node is kept as it is, and saved with the graph."
            lines = tuple(Line(name, short_value(value), True) for name, value in node.params.items())
            return Face(node.id, node.type, "", summary, inputs, outputs, lines[:MOST_LINES])
        return Face(node.id, spec.title, spec.section, spec.summary, inputs, outputs, _lines(spec, node))

    def strand(self, edge: Edge) -> Strand:
        """Return how the wire looks."""
        return Strand(self._kind(edge.source), self.stream_places.get(edge.source) == "parallel")

    def _plugs(self, node_id: str, spec: OperatorSpec | None, direction: Direction) -> tuple[Plug, ...]:
        ports = () if spec is None else spec.inputs if direction == "in" else spec.outputs
        known = [Plug(port.name, direction, self._kind(f"{node_id}.{port.name}"), _sentence(port)) for port in ports]
        names = {plug.name for plug in known}
        ends = [edge.target if direction == "in" else edge.source for edge in self.edges]
        wired = dict.fromkeys(end.partition(".")[2] for end in ends if end.startswith(f"{node_id}."))
        help = "There is no such port here; the wire is kept, and saved with the graph."
        return (*known, *(Plug(name, direction, Kind, help) for name in wired if name not in names))

    def _kind(self, end: str) -> type[Kind]:
        """The kind at a wire's end, looked up along the wires where a port takes or passes on anything."""
        seen: set[str] = set()
        kind: type[Kind] = Kind
        while end and end not in seen:
            seen.add(end)
            node_id, _, name = end.partition(".")
            spec = self.specs[node_id]
            port = spec.port(name) if spec else None
            if port is None:
                return kind
            kind = port.kind
            if kind.shape != "ring":
                return kind
            end = f"{node_id}.{port.same_as}" if port.same_as else self.entering.get(end, "")
        return kind


def _lines(spec: OperatorSpec, node: Node) -> tuple[Line, ...]:
    """The parameters that the document sets, filled up with the first defaults that say something."""
    chosen = [_line(param, node) for param in spec.params if param.name in node.params][:MOST_LINES]
    defaults = [_line(param, node) for param in spec.params if param.name not in node.params and param.default]
    lines = chosen + defaults[: max(0, FEWEST_LINES - len(chosen))]
    order = {param.name: index for index, param in enumerate(spec.params)}
    return tuple(sorted(lines, key=lambda line: order[line.name]))


def _line(param: Param, node: Node) -> Line:
    chosen = param.name in node.params
    return Line(param.name, short_value(node.params[param.name] if chosen else param.default), chosen)


def _sentence(port: Port) -> str:
    need = "" if port.required or port.direction == "out" else " It may stay open."
    return f"{port.name} ({port.kind.title}): {port.help}.{need}"


def _all_places(document: Document) -> dict[str, Position]:
    """The document's places; nodes without one stand in a row below the rest."""
    placed = document.layout.nodes
    below = max((y for _, y in placed.values()), default=-NEW_COLUMN) + NEW_COLUMN
    lost = [node.id for node in document.nodes if node.id not in placed]
    row = {node_id: (index * NEW_COLUMN, below) for index, node_id in enumerate(lost)}
    return {node.id: placed.get(node.id) or row[node.id] for node in document.nodes}


def _is_rebuilt(old: Face, new: Face) -> bool:
    return old.ports != new.ports or old.is_placeholder != new.is_placeholder


def _nodes_of(wire: Wire) -> set[str]:
    return {end.partition(".")[0] for end in wire}
