"""The edits: named functions from one document to the next, without Qt.

A gesture in the studio ends in one of these, so that undo is a list of old documents and every edit can be tested as
a value. They keep what `Document` promises (unique ids, wires that end at nodes) and leave the question whether the
graph makes sense to `engine.checking`. Wires are written as in files: `"rollouts_1.experiences"`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from pydantic import JsonValue, ValidationError

from engine.catalogue import Catalogue
from engine.declare import OperatorSpec, Port
from engine.document import About, Document, Edge, Layout, Node, RunSettings, read, write
from engine.problems import NEW, Fix, GraphFileError, Place, Problem

Position = tuple[int, int]
Wire = tuple[str, str]  # source "node.port", target "node.port"

GRID = 20  # scene pixels; everything that is placed lies on it
WIDE, HIGH = 240, 140  # scene pixels that a node wants for itself


def add_node(document: Document, spec: OperatorSpec, position: Position) -> tuple[Document, str]:
    """Place an operator at `position` (left, top); return the document and the new node's id.

    Example: with `train_1` there, adding a Train One Step gives `train_2`.
    """
    node_id = free_id(spec.short or "node", {node.id for node in document.nodes})
    nodes = (*document.nodes, Node(id=node_id, type=spec.type))
    return _placed(document.replace(nodes=nodes), {node_id: position}), node_id


def free_id(stem: str, taken: Collection[str]) -> str:
    """Return the first of `stem_1`, `stem_2`, ... that is not taken."""
    number = 1
    while f"{stem}_{number}" in taken:
        number += 1
    return f"{stem}_{number}"


def remove_nodes(document: Document, node_ids: Collection[str]) -> Document:
    """Take nodes out, with their wires and positions."""
    gone = set(node_ids)
    places = {node_id: place for node_id, place in document.layout.nodes.items() if node_id not in gone}
    return document.replace(
        nodes=tuple(node for node in document.nodes if node.id not in gone),
        edges=tuple(edge for edge in document.edges if not gone & {edge.source_node, edge.target_node}),
        layout=_with_places(document.layout, places),
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
    return document.replace(edges=kept) if len(kept) < len(document.edges) else document


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
        document, new = add_node(document, spec, _free_below(document, ends))
    drawn = [[end.replace(NEW, new, 1) if end.startswith(f"{NEW}.") else end for end in wire] for wire in fix.draws]
    document = document.replace(edges=(*document.edges, *(_edge(source, target) for source, target in drawn)))
    for node, name, value in fix.sets:
        document = document.with_param(node, name, value)
    return document, new


def move_nodes(document: Document, places: Mapping[str, Position]) -> Document:
    """Give nodes new positions (left, top), on the grid."""
    return _placed(document, places)


def set_param(document: Document, catalogue: Catalogue, node_id: str, name: str, value: JsonValue) -> Document:
    """Set a parameter; one that equals its default is taken out, so that files hold only what was chosen.

    Example: `set_param(d, catalogue, "train_1", "epochs", 4)` removes `epochs`, as 4 is its default.
    """
    return document.with_param(node_id, name, None if _is_default(document, catalogue, node_id, name, value) else value)


def rename_node(document: Document, old: str, new: str) -> Document:
    """Give a node another id, in the node, its wires, its position, and what the nodes behind it say of it.

    Raises:
        GraphFileError: the new id is taken or cannot be an id.
    """
    if any(node.id == new for node in document.nodes):
        raise GraphFileError(Problem(Place(old, "id"), f"another node is called {new!r}"))
    nodes = tuple(_with_id(node, new) if node.id == old else node for node in document.nodes)
    nodes = _with_renamed_keys(nodes, document.edges, {old: new})
    places = {new if node_id == old else node_id: place for node_id, place in document.layout.nodes.items()}
    edges = _renamed_edges(document.edges, {old: new})
    return document.replace(nodes=nodes, edges=edges, layout=_with_places(document.layout, places))


def set_title(document: Document, title: str) -> Document:
    """Change the graph's title."""
    return document.replace(title=title)


def set_description(document: Document, description: str) -> Document:
    """Change the graph's description."""
    return document.replace(description=description)


def set_look_at(document: Document, look_at: str) -> Document:
    """Change what the gallery says to look at."""
    return document.replace(about=About(**_fields(document.about) | {"look_at": look_at}))


def set_run(document: Document, *, seed: int | None = None, stop: Mapping[str, float] | None = None) -> Document:
    """Change the seed, the conditions that stop a run, or both."""
    fields = _fields(document.run)
    fields |= {"seed": seed} if seed is not None else {}
    fields |= {"stop": dict(stop)} if stop is not None else {}
    return document.replace(run=RunSettings(**fields))


