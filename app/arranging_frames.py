"""The layout of a level that has frames: what is in a frame stays in it, and the frame fits around it.

A frame is laid out as a group would be: what it holds on its own, and then the frame as one large node among the rest.
No Qt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from app import edits
from app.annotations import Rect, move_marks, set_frame, straighten
from app.arranging import NODE, Graph, Size, arrange, graph_of, placed, up_to_grid
from app.edits import free_id, taken_ids
from app.groups import TOP, Groups
from app.layouts import Mark, Position, nodes_of
from engine.catalogue import Catalogue
from engine.document import Document
from engine.layout import Frame, Group, Layout

LEFT, TOP_ROOM, RIGHT, BOTTOM = 20, 60, 20, 20  # scene pixels between a frame and what it holds


@dataclass(frozen=True, slots=True)
class Framing:
    """What the frames of a level hold, innermost frames first.

    Attributes:
        frames: the frames that hold something, by their index in the layout.
        home: node, group or frame -> the frame that it is directly in; frames by their index.
    """

    frames: Mapping[int, Frame] = field(default_factory=dict)
    home: Mapping[str | int, int] = field(default_factory=dict)


def arrange_with_frames(
    document: Document, catalogue: Catalogue, level: str = TOP
) -> tuple[dict[str, Position], dict[int, Rect]]:
    """Return a position for every node and group of a level, and a rect for every frame that holds some of them."""
    framing = framing_of(document, catalogue, level)
    if not framing.frames:
        return arrange(document, catalogue, level), {}
    names = _names(document, framing)
    trial = document.replace(layout=_as_groups(document.layout, framing, names, level))
    sizes: dict[str, Size] = {}
    inside: dict[int, dict[str, Position]] = {}
    for index, name in names.items():
        graph = graph_of(trial, catalogue, name, sizes)
        inside[index] = placed(graph)
        sizes[name] = _size(graph, inside[index])
    places = placed(graph_of(trial, catalogue, level, sizes))
    rects: dict[int, Rect] = {}
    for index in reversed(names):
        left, top = places.pop(names[index])
        rects[index] = (left, top, *sizes[names[index]])
        places |= {thing: (left + LEFT + x, top + TOP_ROOM + y) for thing, (x, y) in inside[index].items()}
    return places, rects


def arranged(document: Document, catalogue: Catalogue, level: str = TOP) -> Document:
    """Return the document with a level laid out anew: comments in a frame go with it, dots on the level are gone."""
    places, rects = arrange_with_frames(document, catalogue, level)
    steps = {index: (rect, document.layout.frames[index].rect) for index, rect in rects.items()}
    comments = {
        Mark("comment", i): (comment.at[0] + new[0] - old[0], comment.at[1] + new[1] - old[1])
        for i, comment in enumerate(document.layout.comments)
        for new, old in steps.values()
        if _is_in(old, comment.at)
    }
    led = [(dots.source, dots.target) for dots in document.layout.dots if set(nodes_of(dots)) <= places.keys()]
    document = move_marks(edits.move_nodes(straighten(document, led), places), comments)
    for index, rect in rects.items():
        document = set_frame(document, index, rect=rect)
    return document


def framing_of(document: Document, catalogue: Catalogue, level: str = TOP) -> Framing:
    """Return what is in the frames of a level: a frame holds what has its middle in it, and frames that lie in it."""
    layout, graph = document.layout, graph_of(document, catalogue, level)
    known = Groups(layout).by_id
    at = {**layout.nodes, **{group.id: group.at for group in known.values()}}
    middles = {thing: _middle(at[thing], graph.height[thing]) for thing in graph.nodes if thing in at}
    homes = [frame.group if frame.group in known else TOP for frame in layout.frames]
    shown = [(index, frame) for index, frame in enumerate(layout.frames) if homes[index] == level]
    by_size = dict(sorted(shown, key=lambda item: item[1].rect[2] * item[1].rect[3]))
    home: dict[str | int, int] = {}
    for index, frame in by_size.items():
        held = [thing for thing, middle in middles.items() if _is_in(frame.rect, middle)]
        within = [other for other in by_size if other != index and _holds(frame.rect, by_size[other].rect)]
        home = dict.fromkeys((*held, *within), index) | home  # the smallest frame came first
    used = {index for thing in middles for index in _frames_around(thing, home)}
    kept = {thing: index for thing, index in home.items() if isinstance(thing, str) or thing in used}
    return Framing({index: frame for index, frame in by_size.items() if index in used}, kept)


def _frames_around(thing: str | int, home: Mapping[str | int, int]) -> Iterator[int]:
    while thing in home:
        thing = home[thing]
        yield thing


def _names(document: Document, framing: Framing) -> dict[int, str]:
    """Return an id that is not taken for each frame."""
    taken, names = taken_ids(document), {}
    for index in framing.frames:
        names[index] = free_id("frame", taken | {*names.values()})
    return names


def _as_groups(layout: Layout, framing: Framing, names: Mapping[int, str], level: str) -> Layout:
    """Return the layout with a group in place of each frame."""
    homes = {thing: names[index] for thing, index in framing.home.items() if isinstance(thing, str)}
    groups = [
        group.changed(
            nodes=tuple(node for node in group.nodes if node not in homes),
            parent=homes.get(group.id, group.parent),
        )
        for group in layout.groups
    ]
    held = {group.id for group in layout.groups}
    for index, name in names.items():
        nodes = tuple(thing for thing, home in homes.items() if home == name and thing not in held)
        outer = framing.home.get(index)
        groups.append(Group(id=name, nodes=nodes, parent=level if outer is None else names[outer]))
    return layout.changed(groups=tuple(groups))


def _size(graph: Graph, places: Mapping[str, Position]) -> Size:
    right = max(x + graph.width[thing] for thing, (x, _) in places.items())
    bottom = max(y + graph.height[thing] for thing, (_, y) in places.items())
    return up_to_grid(LEFT + right + RIGHT), up_to_grid(TOP_ROOM + bottom + BOTTOM)


def _middle(place: Position, height: int) -> tuple[float, float]:
    return place[0] + NODE / 2, place[1] + height / 2


def _is_in(rect: Rect, point: tuple[float, float]) -> bool:
    return 0 <= point[0] - rect[0] <= rect[2] and 0 <= point[1] - rect[1] <= rect[3]


def _holds(outer: Rect, inner: Rect) -> bool:
    corners = (inner[:2], (inner[0] + inner[2], inner[1] + inner[3]))
    return outer != inner and all(_is_in(outer, corner) for corner in corners)
