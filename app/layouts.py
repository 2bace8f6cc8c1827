"""Keeps the drawing true to the graph: what happens to places, dots and groups when nodes and wires go or are renamed.

Functions from one layout to the next, without Qt. What stands for itself, as frames and comments do, stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, NamedTuple

from app.groups import TOP, Groups, tidy
from engine.layout import Dots, Group, Layout

Position = tuple[int, int]
Wire = tuple[str, str]  # source "node.port", target "node.port"


class Mark(NamedTuple):
    """Something that is drawn beside the nodes: a frame or comment of the layout by its index, or a dot of a wire.

    Example: `Mark("frame", 0)` is the first frame, `Mark("dot", 1, ("a.out", "b.in"))` the second dot of a wire.
    """

    kind: Literal["frame", "comment", "dot"]
    index: int
    wire: Wire | None = None


def without_nodes(layout: Layout, gone: Collection[str]) -> Layout:
    """Forget nodes: their places, the dots of their wires, and that they were in a group; empty groups go too."""
    left = layout.changed(
        nodes={node: place for node, place in layout.nodes.items() if node not in gone},
        dots=tuple(dots for dots in layout.dots if not set(nodes_of(dots)) & set(gone)),
        groups=tuple(_without(group, gone) for group in layout.groups),
    )
    return tidy(left)


def without_wires(layout: Layout, gone: Collection[Wire]) -> Layout:
    """Forget the dots of wires."""
    kept = tuple(dots for dots in layout.dots if (dots.source, dots.target) not in gone)
    return layout.changed(dots=kept) if len(kept) < len(layout.dots) else layout


def with_renamed_nodes(layout: Layout, names: Mapping[str, str]) -> Layout:
    """Call nodes and groups by their new ids."""

    def new(thing: str) -> str:
        return names.get(thing, thing)

    def renamed(end: str) -> str:
        node, _, port = end.partition(".")
        return f"{new(node)}.{port}"

    return layout.changed(
        nodes={new(node): place for node, place in layout.nodes.items()},
        frames=tuple(frame.changed(group=new(frame.group)) for frame in layout.frames),
        comments=tuple(comment.changed(group=new(comment.group)) for comment in layout.comments),
        dots=tuple(dots.changed(source=renamed(dots.source), target=renamed(dots.target)) for dots in layout.dots),
        groups=tuple(
            group.changed(id=new(group.id), parent=new(group.parent), nodes=tuple(map(new, group.nodes)))
            for group in layout.groups
        ),
    )


def with_moved_nodes(layout: Layout, places: Mapping[str, Position]) -> Layout:
    """Give nodes and groups new places. Dots of a wire whose two ends move alike go along.

    Example: when `a` and `b` both move by (40, 0), a dot of `a.out → b.in` at (100, 60) comes to (140, 60).
    """
    steps = {node: _step(layout.nodes.get(node, place), place) for node, place in places.items()}
    dots = tuple(_moved(dots, steps) for dots in layout.dots)
    groups = tuple(group.changed(at=places.get(group.id, group.at)) for group in layout.groups)
    nodes = {thing: place for thing, place in places.items() if thing not in {group.id for group in groups}}
    return layout.changed(nodes={**layout.nodes, **nodes}, dots=dots, groups=groups)


def shifted(layout: Layout, by: Position, level: str = TOP) -> Layout:
    """Move all that stands on a level; what is inside groups there has places of its own."""
    level_of = Groups(layout).level_of

    def moved(place: Position, there: str) -> Position:
        return _sum(place, by) if there == level else place

    return layout.changed(
        nodes={node: moved(place, level_of(node)) for node, place in layout.nodes.items()},
        frames=tuple(
            frame.changed(rect=(*moved(frame.rect[:2], frame.group), *frame.rect[2:])) for frame in layout.frames
        ),
        comments=tuple(comment.changed(at=moved(comment.at, comment.group)) for comment in layout.comments),
        dots=tuple(
            _shifted(dots, by) if {level_of(node) for node in nodes_of(dots)} == {level} else dots
            for dots in layout.dots
        ),
        groups=tuple(group.changed(at=moved(group.at, group.parent)) for group in layout.groups),
    )


def with_nodes_in(layout: Layout, nodes: Iterable[str], level: str) -> Layout:
    """Put nodes that are in no group into the group that is the level; on the top there is none."""
    more = tuple(nodes)
    return layout.changed(
        groups=tuple(
            group.changed(nodes=(*group.nodes, *more)) if group.id == level else group for group in layout.groups
        )
    )


def on_level(layout: Layout, level: str) -> Layout:
    """Let what is in no group, but for nodes, stand on a level that another layout has."""
    if level == TOP:
        return layout
    return layout.changed(
        frames=tuple(frame.changed(group=frame.group or level) for frame in layout.frames),
        comments=tuple(comment.changed(group=comment.group or level) for comment in layout.comments),
        groups=tuple(group.changed(parent=group.parent or level) for group in layout.groups),
    )


def joined(layout: Layout, more: Layout, nodes: Collection[str]) -> Layout:
    """Return a layout with all that another has, of nodes only the named ones."""
    return layout.changed(
        nodes={**layout.nodes, **{node: place for node, place in more.nodes.items() if node in nodes}},
        frames=layout.frames + more.frames,
        comments=layout.comments + more.comments,
        dots=layout.dots + more.dots,
        groups=layout.groups + more.groups,
    )


def nodes_of(dots: Dots) -> tuple[str, str]:
    """Return the ids of the nodes at the two ends of a wire that has dots."""
    return dots.source.partition(".")[0], dots.target.partition(".")[0]


def _step(old: Position, new: Position) -> Position:
    return new[0] - old[0], new[1] - old[1]


def _moved(dots: Dots, steps: Mapping[str, Position]) -> Dots:
    first, last = (steps.get(node, (0, 0)) for node in nodes_of(dots))
    if first != last or first == (0, 0):
        return dots
    return _shifted(dots, first)


def _shifted(dots: Dots, by: Position) -> Dots:
    return dots.changed(points=tuple(_sum(point, by) for point in dots.points))


def _sum(point: Position, by: Position) -> Position:
    return point[0] + by[0], point[1] + by[1]


def _without(group: Group, gone: Collection[str]) -> Group:
    kept = tuple(node for node in group.nodes if node not in gone)
    return group.changed(nodes=kept) if len(kept) < len(group.nodes) else group
