"""Where a wire runs that is led through dots: a leg from each to the next, smooth all along.

A dot is passed level, to the right or to the left, as its neighbours along the wire lie. A leg between two that are
passed the same way is a route like any other (mirrored, when it runs to the left); where the way turns, it is a U.
No Qt.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.canvas.routes import STUB, Box, Point, Route, Run, route


def led(start: Point, dots: Sequence[Point], end: Point, boxes: Sequence[Box]) -> Route:
    """Return a route from an output at `start` through `dots` to an input at `end`.

    Example: from (0, 0) by (200, 60) to (400, 0) it passes the dot level, on its way to the right.
    """
    stops = [start, *dots, end]
    ways = [1, *(1 if after[0] >= before[0] else -1 for before, after in zip(stops, stops[2:], strict=False)), 1]
    runs: list[Run] = []
    for (here, there), (way, next_way) in zip(pairwise(stops), pairwise(ways), strict=True):
        leg = _leg(here, there, way, next_way, boxes)
        if runs:  # the dot in between: one run into it and out of it
            runs[-1:] = [Run(runs[-1].start, leg[0].stop, here[1])]
            leg = leg[1:]
        runs.extend(leg)
    return tuple(runs)


def split_at(point: Point, start: Point, dots: Sequence[Point], end: Point) -> int:
    """Return before which dot a new one at `point` lengthens the way least.

    Example: with dots at (100, 0) and (300, 0) between (0, 0) and (400, 0), one at (200, 20) goes before the second: 1.
    """
    stops = [start, *dots, end]
    detours = [_far(one, point) + _far(point, other) - _far(one, other) for one, other in pairwise(stops)]
    return detours.index(min(detours))


def _leg(here: Point, there: Point, way: int, next_way: int, boxes: Sequence[Box]) -> Route:
    if way == next_way == 1:
        return route(here, there, boxes)
    if way == next_way:
        mirrored = route(_mirrored(here), _mirrored(there), [Box(-b.right, b.top, -b.left, b.bottom) for b in boxes])
        return tuple(Run(-run.start, -run.stop, run.y) for run in mirrored)
    edge = max(here[0], there[0]) + STUB if way == 1 else min(here[0], there[0]) - STUB
    return Run(here[0], edge, here[1]), Run(edge, there[0], there[1])


def _mirrored(point: Point) -> Point:
    return -point[0], point[1]


def _far(one: Point, other: Point) -> float:
    return ((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5
