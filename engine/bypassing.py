"""Bypassed nodes: the graph as it runs, with wires around what is switched off.

Two ideas. A node can be bypassed if the stream that leaves it could be the one that enters it: the same kind of items,
in the same place, one wire in and one out, and nothing else of it in use but the handles that it takes. And the way
round is drawn before anything reads the graph: checks, plans and runs see a document in which no node is bypassed, so
none of them knows of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from engine.catalogue import Catalogue
from engine.declare import Port
from engine.document import Document, Edge, Layout
from engine.problems import Place, Problem
from engine.wire_rules import one
from engine.wiring import Wiring

Wire = tuple[str, str]  # source and target

FIELD: Final = "bypassed"
HINT: Final = "switch it on again, or take it out"


def as_run(document: Document, catalogue: Catalogue) -> Document:
    """Return the graph that runs: without the nodes that are bypassed, with wires around them, and without layout.

    Example: of `a.out → b.in` and `b.out → c.in` with `b` bypassed, `a.out → c.in` is left. A node that cannot be
    bypassed stays, for `problems` to tell.
    """
    wiring = _wiring(document, catalogue)
    ways = _ways(document, wiring) if wiring else {}
    if not ways or wiring is None:
        return document
    nodes = tuple(node for node in document.nodes if node.id not in ways)
    edges = {(edge.source, edge.target): edge for edge in _led_around(document, wiring, ways)}
    return document.replace(nodes=nodes, edges=tuple(edges.values()), layout=Layout())


def stand_ins(document: Document, catalogue: Catalogue) -> Mapping[Wire, Wire]:
    """Return for each wire beside a bypassed node the wire that runs in its place, if one does.

    Example: of `a.out → b.in` and `b.out → c.in` with `b` bypassed, `a.out → c.in` runs in the place of both.
    """
    wiring = _wiring(document, catalogue)
    if wiring is None:
        return {}
    ways = _ways(document, wiring)
    back, forth = _back(wiring, ways), _forth(wiring, ways)
    running = {(edge.source, edge.target): (_beyond(edge.source, back), _beyond(edge.target, forth))
               for edge in document.edges}  # fmt: skip
    return {wire: (source, target) for wire, (source, target) in running.items()
            if source and target and (source, target) != wire}  # fmt: skip


def problems(document: Document, catalogue: Catalogue) -> Iterator[Problem]:
    """Say which bypassed nodes cannot be, and which wires around others would stand twice."""
    wiring = _wiring(document, catalogue)
    if wiring is None:
        return
    for node in document.nodes:
        if node.bypassed and (reason := _fault(wiring, node.id)):
            yield Problem(Place(node.id, FIELD), reason, HINT)
    ways = _ways(document, wiring)
    wires = Counter((edge.source, edge.target) for edge in _led_around(document, wiring, ways))
    for source, target in (wire for wire, count in wires.items() if count > 1):
        what = f"with the nodes between them bypassed, two wires run from {source} to {target}"
        yield Problem(Place(*target.split(".", 1)), what, "take out one of them")


def fault(document: Document, catalogue: Catalogue, node: str) -> str | None:
    """Say in one line why a node cannot be bypassed, or None if it can.

    Example: of `train_1` it is "Train One Step cannot be bypassed: it takes a batch and gives a train result".
    """
    return _fault(Wiring(document, catalogue), node)


def _wiring(document: Document, catalogue: Catalogue) -> Wiring | None:
    """Return the wires of a document that has bypassed nodes; of another nothing need be looked up."""
    return Wiring(document, catalogue) if any(node.bypassed for node in document.nodes) else None


def _ways(document: Document, wiring: Wiring) -> Mapping[str, tuple[str, str]]:
    """Return for each node to go around the stream input and the stream output between which its items pass."""
    passing = (node.id for node in document.nodes if node.bypassed and not _fault(wiring, node.id))
    return {node: (f"{node}.{entry.name}", f"{node}.{leave.name}") for node in passing
            for entry, leave in [_streams(wiring, node)] if entry and leave}  # fmt: skip


def _led_around(document: Document, wiring: Wiring, ways: Mapping[str, tuple[str, str]]) -> Iterator[Edge]:
    """Yield the wires between the nodes that run, each from where its items really come."""
    back = _back(wiring, ways)
    for edge in document.edges:
        source = _beyond(edge.source, back)
        if source is not None and edge.target_node not in ways:
            yield edge if source == edge.source else edge.model_copy(update={"source": source})


def _back(wiring: Wiring, ways: Mapping[str, tuple[str, str]]) -> Mapping[str, str | None]:
    """Return for each output to go around the one from which its items come."""
    return {leave: next((edge.source for edge in wiring.entering.get(entry, ())), None)
            for entry, leave in ways.values()}  # fmt: skip


def _forth(wiring: Wiring, ways: Mapping[str, tuple[str, str]]) -> Mapping[str, str | None]:
    """Return for each input to go around the one to which its items go."""
    return {entry: next((edge.target for edge in wiring.leaving.get(leave, ())), None)
            for entry, leave in ways.values()}  # fmt: skip


def _beyond(end: str, steps: Mapping[str, str | None]) -> str | None:
    """Go from port to port as long as there is a step; return where that ends, or None if it ends nowhere."""
    seen: set[str] = set()
    at: str | None = end
    while at is not None and at in steps and at not in seen:
        seen.add(at)
        at = steps[at]
    return None if at in seen else at


def _fault(wiring: Wiring, node: str) -> str | None:
    reason = _reason(wiring, node)
    return f"{wiring.title(node)} cannot be bypassed: {reason}" if reason else None


def _reason(wiring: Wiring, node: str) -> str | None:
    """Say what keeps the stream that enters a node from being the one that leaves it."""
    entry, leave = _streams(wiring, node)
    if wiring.specs.get(node) is None:
        return "nothing is known of this operator here"
    if entry is None or leave is None:
        return f"it {'gives' if entry else 'takes'} no stream"
    if leave.same_as != entry.name and leave.kind is not entry.kind:
        return f"it takes {one(entry.kind)} and gives {one(leave.kind)}"
    if leave.where != entry.where:
        return f"it takes a {entry.where} stream and gives a {leave.where} one"
    return _crowd(wiring, node, entry, leave)


def _crowd(wiring: Wiring, node: str, entry: Port, leave: Port) -> str | None:
    """Say what else than one stream in and one out is in use."""
    entering = len(wiring.entering.get(f"{node}.{entry.name}", ()))
    leaving = len(wiring.leaving.get(f"{node}.{leave.name}", ()))
    if entering > 1 or leaving > 1:
        return f"it {f'merges {entering} streams' if entering > 1 else f'gives its stream to {leaving} others'}"
    for port in wiring.ports(node):
        ref = f"{node}.{port.name}"
        if port.direction == "out" and port != leave and wiring.leaving.get(ref):
            return f"{wiring.leaving[ref][0].target_node} takes its {port.name!r}"
        if port.direction == "in" and not port.is_handle and port != entry and wiring.entering.get(ref):
            return f"it takes {port.name!r} too"
    return None


def _streams(wiring: Wiring, node: str) -> tuple[Port | None, Port | None]:
    """Return the first stream input and the first stream output of a node."""
    streams = [port for port in wiring.ports(node) if not port.is_handle]
    entry = next((port for port in streams if port.direction == "in"), None)
    return entry, next((port for port in streams if port.direction == "out"), None)
