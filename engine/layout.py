"""Where and how a graph is drawn: the part of the document that changes nothing that runs.

Nodes have places; around them stand frames and comments, and wires are led through dots. A group draws several nodes as
one. All in scene pixels, x to the right and y downwards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated

from pydantic import Field, StringConstraints

from engine.fields import Coordinate, FromList, GroupRef, Length, NodeId, OnlyIfSaid, Point, PortRef, Value
from engine.problems import Place, Problem


class Frame(Value):
    """A titled rectangle around nodes that belong together: `{"title": "Learning", "rect": [0, 0, 480, 300]}`.

    It holds the nodes that lie within `rect` (left, top, width, height). `colour` is a name that themes know; one that
    they do not know is kept, and drawn as the first. `group` is the group inside which it stands, empty for none.
    """

    title: Annotated[str, StringConstraints(max_length=200)] = ""
    rect: Annotated[tuple[Coordinate, Coordinate, Length, Length], FromList]
    colour: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,32}$")] = "blue"
    group: Annotated[GroupRef, OnlyIfSaid] = ""


class Comment(Value):
    """A note on the canvas: `{"text": "why 8 epochs?", "at": [240, -80], "width": 220}`; `at` is its left, top.

    `group` is the group inside which it stands, empty for none.
    """

    text: Annotated[str, StringConstraints(max_length=5_000)] = ""
    at: Point
    width: Length = 220
    group: Annotated[GroupRef, OnlyIfSaid] = ""


class Dots(Value):
    """The points that a wire is led through, in order: `{"from": "a.x", "to": "b.y", "points": [[0, 60]]}`.

    Dots of a wire that is not there mean nothing.
    """

    source: PortRef = Field(alias="from")
    target: PortRef = Field(alias="to")
    points: Annotated[tuple[Point, ...], FromList, Field(max_length=100)]


class Group(Value):
    """Nodes that are drawn as one, which can be entered: `{"id": "replay", "nodes": ["store_1"], "at": [0, 0]}`.

    It changes nothing that runs: nodes and edges stay as flat as they are. `nodes` are those directly in it, `parent`
    is the id of the group that it is in, and `at` is where it is drawn there (left, top).
    """

    id: NodeId
    title: Annotated[str, StringConstraints(max_length=200)] = ""
    nodes: Annotated[tuple[NodeId, ...], FromList] = ()
    parent: Annotated[GroupRef, OnlyIfSaid] = ""
    at: Point = (0, 0)


class Layout(Value):
    """Where and how things are drawn, in scene pixels: node positions (left, top) and what stands around the nodes.

    What is said of a group, node or wire that is not there means nothing, save for the nodes of a group.
    """

    nodes: Mapping[NodeId, Point] = {}
    frames: Annotated[tuple[Frame, ...], FromList] = ()
    comments: Annotated[tuple[Comment, ...], FromList] = ()
    dots: Annotated[tuple[Dots, ...], FromList, OnlyIfSaid] = ()
    groups: Annotated[tuple[Group, ...], FromList, OnlyIfSaid] = ()


def group_problems(groups: tuple[Group, ...], nodes: Collection[str]) -> Iterator[Problem]:
    """Say where groups do not nest like folders: a node in two of them, one within itself, an id that is taken."""
    parents = {group.id: group.parent for group in groups}
    names = Counter([*nodes, *(group.id for group in groups)])
    homes = Counter(node for group in groups for node in group.nodes)
    for index, group in enumerate(groups):
        place = Place(field=f"layout.groups.{index}")
        if names[group.id] > 1:
            yield Problem(place, f"something else has the id of the group {group.id!r}", "give it another id")
        if group.parent and group.parent not in parents:
            yield Problem(place, f"the group {group.id!r} is in {group.parent!r}, which is no group", "take parent out")
        if _is_within_itself(group.id, parents):
            yield Problem(place, f"the group {group.id!r} is within itself", "take parent out")
        for node in group.nodes:
            if homes[node] > 1 or node not in nodes:
                what = "is in more than one group" if homes[node] > 1 else f"of the group {group.id!r} is not there"
                yield Problem(place, f"the node {node!r} {what}", "take it out of nodes")


def _is_within_itself(group: str, parents: Mapping[str, str]) -> bool:
    seen: set[str] = set()
    while group and group not in seen:
        seen.add(group)
        group = parents.get(group, "")
    return bool(group)
