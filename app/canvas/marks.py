"""What stands beside the nodes in a picture, as plain values: frames, comments and dots by their `Mark`. No Qt."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from app.layouts import Mark, Position, Wire
from engine.layout import Comment, Frame, Layout

Note = Frame | Comment | Position  # a dot is where it is


@dataclass(frozen=True, slots=True)
class MarksDifference:
    """What to do to the marks of one picture so that they become another's."""

    removed: tuple[Mark, ...]
    added: tuple[Mark, ...]
    changed: tuple[Mark, ...]

    def __bool__(self) -> bool:
        return bool(self.removed or self.added or self.changed)

    @property
    def leads(self) -> bool:
        """Whether a wire is led another way."""
        return any(mark.kind == "dot" for mark in (*self.removed, *self.added, *self.changed))


def marks_of(layout: Layout, level: str, wires: Collection[Wire]) -> dict[Mark, Note]:
    """Return the frames and comments that stand in the group `level` (or in none), and the dots of these wires."""
    groups = {group.id for group in layout.groups}
    notes = dict(_of("frame", layout.frames)) | dict(_of("comment", layout.comments))
    shown = {mark: note for mark, note in notes.items() if (note.group if note.group in groups else "") == level}
    dots = [(dots, (dots.source, dots.target)) for dots in layout.dots]
    return shown | {
        Mark("dot", index, wire): point
        for dots, wire in dots
        if wire in wires
        for index, point in enumerate(dots.points)
    }


def marks_difference(old: Mapping[Mark, Note], new: Mapping[Mark, Note]) -> MarksDifference:
    """Return what turns the marks `old` into `new`."""
    return MarksDifference(
        removed=tuple(mark for mark in old if mark not in new),
        added=tuple(mark for mark in new if mark not in old),
        changed=tuple(mark for mark, note in new.items() if mark in old and old[mark] != note),
    )


def place_of(note: Note) -> Position:
    """Return the left, top of a frame or comment, and where a dot is."""
    if isinstance(note, Frame):
        return note.rect[:2]
    return note.at if isinstance(note, Comment) else note


def _of(kind: str, notes: Collection[Frame] | Collection[Comment]) -> Iterator[tuple[Mark, Frame | Comment]]:
    for index, note in enumerate(notes):
        yield Mark(kind, index), note
