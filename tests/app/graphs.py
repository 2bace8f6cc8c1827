"""Small graphs that the studio's tests are about."""

from __future__ import annotations

from engine.document import Document, Edge, Layout, Node

CHAIN = ("concat_1", "standardize_1")


def chain() -> Document:
    """Concat Batches wired to Standardize Fields, at (0, 0) and (260, 0)."""
    return Document(
        title="A chain",
        nodes=(Node(id="concat_1", type="ConcatBatches"), Node(id="standardize_1", type="StandardizeFields")),
        edges=(Edge(source="concat_1.joined", target="standardize_1.batches"),),
        layout=Layout(nodes={"concat_1": (0, 0), "standardize_1": (260, 0)}),
    )


def wires(document: Document) -> set[tuple[str, str]]:
    """The wires as (source, target)."""
    return {(edge.source, edge.target) for edge in document.edges}


def ids(document: Document) -> list[str]:
    """The node ids in order."""
    return [node.id for node in document.nodes]


def union_of(weights: dict[str, float]) -> Document:
    """A Union of what leaves a and b, with these weights."""
    nodes = (Node(id="a", type="Report"), Node(id="b", type="Report"))
    union = Node(id="union_1", type="Union", params={"weights": weights})
    edges = tuple(Edge(source=f"{node}.items", target="union_1.items") for node in "ab")
    return Document(nodes=(*nodes, union), edges=edges)
