"""The edits of what stands beside the nodes: frames around them, comments, and the dots that lead a wire. Without Qt.

Frames and comments have no names: a `Mark` says which by its index in the layout, for as long as the document is this
one. None of it changes what runs. Frames and comments lie on the grid, dots on one of half its step.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from app.edits import GRID
from app.layouts import Mark, Position, Wire
from engine.document import Document
from engine.layout import Comment, Dots, Frame

SMALLEST: Final = (120, 80)  # scene pixels that a frame keeps: its title must fit
NARROWEST: Final = 100  # of a comment
MOST_DOTS: Final = 100  # on a wire
Rect = tuple[int, int, int, int]  # left, top, width, height


def add_frame(document: Document, rect: Rect, title: str, group: str = "") -> tuple[Document, Mark]:
    """Draw a frame; return the document and which it is."""
    frames = (*document.layout.frames, Frame(title=title, rect=_rect_on_grid(rect), group=group))
    return _laid_out(document, frames=frames), Mark("frame", len(frames) - 1)


def add_comment(document: Document, at: Position, group: str = "") -> tuple[Document, Mark]:
    """Put an empty comment somewhere; return the document and which it is."""
    comments = (*document.layout.comments, Comment(at=_on(GRID, at), group=group))
    return _laid_out(document, comments=comments), Mark("comment", len(comments) - 1)


def set_frame(document: Document, index: int, **changes: Any) -> Document:
    """Change a frame's title, colour or rect.

    Example: `set_frame(document, 0, rect=(0, 0, 10, 10))` makes it 120 by 80, the smallest that a frame is.
    """
    if "rect" in changes:
        changes["rect"] = _rect_on_grid(changes["rect"])
    frame = document.layout.frames[index].changed(**changes)
    return _laid_out(document, frames=_put(document.layout.frames, index, frame))


def set_comment(document: Document, index: int, **changes: Any) -> Document:
    """Change a comment's text or width; one without text is taken out."""
    if "width" in changes:
        changes["width"] = max(NARROWEST, GRID * round(changes["width"] / GRID))
    comment = document.layout.comments[index].changed(**changes)
    if not comment.text.strip():
        return remove_marks(document, [Mark("comment", index)])
    return _laid_out(document, comments=_put(document.layout.comments, index, comment))


def move_marks(document: Document, places: Mapping[Mark, Position]) -> Document:
    """Give frames and comments a new left, top, and dots a new place."""
    frames, comments, dots = list(document.layout.frames), list(document.layout.comments), _dots(document)
    for mark, place in places.items():
        if mark.kind == "frame":
            frames[mark.index] = _frame_at(frames[mark.index], place)
        elif mark.kind == "comment":
            comments[mark.index] = comments[mark.index].changed(at=_on(GRID, place))
        elif mark.wire in dots:
            dots[mark.wire] = _put(dots[mark.wire], mark.index, _on(GRID // 2, place))
    return _with_dots(_laid_out(document, frames=tuple(frames), comments=tuple(comments)), dots)


def remove_marks(document: Document, marks: Collection[Mark]) -> Document:
    """Take frames, comments and dots out; what is in a frame stays."""
    gone, layout = set(marks), document.layout
    dots = {
        wire: tuple(point for index, point in enumerate(points) if Mark("dot", index, wire) not in gone)
        for wire, points in _dots(document).items()
    }
    frames = tuple(frame for index, frame in enumerate(layout.frames) if Mark("frame", index) not in gone)
    comments = tuple(comment for index, comment in enumerate(layout.comments) if Mark("comment", index) not in gone)
    return _with_dots(_laid_out(document, frames=frames, comments=comments), dots)


def add_dot(document: Document, wire: Wire, index: int, at: Position) -> tuple[Document, Mark]:
    """Lead a wire through a point, as its `index`-th; return the document and which dot it is."""
    points = _dots(document).get(wire, ())
    placed = (*points[:index], _on(GRID // 2, at), *points[index:])
    return _with_dots(document, _dots(document) | {wire: placed}), Mark("dot", index, wire)


def straighten(document: Document, wires: Collection[Wire]) -> Document:
    """Take all dots of these wires out."""
    return _with_dots(document, {wire: points for wire, points in _dots(document).items() if wire not in wires})


def _dots(document: Document) -> dict[Wire, tuple[Position, ...]]:
    return {(dots.source, dots.target): dots.points for dots in document.layout.dots}


def _with_dots(document: Document, points: Mapping[Wire, Sequence[Position]]) -> Document:
    """Lead wires through these points and no others, each wire's fields kept."""
    old = {(dots.source, dots.target): dots for dots in document.layout.dots}
    dots = tuple(
        old[wire].changed(points=tuple(those)) if wire in old else Dots(source=wire[0], target=wire[1], points=those)
        for wire, those in sorted(points.items())
        if those
    )
    return _laid_out(document, dots=dots) if dots != document.layout.dots else document


def _laid_out(document: Document, **changes: Any) -> Document:
    return document.replace(layout=document.layout.changed(**changes))


def _frame_at(frame: Frame, place: Position) -> Frame:
    return frame.changed(rect=(*_on(GRID, place), *frame.rect[2:]))


def _rect_on_grid(rect: Rect) -> Rect:
    (left, top), (width, height) = _on(GRID, rect[:2]), _on(GRID, rect[2:])
    return left, top, max(SMALLEST[0], width), max(SMALLEST[1], height)


def _on(step: int, point: Sequence[float]) -> Position:
    """Return the nearest point whose coordinates are multiples of `step`: `_on(20, (31, 9))` is `(40, 0)`."""
    return step * round(point[0] / step), step * round(point[1] / step)


def _put(things: Sequence[Any], index: int, thing: Any) -> tuple[Any, ...]:
    return (*things[:index], thing, *things[index + 1 :])