def copy(document: Document, node_ids: Collection[str]) -> str:
    """Return the nodes and the wires among them as the text of a graph file."""
    chosen = set(node_ids)
    places = {node_id: place for node_id, place in document.layout.nodes.items() if node_id in chosen}
    fragment = Document(
        title=document.title,
        nodes=tuple(node for node in document.nodes if node.id in chosen),
        edges=tuple(edge for edge in document.edges if {edge.source_node, edge.target_node} <= chosen),
        layout=Layout(nodes=places),
    )
    return write(fragment)


def paste(document: Document, text: str, offset: Position) -> tuple[Document, tuple[str, ...]]:
    """Add the nodes and wires of a graph's text, moved by `offset`; return the document and the new ids.

    Ids that are taken become the next free ones: `train_1` becomes `train_2`, in the wires too.

    Raises:
        GraphFileError: the text is no graph.
    """
    fragment = read(text)
    names = _new_names(document, fragment.nodes)
    renamed = _with_renamed_keys(fragment.nodes, fragment.edges, names)
    nodes = tuple(_with_id(node, names[node.id]) for node in renamed)
    edges = _renamed_edges(fragment.edges, names)
    grown = document.replace(nodes=document.nodes + nodes, edges=document.edges + edges)
    places = {
        names[node_id]: (x + offset[0], y + offset[1])
        for node_id, (x, y) in fragment.layout.nodes.items()
        if node_id in names
    }
    return _placed(grown, places), tuple(names.values())


def duplicate(document: Document, node_ids: Collection[str]) -> tuple[Document, tuple[str, ...]]:
    """Add a copy of the nodes and the wires among them, a little below and to the right; return the new ids too."""
    return paste(document, copy(document, node_ids), (2 * GRID, 2 * GRID))


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


def _new_names(document: Document, nodes: Sequence[Node]) -> dict[str, str]:
    taken = {node.id for node in document.nodes}
    names: dict[str, str] = {}
    for node in nodes:
        stem, _, number = node.id.rpartition("_")
        new = free_id(stem if number.isdecimal() and stem else node.id, taken) if node.id in taken else node.id
        taken.add(new)
        names[node.id] = new
    return names


def _edge(source: str, target: str) -> Edge:
    return Edge.model_validate({"from": source, "to": target})


def _with_id(node: Node, node_id: str) -> Node:
    try:
        return Node(**{**_fields(node), "id": node_id})
    except ValidationError:
        what = f"{node_id!r} cannot be a node's name: it takes letters, digits, _ and -, and starts with a letter"
        raise GraphFileError(Problem(Place(node.id, "id"), what)) from None


def _with_renamed_keys(nodes: Iterable[Node], edges: Iterable[Edge], names: Mapping[str, str]) -> tuple[Node, ...]:
    """Return the nodes; what a parameter such as Union's weights says of nodes before its own, it says by new ids."""
    behind = {(edge.target_node, edge.source_node) for edge in edges}

    def renamed(node: Node, value: JsonValue) -> JsonValue:
        if not isinstance(value, dict):
            return value
        return {names[key] if key in names and (node.id, key) in behind else key: one for key, one in value.items()}

    def with_renamed_keys(node: Node) -> Node:
        params = {name: renamed(node, value) for name, value in node.params.items()}
        return node if params == node.params else Node(**{**_fields(node), "params": params})

    return tuple(with_renamed_keys(node) for node in nodes)


def _renamed_edges(edges: Iterable[Edge], names: Mapping[str, str]) -> tuple[Edge, ...]:
    def renamed(node_id: str, port: str) -> str:
        return f"{names.get(node_id, node_id)}.{port}"

    return tuple(
        Edge(
            **{
                **_fields(edge),
                "source": renamed(edge.source_node, edge.source_port),
                "target": renamed(edge.target_node, edge.target_port),
            }
        )
        for edge in edges
    )


def _placed(document: Document, places: Mapping[str, Position]) -> Document:
    if not places:
        return document
    snapped = {node_id: on_grid(*place) for node_id, place in places.items()}
    return document.replace(layout=_with_places(document.layout, {**document.layout.nodes, **snapped}))


def _with_places(layout: Layout, places: Mapping[str, Position]) -> Layout:
    return Layout(**{**_fields(layout), "nodes": dict(places)})


def _fields(value: Node | Edge | RunSettings | Layout | About) -> dict[str, Any]:
    """The fields of a value, those that are unknown here included."""
    return {name: getattr(value, name) for name in type(value).model_fields} | (value.model_extra or {})
