"""The edits of groups: several things drawn as one, taken apart again, renamed. Nodes and wires never change. No Qt."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, Literal

from app.edits import free_id, taken_ids
from app.groups import Groups
from app.layouts import Mark, Position, shifted, with_nodes_in, with_renamed_nodes
from engine.document import Document
from engine.layout import Group, Layout

TITLE: Final = "Group"


def group(
    document: Document, things: Collection[str], marks: Collection[Mark] = (), title: str = TITLE
) -> tuple[Document, str]:
    """Draw things of one level as one, where their upper left corner is; return the document and the group's id.

    The marked frames and comments stand inside it then.
    Example: `group(document, ["concat_1", "train_1"])` gives `group_1`, with both in its nodes.
    """
    new, old = free_id("group", taken_ids(document)), Groups(document.layout)
    nodes = tuple(thing for thing in things if thing not in old.by_id)
    level, at = old.level_of(next(iter(things))), corner(document.layout, things)
    groups = tuple(
        one.changed(
            nodes=tuple(node for node in one.nodes if node not in nodes), parent=new if one.id in things else one.parent
        )
        for one in document.layout.groups
    )
    made = Group(id=new, title=title, nodes=nodes, parent=level, at=at)
    layout = document.layout.changed(
        groups=(*groups, made),
        frames=_put_inside(document.layout.frames, "frame", marks, new),
        comments=_put_inside(document.layout.comments, "comment", marks, new),
    )
    return document.replace(layout=layout), new


def ungroup(document: Document, group_id: str) -> tuple[Document, tuple[str, ...]]:
    """Take a group apart where it stands; return the document and what was in it, now on the group's level."""
    groups = Groups(document.layout)
    gone, freed = groups.by_id[group_id], groups.on(group_id, document)
    x, y = corner(document.layout, freed)
    layout = shifted(document.layout, (gone.at[0] - x, gone.at[1] - y), group_id)
    layout = layout.changed(groups=tuple(one for one in layout.groups if one.id != group_id))
    layout = with_nodes_in(with_renamed_nodes(layout, {group_id: gone.parent}), gone.nodes, gone.parent)
    return document.replace(layout=layout), freed


def rename_group(document: Document, group_id: str, title: str) -> Document:
    """Give a group another title; its id stays."""
    groups = tuple(one.changed(title=title) if one.id == group_id else one for one in document.layout.groups)
    return document.replace(layout=document.layout.changed(groups=groups))


def corner(layout: Layout, things: Collection[str]) -> Position:
    """Return the upper left corner of things, those without a place left out."""
    at = {**layout.nodes, **{group.id: group.at for group in layout.groups}}
    places = [at[thing] for thing in things if thing in at] or [(0, 0)]
    return min(x for x, _ in places), min(y for _, y in places)


def _put_inside(
    standing: Sequence[Any], kind: Literal["frame", "comment"], marks: Collection[Mark], group_id: str
) -> tuple[Any, ...]:
    """Return frames or comments, those that are marked inside a group."""
    return tuple(
        one.changed(group=group_id) if Mark(kind, index) in marks else one for index, one in enumerate(standing)
    )
