"""The edits: named functions from one document to the next, without Qt.

A gesture in the studio ends in one of these, so that undo is a list of old documents and every edit can be tested as
a value. They keep what `Document` promises (unique ids, wires that end at nodes) and leave the question whether the
graph makes sense to `engine.checking`. Wires are written as in files: `"rollouts_1.experiences"`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pydantic import JsonValue, ValidationError

from app.groups import TOP, Groups
from app.layouts import (
    Position,
    Wire,
    with_moved_nodes,
    with_nodes_in,
    with_renamed_nodes,
    without_nodes,
    without_wires,
)
from engine.catalogue import Catalogue
from engine.declare import OperatorSpec, Port
from engine.document import Document, Edge, Node
from engine.problems import NEW, Fix, GraphFileError, Place, Problem

GRID = 20  # scene pixels; everything that is placed lies on it
WIDE, HIGH = 240, 140  # scene pixels that a node wants for itself


def add_node(document: Document, spec: OperatorSpec, position: Position, level: str = TOP) -> tuple[Document, str]:
    """Place an operator at `position` (left, top) of a level; return the document and the new node's id.

    Example: with `train_1` there, adding a Train One Step gives `train_2`.
    """
    node_id = free_id(spec.short or "node", taken_ids(document))
    grown = document.replace(nodes=(*document.nodes, Node(id=node_id, type=spec.type)))
    layout = with_moved_nodes(with_nodes_in(document.layout, [node_id], level), {node_id: on_grid(*position)})
    return grown.replace(layout=layout), node_id


def taken_ids(document: Document) -> set[str]:
    """Return the ids that no new node can have: those of nodes and groups."""
    return {node.id for node in document.nodes} | {group.id for group in document.layout.groups}


def free_id(stem: str, taken: Collection[str]) -> str:
    """Return the first of `stem_1`, `stem_2`, ... that is not taken."""
    number = 1
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"


def remove_nodes(document: Document, things: Collection[str]) -> Document:
    """Take nodes and groups out, with all that is in them, their wires and positions."""
    gone = set(Groups(document.layout).nodes_in(things))
    return document.replace(
        nodes=tuple(node for node in document.nodes if node.id not in gone),
        edges=tuple(edge for edge in document.edges if not gone & {edge.source_node, edge.target_node}),
        layout=without_nodes(document.layout, gone),
    )


def connect(document: Document, catalogue: Catalogue, source: str, target: str) -> Document:
    """Draw a wire. Where an end takes only one, the wire that was there makes room.

    Example: with `a.out → c.in` there and `c.in` taking one wire, connecting `b.out` leaves only `b.out → c.in`.
    """
    document = make_room(document, catalogue, source, target)
    return document.replace(edges=(*document.edges, _edge(source, target)))


def make_room(document: Document, catalogue: Catalogue, source: str, target: str) -> Document:
    """Take out the wires that one from `source` to `target` would replace, itself included."""
    full = {end for end in (source, target) if takes_one(document, catalogue, end)}
    wires = [(edge.source, edge.target) for edge in document.edges]
    return disconnect(document, [wire for wire in wires if wire == (source, target) or full & set(wire)])


def takes_one(document: Document, catalogue: Catalogue, end: str) -> bool:
    """Whether at most one wire may be at this port."""
    port = port_of(document, catalogue, end)
    return port is not None and not port.many


def disconnect(document: Document, wires: Iterable[Wire]) -> Document:
    """Take wires out."""
    gone = set(wires)
    kept = tuple(edge for edge in document.edges if (edge.source, edge.target) not in gone)
    if len(kept) == len(document.edges):
        return document
    return document.replace(edges=kept, layout=without_wires(document.layout, gone))


def insert_on_wire(document: Document, catalogue: Catalogue, node_id: str, wire: Wire) -> Document:
    """Put a node between the two ends of a wire, through its first stream input and output.

    A node without both leaves the document as it is.
    """
    spec = catalogue.spec(document.node(node_id).type)
    entry = next((port for port in spec.inputs if not port.is_handle), None) if spec else None
    leave = next((port for port in spec.outputs if not port.is_handle), None) if spec else None
    if entry is None or leave is None:
        return document
    source, target = wire
    document = disconnect(document, [wire])
    document = connect(document, catalogue, source, f"{node_id}.{entry.name}")
    return connect(document, catalogue, f"{node_id}.{leave.name}", target)


def mend(document: Document, catalogue: Catalogue, fix: Fix) -> tuple[Document, str]:
    """Carry out the fix of a problem that this document has; return the document and the new node's id, or nothing.

    Example: the fix "insert Gather Sync" of a wire from `a.out` to `b.in` cuts it, adds `gather_1` below the two, and
    draws `a.out → gather_1.shards` and `gather_1.items → b.in`.
    """
    document, new = disconnect(document, fix.cuts), ""
    spec = catalogue.spec(fix.adds)
    if spec:
        ends = {end.partition(".")[0] for wire in fix.draws for end in wire}
        levels = {Groups(document.layout).level_of(node) for node in ends if node != NEW}
        level = levels.pop() if len(levels) == 1 else TOP
        document, new = add_node(document, spec, _free_below(document, ends), level)
    drawn = [[end.replace(NEW, new, 1) if end.startswith(f"{NEW}.") else end for end in wire] for wire in fix.draws]
    document = document.replace(edges=(*document.edges, *(_edge(source, target) for source, target in drawn)))
    for node, name, value in fix.sets:
        document = document.with_param(node, name, value)
    return document, new


def move_nodes(document: Document, places: Mapping[str, Position]) -> Document:
    """Give things new positions (left, top) on the grid; a wire whose ends move alike takes its dots along."""
    if not places:
        return document
    snapped = {node_id: on_grid(*place) for node_id, place in places.items()}
    return document.replace(layout=with_moved_nodes(document.layout, snapped))


def set_param(document: Document, catalogue: Catalogue, node_id: str, name: str, value: JsonValue) -> Document:
    """Set a parameter; one that equals its default is taken out, so that files hold only what was chosen.

    Example: `set_param(d, catalogue, "train_1", "epochs", 4)` removes `epochs`, as 4 is its default.
    """
    return document.with_param(node_id, name, None if _is_default(document, catalogue, node_id, name, value) else value)


def set_bypassed(document: Document, node_ids: Collection[str], bypassed: bool) -> Document:
    """Let the streams of nodes pass as if the nodes were not there, or switch the nodes on again."""
    chosen = set(node_ids)
    nodes = tuple(node.changed(bypassed=bypassed) if node.id in chosen else node for node in document.nodes)
    return document.replace(nodes=nodes)


def rename_node(document: Document, old: str, new: str) -> Document:
    """Give a node another id, in the node, its wires, its position, and what the nodes behind it say of it.

    Raises:
        GraphFileError: the new id is taken or cannot be an id.
    """
    if new in taken_ids(document):
        raise GraphFileError(Problem(Place(old, "id"), f"another node is called {new!r}"))
    names = {old: new}
    nodes = tuple(with_id(node, new) if node.id == old else node for node in document.nodes)
    nodes = with_renamed_keys(nodes, document.edges, names)
    edges = renamed_edges(document.edges, names)
    return document.replace(nodes=nodes, edges=edges, layout=with_renamed_nodes(document.layout, names))


def set_title(document: Document, title: str) -> Document:
    """Change the graph's title."""
    return document.replace(title=title)


