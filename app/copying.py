"""Copy and paste: part of a graph as the text of a graph file, and such a text made part of a graph. Without Qt."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Literal

from app.edits import GRID, free_id, renamed_edges, taken_ids, with_id, with_renamed_keys
from app.groups import TOP, Groups
from app.layouts import Mark, Position, joined, nodes_of, on_level, shifted, with_nodes_in, with_renamed_nodes
from engine.document import Document, read, write
from engine.layout import Layout


def copy(document: Document, things: Collection[str], marks: Collection[Mark] = ()) -> str:
    """Return nodes and groups of one level as the text of a graph file.

    With them come all that is in the groups, the wires among the nodes, and the marked frames and comments.
    """
    groups, layout = Groups(document.layout), document.layout
    chosen = set(groups.all_in(things))
    fragment = Document(
        title=document.title,
        nodes=tuple(node for node in document.nodes if node.id in chosen),
        edges=tuple(edge for edge in document.edges if {edge.source_node, edge.target_node} <= chosen),
        layout=Layout(
            nodes={node_id: place for node_id, place in layout.nodes.items() if node_id in chosen},
            frames=_standing(layout.frames, "frame", chosen, marks),
            comments=_standing(layout.comments, "comment", chosen, marks),
            dots=tuple(dots for dots in layout.dots if set(nodes_of(dots)) <= chosen),
            groups=tuple(
                group.changed(parent=group.parent if group.parent in chosen else TOP)
                for group in layout.groups
                if group.id in chosen
            ),
        ),
    )
    return write(fragment)


def paste(document: Document, text: str, offset: Position, level: str = TOP) -> tuple[Document, tuple[str, ...]]:
    """Put what the text of a graph file holds on a level, moved by `offset`; return the document and what stands there.

    Ids that are taken become the next free ones: `train_1` becomes `train_2`, in the wires too.

    Raises:
        GraphFileError: the text is no graph.
    """
    fragment = read(text)
    things = Groups(fragment.layout).on(TOP, fragment)
    groups = (group.id for group in fragment.layout.groups)
    names = _new_names(document, (*(node.id for node in fragment.nodes), *groups))
    renamed = with_renamed_keys(fragment.nodes, fragment.edges, names)
    nodes = tuple(with_id(node, names[node.id]) for node in renamed)
    edges = renamed_edges(fragment.edges, names)
    drawn = on_level(with_renamed_nodes(shifted(fragment.layout, offset), names), level)
    loose = [names[node.id] for node in fragment.nodes if node.id in things]
    layout = joined(with_nodes_in(document.layout, loose, level), drawn, names.values())
    grown = document.replace(nodes=document.nodes + nodes, edges=document.edges + edges, layout=layout)
    return grown, tuple(names[thing] for thing in things)


def duplicate(
    document: Document, things: Collection[str], marks: Collection[Mark] = ()
) -> tuple[Document, tuple[str, ...]]:
    """Add a copy of nodes and groups of one level a little below and to the right of them; return what it is."""
    levels = {Groups(document.layout).level_of(thing) for thing in things}
    level = levels.pop() if len(levels) == 1 else TOP
    return paste(document, copy(document, things, marks), (2 * GRID, 2 * GRID), level)


def _standing(
    all_of_them: Sequence[Any], kind: Literal["frame", "comment"], chosen: Collection[str], marks: Collection[Mark]
) -> tuple[Any, ...]:
    """Return the frames or comments that stand in chosen groups, then those that are marked, out of their group."""
    inside = [one for one in all_of_them if one.group in chosen]
    marked = [one for index, one in enumerate(all_of_them) if Mark(kind, index) in marks and one not in inside]
    return (*inside, *(one.changed(group=TOP) for one in marked))


def _new_names(document: Document, ids: Iterable[str]) -> dict[str, str]:
    taken = taken_ids(document)
    names: dict[str, str] = {}
    for old in ids:
        stem, _, number = old.rpartition("_")
        new = free_id(stem if number.isdecimal() and stem else old, taken) if old in taken else old
        taken.add(new)
        names[old] = new
    return names
