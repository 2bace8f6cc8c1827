"""What a person does to frames, comments and dots, on the canvas and from the menus, each turned into one edit."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from PySide6.QtCore import QObject, QRectF, Signal

from app import annotations
from app.annotations import Rect
from app.canvas import Canvas
from app.editing import Editing
from app.groups import Groups
from app.layouts import Mark, Wire

ROOM: Final = (20, 50, 20, 20)  # scene pixels between a frame and what it is drawn around: left, top, right, bottom
EMPTY: Final = (400, 240)  # scene pixels of a frame that is drawn around nothing
COMMENT: Final = 220  # scene pixels that a new comment is wide


class MarkGestures(QObject):
    """Joins a canvas with the open document, as far as what stands beside the nodes is concerned.

    Signals:
        refused(str): why something was not done, in a line.
    """

    refused = Signal(str)

    def __init__(self, editing: Editing, canvas: Canvas, parent: QObject) -> None:
        super().__init__(parent)
        self._editing = editing
        self._canvas = canvas
        canvas.mark_sized.connect(self.size)
        canvas.mark_written.connect(self.write)
        canvas.comment_written.connect(self.add_comment)
        canvas.dot_wished.connect(self.add_dot)

    def add_frame(self) -> None:
        """Draw a frame around what is selected, or in the middle of the view, and let its title be written."""
        rect = frame_around(self._canvas.selected_boxes().values()) or _around(self._canvas.viewport_center())
        document, mark = annotations.add_frame(self._editing.document, rect, "Frame", self._canvas.level)
        self._editing.edit("Add a frame", document, _field(mark))
        self._canvas.select([], [mark])
        self._canvas.activate_mark(mark)

    def start_comment(self) -> None:
        """Let a comment be written above what is selected, or in the middle of the view."""
        boxes = self._canvas.selected_boxes().values()
        x, y = self._canvas.viewport_center()
        if boxes:
            x, y = round(min(box.left() for box in boxes)), round(min(box.top() for box in boxes)) - 60
        self._canvas.write_comment(x, y, COMMENT)

    def add_comment(self, text: str, x: int, y: int) -> None:
        """Put a comment where it was written."""
        document, mark = annotations.add_comment(self._editing.document, (x, y), self._canvas.level)
        self._editing.edit("Add a comment", annotations.set_comment(document, mark.index, text=text))
        self._canvas.select([], [mark])

    def write(self, mark: Mark, text: str) -> None:
        """Take over what was written in a frame's title bar or a comment."""
        document = self._editing.document
        if mark.kind == "frame":
            self._editing.edit("Rename a frame", annotations.set_frame(document, mark.index, title=text), _field(mark))
        else:
            self._editing.edit("Change a comment", annotations.set_comment(document, mark.index, text=text))

    def size(self, mark: Mark, size: Rect | int) -> None:
        """Give a frame or a comment another size."""
        if mark.kind == "frame":
            document = annotations.set_frame(self._editing.document, mark.index, rect=size)
        else:
            document = annotations.set_comment(self._editing.document, mark.index, width=size)
        self._editing.edit(f"Resize a {mark.kind}", document)

    def colour(self, name: str) -> None:
        """Give the selected frames a colour of the palette."""
        document, frames = self._editing.document, self.selected("frame")
        for mark in frames:
            document = annotations.set_frame(document, mark.index, colour=name)
        if not frames:
            self.refused.emit("Select a frame first: a click on its title does")
        self._editing.edit(f"Make {_count(frames, 'frame')} {name}", document)

    def add_dot(self, wire: Wire, index: int, x: int, y: int) -> None:
        """Lead a wire through a point."""
        groups = Groups(self._editing.document.layout)
        if any(groups.level_of(end.partition(".")[0]) != self._canvas.level for end in wire):
            self.refused.emit("A wire that crosses the border of a group takes no dots")
        elif len(self._points(wire)) < annotations.MOST_DOTS:
            document, mark = annotations.add_dot(self._editing.document, wire, index, (x, y))
            self._editing.edit(f"Add a dot to {wire[0]} → {wire[1]}", document)
            self._canvas.select([], [mark])
        else:
            self.refused.emit(f"A wire has {annotations.MOST_DOTS} dots at most")

    def add_dots(self) -> None:
        """Lead the selected wires through their middles."""
        wires = self._canvas.selected_wires()
        for wire in wires:
            self.add_dot(wire, *self._canvas.middle_of(wire))
        if not wires:
            self.refused.emit("Select a wire first: a click on it does")

    def straighten(self) -> None:
        """Take the dots of the selected wires out, and the selected dots with all others of their wires."""
        dots = [mark.wire for mark in self.selected("dot") if mark.wire]
        document = annotations.straighten(self._editing.document, {*self._canvas.selected_wires(), *dots})
        if not self._editing.edit("Straighten wires", document):
            self.refused.emit("Select a wire that is led through dots first")

    def selected(self, kind: str) -> list[Mark]:
        """Return the selected marks of a kind."""
        return [mark for mark in self._canvas.selected_marks() if mark.kind == kind]

    def _points(self, wire: Wire) -> Sequence[object]:
        layout = self._editing.document.layout
        return next((dots.points for dots in layout.dots if (dots.source, dots.target) == wire), ())


def frame_around(boxes: Collection[QRectF]) -> Rect | None:
    """Return the rect of a frame around these boxes, with room for its title; None around nothing.

    Example: around one box at (0, 0), 180 by 120, it is (-20, -50, 220, 190).
    """
    whole = QRectF()
    for box in boxes:
        whole = whole.united(box)
    left, top, right, bottom = ROOM
    found = whole.adjusted(-left, -top, right, bottom).toRect()
    return (found.left(), found.top(), found.width(), found.height()) if boxes else None


def _around(point: tuple[int, int]) -> Rect:
    return (point[0] - EMPTY[0] // 2, point[1] - EMPTY[1] // 2, *EMPTY)


def _field(mark: Mark) -> str:
    return f"{mark.kind} {mark.index}"


def _count(things: Sequence[object], word: str) -> str:
    return f"{len(things)} {word}s" if len(things) > 1 else f"a {word}"
