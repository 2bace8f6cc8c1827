"""Copy and paste: part of a graph as the text of a graph file, and such a text made part of a graph. Without Qt."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from app.edits import GRID, free_id, renamed_edges, taken_ids, with_id, with_renamed_keys
from app.layouts import Mark, Position, joined, nodes_of, shifted, with_renamed_nodes
from engine.document import Document, Layout, Node, read, write


def copy(document: Document, node_ids: Collection[str], marks: Collection[Mark] = ()) -> str:
    """Return the nodes, the wires among them and the marked frames and comments as the text of a graph file."""
    chosen, layout = set(node_ids), document.layout
    fragment = Document(
        title=document.title,
        nodes=tuple(node for node in document.nodes if node.id in chosen),
        edges=tuple(edge for edge in document.edges if {edge.source_node, edge.target_node} <= chosen),
        layout=Layout(
            nodes={node_id: place for node_id, place in layout.nodes.items() if node_id in chosen},
            frames=tuple(frame for index, frame in enumerate(layout.frames) if Mark("frame", index) in marks),
            comments=tuple(comment for index, comment in enumerate(layout.comments) if Mark("comment", index) in marks),
            dots=tuple(dots for dots in layout.dots if set(nodes_of(dots)) <= chosen),
        ),
    )
    return write(fragment)


def paste(document: Document, text: str, offset: Position) -> tuple[Document, tuple[str, ...]]:
    """Add what the text of a graph file holds, moved by `offset`; return the document and the new nodes' ids.

    Ids that are taken become the next free ones: `train_1` becomes `train_2`, in the wires too.

    Raises:
        GraphFileError: the text is no graph.
    """
    fragment = read(text)
    names = _new_names(document, fragment.nodes)
    renamed = with_renamed_keys(fragment.nodes, fragment.edges, names)
    nodes = tuple(with_id(node, names[node.id]) for node in renamed)
    edges = renamed_edges(fragment.edges, names)
    drawn = with_renamed_nodes(shifted(fragment.layout, offset), names)
    layout = joined(document.layout, drawn, names.values())
    grown = document.replace(nodes=document.nodes + nodes, edges=document.edges + edges, layout=layout)
    return grown, tuple(names.values())


def duplicate(
    document: Document, node_ids: Collection[str], marks: Collection[Mark] = ()
) -> tuple[Document, tuple[str, ...]]:
    """Add a copy of the nodes and the wires among them, a little below and to the right; return the new ids too."""
    return paste(document, copy(document, node_ids, marks), (2 * GRID, 2 * GRID))


def _new_names(document: Document, nodes: Sequence[Node]) -> dict[str, str]:
    taken = taken_ids(document)
    names: dict[str, str] = {}
    for node in nodes:
        stem, _, number = node.id.rpartition("_")
        new = free_id(stem if number.isdecimal() and stem else node.id, taken) if node.id in taken else node.id
        taken.add(new)
        names[node.id] = new
    return names
