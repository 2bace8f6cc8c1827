"""The wires of a document, looked up by port: in which order nodes follow, what each stream carries, where it runs.

Two ideas. One walk along the wires, handles and streams alike, gives the order in which nodes need each other and the
wires that close a loop; kinds and places are inferred in that order, from source to sink. What leaves a port declared
`same_as` an input is whatever enters there, so a kind is a set: empty while nothing is known yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from engine.catalogue import Catalogue
from engine.declare import OperatorSpec, Port
from engine.document import Document, Edge
from engine.kinds import Anything, Kind

StreamPlace = Literal["parallel", "local"]
Kinds = frozenset[type[Kind]]


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk along all wires found.

    Attributes:
        order: every node id, after those from which wires lead to it; wires that close a loop are left out.
        loops: each wire that closes a loop, with node ids around it: `("a", "b", "a")`, cut short with "…".
    """

    order: tuple[str, ...]
    loops: tuple[tuple[Edge, tuple[str, ...]], ...]


class Wiring:
    """A document read against a catalogue: built in linear time, then asked.

    Attributes:
        specs: node id -> what its operator declares, or None if the catalogue does not know it.
        entering: `"node.port"` of an input -> the wires that enter it, in the document's order.
        leaving: `"node.port"` of an output -> the wires that leave it.
    """

    def __init__(self, document: Document, catalogue: Catalogue) -> None:
        self.specs: Mapping[str, OperatorSpec | None] = {node.id: catalogue.spec(node.type) for node in document.nodes}
        self.edges: Sequence[Edge] = document.edges
        self.entering: dict[str, list[Edge]] = defaultdict(list)
        self.leaving: dict[str, list[Edge]] = defaultdict(list)
        for edge in document.edges:
            self.entering[edge.target].append(edge)
            self.leaving[edge.source].append(edge)

    def port(self, ref: str) -> Port | None:
        """Return the port at `"node.port"`, or None if its operator is not known or has no such port."""
        node, _, name = ref.partition(".")
        spec = self.specs.get(node)
        return spec.port(name) if spec else None

    def ports(self, node: str) -> tuple[Port, ...]:
        """Return the ports of a node; none if its operator is not known."""
        spec = self.specs.get(node)
        return spec.ports if spec else ()

    def title(self, node: str) -> str:
        """Return the name of the node's operator that people read, or the node's id if it is not known."""
        spec = self.specs.get(node)
        return spec.title if spec else node

    def streams_into(self, node: str) -> Iterator[tuple[Port, Edge]]:
        """Yield the stream wires that enter a node, each with its input port."""
        for port in self.ports(node):
            if port.direction == "in" and not port.is_handle:
                yield from ((port, edge) for edge in self.entering.get(f"{node}.{port.name}", ()))

    @cached_property
    def walk(self) -> Walk:
        """The order in which nodes need each other, and the loops that keep them from having one."""
        return _walk(self._following)

    @cached_property
    def givers(self) -> Mapping[type[Kind], str]:
        """Kind -> the first output `"node.port"` of the graph that is declared to give it."""
        outputs = [
            (port.kind, f"{node}.{port.name}")
            for node in self.specs
            for port in self.ports(node)
            if port.direction == "out"
        ]
        return dict(reversed(outputs))

    @cached_property
    def kinds(self) -> Mapping[str, Kinds]:
        """Output `"node.port"` -> the kinds of things that may leave it; empty where that is not known."""
        kinds: dict[str, Kinds] = {}
        for ref, node, port in self._outputs():
            if port.same_as:
                sources = self.entering.get(f"{node}.{port.same_as}", ())
                kinds[ref] = frozenset(kind for edge in sources for kind in kinds.get(edge.source, ()))
            else:
                kinds[ref] = frozenset({port.kind} - {Anything})
        return kinds

    @cached_property
    def places(self) -> Mapping[str, StreamPlace | None]:
        """Stream output `"node.port"` -> where its items are; None where that is not known."""
        places: dict[str, StreamPlace | None] = {}
        for ref, node, port in self._outputs():
            if port.is_handle:
                continue
            found = {places.get(edge.source) for taken, edge in self.streams_into(node) if taken.where == "any"}
            inferred: StreamPlace | None = "parallel" if "parallel" in found else "local" if "local" in found else None
            places[ref] = inferred if port.where == "any" else port.where
        return places

    def loops_with(self, edge: Edge) -> bool:
        """Say whether one more wire would close a loop."""
        seen, waiting = {edge.target_node}, [edge.target_node]
        while waiting and edge.source_node not in seen:
            found = {after.target_node for after in self._following[waiting.pop()]} - seen
            seen |= found
            waiting += found
        return edge.source_node in seen

    def _outputs(self) -> Iterator[tuple[str, str, Port]]:
        for node in self.walk.order:
            for port in self.ports(node):
                if port.direction == "out":
                    yield f"{node}.{port.name}", node, port

    @cached_property
    def _following(self) -> Mapping[str, Sequence[Edge]]:
        following: dict[str, list[Edge]] = {node: [] for node in self.specs}
        for edge in self.edges:
            following[edge.source_node].append(edge)
        return following


def _walk(following: Mapping[str, Sequence[Edge]]) -> Walk:
    """Search depth first, without recursion: a graph from a file may be thousands of nodes deep."""
    left = {node: iter(edges) for node, edges in following.items()}
    done: dict[str, None] = {}
    loops: list[tuple[Edge, tuple[str, ...]]] = []
    for start in following:
        path = [] if start in done else [start]
        depth = dict.fromkeys(path, 0)
        while path:
            edge = next(left[path[-1]], None)
            if edge is None:
                del depth[path[-1]]
                done[path.pop()] = None
            elif edge.target_node in depth:
                loops.append((edge, _around(path, depth[edge.target_node])))
            elif edge.target_node not in done:
                depth[edge.target_node] = len(path)
                path.append(edge.target_node)
    return Walk(tuple(reversed(done)), tuple(loops))


def _around(path: Sequence[str], first: int, most: int = 6) -> tuple[str, ...]:
    end = "…" if first + most < len(path) else path[first]
    return (*path[first : first + most], end)
