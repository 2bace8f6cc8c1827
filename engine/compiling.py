"""Turns a checked document into a plan: operators in the order in which they need each other, and their wires."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from typing import Any

from engine.bypassing import as_run
from engine.catalogue import Catalogue
from engine.dataflow import Local, Parallel, Stream, failure_of
from engine.declare import Operator, Run, named
from engine.document import Document, Edge
from engine.problems import FAILURES, FlowError


@dataclass(frozen=True, slots=True)
class Opened:
    """A plan whose operators are ready.

    Attributes:
        sinks: the streams to pull.
        streams, handles: by node, the stream that leaves it, and its handle.
        wires: by `"from→to"`, the stream that enters the node at its end.
    """

    sinks: tuple[Local, ...]
    streams: Mapping[str, Stream]
    handles: Mapping[str, Any]
    wires: Mapping[str, Stream] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """A graph made ready to run.

    Attributes:
        operators: by node id, each after every node that it takes a handle or a stream from.
        entering: by node id, the wires that enter it, in file order.
    """

    operators: Mapping[str, Operator]
    entering: Mapping[str, tuple[Edge, ...]]

    def open(self, run: Run, ready: Callable[[Operator], None]) -> Opened:
        """Provide every handle, then build every stream; `ready` hears of each operator that must be closed again.

        Raises:
            RunFailed: an operator could not be made ready; the problem names it.
        """
        handles: dict[str, Any] = {}
        for node, operator in self.operators.items():
            handles[node] = self._provide(operator, run, handles)
            ready(operator)
        streams: dict[str, Stream] = {}
        wires: dict[str, Stream] = {}
        for node, operator in self.operators.items():
            upstreams = self._upstreams(operator, streams, wires)
            if any(not port.is_handle for port in operator.spec.ports):
                streams[node] = operator.stream(upstreams)
        feeding = set(self.stream_wires.values())
        sinks = [stream for node, stream in streams.items() if node not in feeding]
        return Opened(tuple(sink for sink in sinks if not isinstance(sink, Parallel)), streams, handles, wires)

    def _provide(self, operator: Operator, run: Run, handles: Mapping[str, Any]) -> Any:
        given: dict[str, Any] = {}
        for port in operator.spec.inputs:
            if port.is_handle:
                wired = [handles[e.source_node] for e in self.entering[operator.node] if e.target_port == port.name]
                given[port.name] = tuple(wired) if port.many else (wired[0] if wired else None)
        try:
            return named(operator, operator.provide(run, **given))
        except FlowError:
            raise
        except FAILURES as error:
            raise failure_of(operator.node, error) from error

    def _upstreams(
        self, operator: Operator, streams: Mapping[str, Stream], wires: dict[str, Stream]
    ) -> dict[str, list[Stream]]:
        """Return the streams that enter a node, by port, and put each in `wires`."""
        upstreams: dict[str, list[Stream]] = defaultdict(list)
        for edge in self.entering[operator.node]:
            if not self._is_handle(edge):
                stream = wires[_wire(edge)] = streams[edge.source_node].branch(operator.node, edge.source_port)
                upstreams[edge.target_port].append(stream)
        return upstreams

    @property
    def stream_wires(self) -> dict[str, str]:
        """Every stream wire, as `"from→to"`, with the node that it leaves."""
        wires = [edge for edges in self.entering.values() for edge in edges if not self._is_handle(edge)]
        return {_wire(edge): edge.source_node for edge in wires}

    def _is_handle(self, edge: Edge) -> bool:
        port = self.operators[edge.target_node].spec.port(edge.target_port)
        return port is not None and port.is_handle


def _wire(edge: Edge) -> str:
    return f"{edge.source}→{edge.target}"


def compile_document(document: Document, catalogue: Catalogue) -> Plan:
    """Return the plan of a document in which `checking.check` found no error.

    Example: the plan of a graph Environment → Policy → Rollouts lists them in this order, whatever their order in
    the file. Nodes that are bypassed are not in it.
    """
    document = as_run(document, catalogue)
    needs: dict[str, set[str]] = {node.id: set() for node in document.nodes}
    entering: dict[str, list[Edge]] = {node.id: [] for node in document.nodes}
    for edge in document.edges:
        needs[edge.target_node].add(edge.source_node)
        entering[edge.target_node].append(edge)
    order = TopologicalSorter(needs).static_order()
    nodes = {node.id: node for node in document.nodes}
    operators = {id_: catalogue.operators[nodes[id_].type](id_, nodes[id_].params) for id_ in order}
    for edge in document.edges:
        operators[edge.target_node].providers[edge.target_port] = operators[edge.source_node]
    return Plan(operators, {id_: tuple(edges) for id_, edges in entering.items()})
