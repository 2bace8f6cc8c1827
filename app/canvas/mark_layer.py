"""Keeps the frames, comments and dots on the scene equal to those of a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtWidgets import QGraphicsScene

from app.annotations import Rect
from app.canvas.comment_item import CommentItem
from app.canvas.dot_item import DotItem
from app.canvas.frame_item import FrameItem
from app.canvas.look import Look
from app.canvas.mark_item import MarkItem
from app.canvas.marks import MarksDifference, Note, place_of
from app.canvas.wire_item import WireItem
from app.layouts import Mark, Position, Wire

ITEMS: Final[Mapping[str, type[MarkItem]]] = {"frame": FrameItem, "comment": CommentItem, "dot": DotItem}


class MarkLayer:
    """The items of the marks that are shown; `items` has them by mark."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene
        self.items: dict[Mark, MarkItem] = {}

    def apply(self, changes: MarksDifference, notes: Mapping[Mark, Note], look: Look) -> None:
        """Take out, add and change what differs."""
        for mark in changes.removed:
            self._scene.removeItem(self.items.pop(mark))
        for mark in changes.added:
            self.items[mark] = ITEMS[mark.kind](mark, notes[mark], look)
            self._scene.addItem(self.items[mark])
        for mark in changes.changed:
            self.items[mark].show_note(notes[mark], look)

    def wear(self, notes: Mapping[Mark, Note], look: Look) -> None:
        """Paint everything with another look."""
        for mark, item in self.items.items():
            item.show_note(notes[mark], look)

    def lead(self, wires: Mapping[Wire, WireItem]) -> None:
        """Tell dots their wires."""
        for dot in self._dots():
            dot.wire = wires.get(dot.mark.wire) if dot.mark.wire else None

    def points(self) -> dict[Wire, list[tuple[float, float]]]:
        """Return where the dots of each wire are now, in order."""
        found: dict[Wire, list[tuple[float, float]]] = {}
        for dot in sorted(self._dots(), key=lambda dot: dot.mark.index):
            if dot.mark.wire is not None:
                found.setdefault(dot.mark.wire, []).append(dot.pos().toTuple())
        return found

    def moved(self) -> dict[Mark, Position]:
        """Return where marks are now that are not where their notes say."""
        return {mark: item.place() for mark, item in self.items.items() if item.pos().toTuple() != place_of(item.note)}

    def sized(self) -> dict[Mark, Rect | int]:
        """Return the rect of a frame and the width of a comment that were pulled to another size."""
        rects = {m: item.rect() for m, item in self.items.items() if isinstance(item, FrameItem) and item.is_pulled}
        widths = {m: item.width() for m, item in self.items.items() if isinstance(item, CommentItem) and item.is_pulled}
        return rects | widths

    def settle(self) -> bool:
        """Put every mark where its note says, whatever a gesture did; return whether one had strayed."""
        strayed = [self.items[mark] for mark in {**self.moved(), **self.sized()}]
        for item in strayed:
            item.show_note(item.note, item.look)
        return bool(strayed)

    def _dots(self) -> list[DotItem]:
        return [item for item in self.items.values() if isinstance(item, DotItem)]
