"""Lining nodes up: where they come to stand so that edges, middles or gaps are equal. No Qt.

The boxes are (left, top, width, height) in scene pixels, as drawn; what comes out are left, top corners.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from itertools import accumulate
from typing import Final, Literal, TypeVar

Thing = TypeVar("Thing", bound=Hashable)
Box = tuple[float, float, float, float]
Line = Literal["left", "centre", "right", "top", "middle", "bottom"]
Axis = Literal["across", "down"]

SHARES: Final[Mapping[Line, tuple[int, float]]] = {  # which axis, and how far along a box its line lies
    "left": (0, 0.0),
    "centre": (0, 0.5),
    "right": (0, 1.0),
    "top": (1, 0.0),
    "middle": (1, 0.5),
    "bottom": (1, 1.0),
}


def aligned(boxes: Mapping[Thing, Box], line: Line) -> dict[Thing, tuple[float, float]]:
    """Return the corners at which all boxes have one line in common: that of the whole they make.

    Example: boxes 10 wide at 0 and 30, aligned at their `"right"`, both stand at 30.
    """
    axis, share = SHARES[line]
    start = min(box[axis] for box in boxes.values())
    length = max(box[axis] + box[axis + 2] for box in boxes.values()) - start
    return {thing: _with(box, axis, start + share * (length - box[axis + 2])) for thing, box in boxes.items()}


def distributed(boxes: Mapping[Thing, Box], axis: Axis) -> dict[Thing, tuple[float, float]]:
    """Return the corners at which the gaps between neighbours are equal; the first and the last stay.

    Example: boxes 10 wide at 0, 12 and 50, `"across"`, stand at 0, 25 and 50, with gaps of 15.
    """
    along = 0 if axis == "across" else 1
    order = sorted(boxes, key=lambda thing: boxes[thing][along] + boxes[thing][along + 2] / 2)
    sizes = [boxes[thing][along + 2] for thing in order]
    first, last = boxes[order[0]], boxes[order[-1]]
    room = last[along] + last[along + 2] - first[along] - sum(sizes)
    gap = room / max(1, len(order) - 1)
    starts = accumulate(sizes[:-1], lambda start, size: start + size + gap, initial=first[along])
    return {thing: _with(boxes[thing], along, start) for thing, start in zip(order, starts, strict=True)}


def _with(box: Box, axis: int, start: float) -> tuple[float, float]:
    return (start, box[1]) if axis == 0 else (box[0], start)
