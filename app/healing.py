"""Taking nodes from between their wires, so that the streams that passed through them close up. Without Qt."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set

from app import edits
from app.layouts import Wire
from app.wire_rule import WireRule
from engine.catalogue import Catalogue
from engine.document import Document, Edge


def pull_out(document: Document, catalogue: Catalogue, node_ids: Collection[str]) -> Document:
    """Take out the stream wires between these nodes and the others, and join what they joined, where that may be.

    Handles stay, so that a node can be put in elsewhere. Example: of `a.out → b.in` and `b.out → c.in`, pulling `b`
    out leaves `a.out → c.in`; if `c` cannot take what `a` gives, it leaves nothing.
    """
    chosen = set(node_ids)
    streams = [edge for edge in document.edges if _is_stream(document, catalogue, edge)]
    cut = [(edge.source, edge.target) for edge in streams if _crosses(edge, chosen)]
    healed = edits.disconnect(document, cut)
    for source, target in _ways_through(streams, chosen):
        if WireRule(healed, catalogue)(source, target) is None:
            healed = edits.connect(healed, catalogue, source, target)
    return healed


def _ways_through(streams: Sequence[Edge], chosen: Set[str]) -> Iterator[Wire]:
    """Yield from where to where streams pass through the chosen nodes."""
    for entering in (edge for edge in streams if _crosses(edge, chosen) and edge.target_node in chosen):
        reached, waiting = {entering.target_node}, [entering.target_node]
        while waiting:
            node = waiting.pop()
            for edge in (edge for edge in streams if edge.source_node == node):
                if edge.target_node not in chosen:
                    yield entering.source, edge.target
                elif edge.target_node not in reached:
                    reached.add(edge.target_node)
                    waiting.append(edge.target_node)


def _crosses(edge: Edge, chosen: Set[str]) -> bool:
    return (edge.source_node in chosen) != (edge.target_node in chosen)


def _is_stream(document: Document, catalogue: Catalogue, edge: Edge) -> bool:
    port = edits.port_of(document, catalogue, edge.source)
    return port is None or not port.is_handle