def set_description(document: Document, description: str) -> Document:
    """Change the graph's description."""
    return document.replace(description=description)


def set_look_at(document: Document, look_at: str) -> Document:
    """Change what the gallery says to look at."""
    return document.replace(about=document.about.changed(look_at=look_at))


def set_run(document: Document, *, seed: int | None = None, stop: Mapping[str, float] | None = None) -> Document:
    """Change the seed, the conditions that stop a run, or both."""
    changes: dict[str, Any] = {} if seed is None else {"seed": seed}
    changes |= {} if stop is None else {"stop": dict(stop)}
    return document.replace(run=document.run.changed(**changes))


def port_of(document: Document, catalogue: Catalogue, end: str) -> Port | None:
    """Return the declared port at the wire end `"node.port"`, or None if operator or port is unknown."""
    node_id, _, name = end.partition(".")
    spec = catalogue.spec(document.node(node_id).type)
    return spec.port(name) if spec else None


def on_grid(x: float, y: float) -> Position:
    """Return the nearest point of the grid: `on_grid(31, 9)` is `(40, 0)`."""
    return GRID * round(x / GRID), GRID * round(y / GRID)


def _free_below(document: Document, node_ids: Collection[str]) -> Position:
    """Return a place half way between these nodes and below them, where it covers no node."""
    places = document.layout.nodes
    ends = [places[node_id] for node_id in node_ids if node_id in places] or [(0, 0)]
    x, y = sum(left for left, _ in ends) // len(ends), max(top for _, top in ends) + HIGH
    while any(abs(left - x) < WIDE and abs(top - y) < HIGH for left, top in places.values()):
        y += GRID
    return on_grid(x, y)


def _is_default(document: Document, catalogue: Catalogue, node_id: str, name: str, value: JsonValue) -> bool:
    spec = catalogue.spec(document.node(node_id).type)
    param = spec.param(name) if spec else None
    return param is not None and param.fault(value) is None and bool(param.read(value) == param.default)


def _edge(source: str, target: str) -> Edge:
    return Edge.model_validate({"from": source, "to": target})


def with_id(node: Node, node_id: str) -> Node:
    """Return the node under another id.

    Raises:
        GraphFileError: it cannot be one.
    """
    try:
        return node.changed(id=node_id)
    except ValidationError:
        what = f"{node_id!r} cannot be a node's name: it takes letters, digits, _ and -, and starts with a letter"
        raise GraphFileError(Problem(Place(node.id, "id"), what)) from None


def with_renamed_keys(nodes: Iterable[Node], edges: Iterable[Edge], names: Mapping[str, str]) -> tuple[Node, ...]:
    """Return the nodes; what a parameter such as Union's weights says of nodes before its own, it says by new ids."""
    behind = {(edge.target_node, edge.source_node) for edge in edges}

    def renamed(node: Node, value: JsonValue) -> JsonValue:
        if not isinstance(value, dict):
            return value
        return {names[key] if key in names and (node.id, key) in behind else key: one for key, one in value.items()}

    def with_renamed_keys(node: Node) -> Node:
        params = {name: renamed(node, value) for name, value in node.params.items()}
        return node if params == node.params else node.changed(params=params)

    return tuple(with_renamed_keys(node) for node in nodes)


def renamed_edges(edges: Iterable[Edge], names: Mapping[str, str]) -> tuple[Edge, ...]:
    """Return the wires between nodes that have new ids."""

    def renamed(node_id: str, port: str) -> str:
        return f"{names.get(node_id, node_id)}.{port}"

    return tuple(
        edge.changed(
            source=renamed(edge.source_node, edge.source_port), target=renamed(edge.target_node, edge.target_port)
        )
        for edge in edges
    )
