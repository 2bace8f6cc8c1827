"""Which wires may be drawn, asked while one is dragged, and which operators would fit at its loose end. No Qt.

The rules are `engine.checking`'s. One thing is kinder here: a port that takes one wire and has one may be wired anew,
since `edits.connect` makes room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app import edits
from engine.catalogue import Catalogue
from engine.checking import wire_fault, wire_rule
from engine.declare import OperatorSpec, Port
from engine.document import Document
from engine.kinds import Anything


class WireRule:
    """Says of any two ports of one document why no wire can join them, or None."""

    def __init__(self, document: Document, catalogue: Catalogue) -> None:
        self._document = document
        self._catalogue = catalogue
        self._fault = wire_rule(document, catalogue)
        self._wires = {(edge.source, edge.target) for edge in document.edges}
        self._wired = {end for wire in self._wires for end in wire}

    def __call__(self, source: str, target: str) -> str | None:
        """Say in one line why `source` cannot feed `target`, or None if it can."""
        fault = self._fault(source, target)
        occupied = source in self._wired or target in self._wired
        if not fault or not occupied or (source, target) in self._wires or not self._may_fit(source, target):
            return fault
        roomy = edits.make_room(self._document, self._catalogue, source, target)
        return wire_fault(roomy, self._catalogue, source, target)

    def _may_fit(self, source: str, target: str) -> bool:
        """Whether the two ports' kinds leave hope, so that asking again without the old wires is worth its time."""
        given, taken = (edits.port_of(self._document, self._catalogue, end) for end in (source, target))
        if given is None or taken is None:
            return True
        alike = Anything in (given.kind, taken.kind) or issubclass(given.kind, taken.kind)
        return alike and given.is_handle == taken.is_handle


@dataclass(frozen=True, slots=True)
class Fit:
    """An operator that may be added at a loose end, and the port to wire there; empty for none."""

    spec: OperatorSpec
    port: str = ""


def fits(document: Document, catalogue: Catalogue, end: str = "") -> tuple[Fit, ...]:
    """Return the operators that could take or give a wire at `end` (`"node.port"`); all of them for no end.

    Example: at `"rollouts_1.experiences"`, a parallel stream, Gather Sync fits with its port `shards`, and Train One
    Step does not.
    """
    if not end:
        return tuple(Fit(spec) for spec in catalogue.specs)
    port = edits.port_of(document, catalogue, end)
    found = (next(_fitting(document, catalogue, spec, end, port), None) for spec in catalogue.specs)
    return tuple(fit for fit in found if fit)


def possible_wires(document: Document, catalogue: Catalogue, end: str) -> Iterator[edits.Wire]:
    """Yield the wires that can be drawn between the port `"node.port"` and those of other nodes."""
    rule = WireRule(document, catalogue)
    port = edits.port_of(document, catalogue, end)
    for node in document.nodes:
        spec = catalogue.spec(node.type)
        for other in spec.ports if spec and port else ():
            ends = (end, f"{node.id}.{other.name}")
            wire = ends if port and port.direction == "out" else ends[::-1]
            if port and other.direction != port.direction and rule(*wire) is None:
                yield wire


def connect_new(document: Document, catalogue: Catalogue, node: str, fit: Fit, end: str) -> Document:
    """Wire a node that was added for `fit` to the loose end, whichever way the wire runs."""
    port = edits.port_of(document, catalogue, end)
    ours = f"{node}.{fit.port}"
    source, target = (end, ours) if port is None or port.direction == "out" else (ours, end)
    return edits.connect(document, catalogue, source, target)


def _fitting(
    document: Document, catalogue: Catalogue, spec: OperatorSpec, end: str, port: Port | None
) -> Iterator[Fit]:
    trial, node = edits.add_node(document, spec, (0, 0))
    rule = WireRule(trial, catalogue)
    outward = port is None or port.direction == "out"
    for candidate in spec.inputs if outward else spec.outputs:
        ours = f"{node}.{candidate.name}"
        if rule(*((end, ours) if outward else (ours, end))) is None:
            yield Fit(spec, candidate.name)
