"""Where wires run: smooth, left to right, around nodes instead of behind them, and no two on the same lane.

A route is a chain of level runs, joined by curves. Where one run follows the other in the same direction the curve is
an S, where it turns back a U; every curve leaves and arrives level, so a wire is smooth all along. A wire to the next
column is a single S. A longer one, or one that goes back, may need a lane: a level run above, below or between nodes.
Candidates are tried in the order of their length, and the first that touches no node is taken.

Plain numbers, no Qt: scene pixels, y grows downwards.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice, pairwise
from math import copysign
from typing import Final, NamedTuple

Point = tuple[float, float]
Wire = tuple[str, str]

BEND: Final = 44.0  # width of an S beside a long level run: it fits between two columns
STUB: Final = 14.0  # how far a wire goes straight out of a port before it turns back
NEAR: Final = 320.0  # ports closer than this are joined by one S
CLEARANCE: Final = 18.0  # between a lane and the nodes it passes
LANE: Final = 10.0  # between two lanes
SAMPLES: Final = (0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9)  # where a curve is tested against nodes
STEEP: Final = 40.0  # curves that rise less cannot hide one another
SHIFTS: Final = (0.0, LANE, -LANE, 2 * LANE, -2 * LANE)
MOST_TRIES: Final = 24  # candidates; after that the one that touches the fewest nodes must do


class Run(NamedTuple):
    """A level piece of wire from `start` to `stop`, at height `y`; it may have no length."""

    start: float
    stop: float
    y: float


class Slope(NamedTuple):
    """The middle of the curve between two runs, and the heights between which it runs."""

    x: float
    top: float
    bottom: float


class Box(NamedTuple):
    """A node's rectangle."""

    left: float
    top: float
    right: float
    bottom: float


Route = tuple[Run, ...]
Curve = tuple[Point, Point, Point, Point]


@dataclass(slots=True)
class Lanes:
    """The long level runs already given out, by height, and the steep curves, each with its wire's origin."""

    taken: dict[int, list[tuple[Run, str]]] = field(default_factory=lambda: defaultdict(list))
    slopes: dict[int, list[tuple[Slope, str]]] = field(default_factory=lambda: defaultdict(list))

    def is_free(self, run: Run, origin: str) -> bool:
        """Whether no wire of another origin runs along here."""
        left, right = sorted((run.start, run.stop))
        row = round(run.y / LANE)
        return not any(
            owner != origin and abs(other.y - run.y) < LANE - 1 and left < other.stop and other.start < right
            for near in (row - 1, row, row + 1)
            for other, owner in self.taken.get(near, ())
        )

    def is_clear(self, slope: Slope, origin: str) -> bool:
        """Whether no wire of another origin rises or falls along here."""
        column = round(slope.x / LANE)
        return not any(
            owner != origin
            and abs(other.x - slope.x) < LANE - 1
            and slope.top < other.bottom
            and other.top < slope.bottom
            for near in (column - 1, column, column + 1)
            for other, owner in self.slopes.get(near, ())
        )

    def take(self, route: Route, origin: str) -> None:
        """Remember the long runs and the steep curves of a route."""
        for one, other in pairwise(route):
            slope = _slope(one, other)
            self.slopes[round(slope.x / LANE)].append((slope, origin))
        for run in route:
            if abs(run.stop - run.start) > 2 * BEND:
                start, stop = sorted((run.start, run.stop))
                self.taken[round(run.y / LANE)].append((Run(start, stop, run.y), origin))


def routes(ends: Mapping[Wire, tuple[Point, Point]], boxes: Sequence[Box]) -> dict[Wire, Route]:
    """Return a route for each wire, given its two ends and the rectangles of all nodes; the short ones choose first."""
    lanes, found = Lanes(), {}
    for wire, (start, end) in sorted(ends.items(), key=lambda item: abs(item[1][1][0] - item[1][0][0])):
        found[wire] = _spread(route(start, end, boxes, lanes, wire[0]), lanes, wire[0])
        lanes.take(found[wire], wire[0])
    return found


def route(start: Point, end: Point, boxes: Iterable[Box], lanes: Lanes | None = None, origin: str = "") -> Route:
    """Return a route from an output at `start` to an input at `end`.

    Example: from (0, 0) to (100, 0) it is two runs without length, joined by a straight S; from (100, 0) to (0, 0)
    it goes out, back on a lane, and in.
    """
    left, right = sorted((start[0], end[0]))
    near = [box for box in boxes if box.left < right + BEND and left - BEND < box.right]
    tried: list[tuple[int, Route]] = []
    for candidate in islice(_candidates(start, end, near, lanes or Lanes(), origin), MOST_TRIES):
        hits = _hits(candidate, near)
        if not hits:
            return candidate
        tried.append((hits, candidate))
    return min(tried, key=lambda found: found[0])[1]


def _spread(route: Route, lanes: Lanes, origin: str) -> Route:
    """Bend a little earlier or later where another wire already rises or falls."""
    runs = list(route)
    for index, (one, other) in enumerate(pairwise(route)):
        if one.stop < other.start and abs(one.y - other.y) > STEEP:
            ways = (_shifted(runs[index], other, by) for by in SHIFTS)
            free = (way for way in ways if lanes.is_clear(_slope(*way), origin))
            runs[index], runs[index + 1] = next(free, (runs[index], other))
    return tuple(runs)


def _shifted(one: Run, other: Run, by: float) -> tuple[Run, Run]:
    """Move the curve between two runs to the right (or left), and make it narrower where a run has no more room."""
    stop, start = max(one.start, one.stop + by), min(other.stop, other.start + by)
    return one._replace(stop=min(stop, start)), other._replace(start=max(stop, start))


def _slope(one: Run, other: Run) -> Slope:
    return Slope((one.stop + other.start) / 2, *sorted((one.y, other.y)))


def curves(route: Route) -> Iterator[tuple[Run, Curve | None]]:
    """Yield each run with the curve (start, two control points, end) that follows it; None after the last."""
    for one, other in pairwise(route):
        reach = _reach(one, other)
        yield (
            one,
            (
                (one.stop, one.y),
                (one.stop + reach[0], one.y),
                (other.start - reach[1], other.y),
                (other.start, other.y),
            ),
        )
    yield route[-1], None


def _reach(one: Run, other: Run) -> tuple[float, float]:
    """How far the control points lie from the ends of the curve between two runs, along the wire."""
    gap, rise = other.start - one.stop, abs(other.y - one.y)
    turns_right = one.stop > one.start and other.stop < other.start
    turns_left = one.stop < one.start and other.stop > other.start
    if turns_right or turns_left:
        bulge = max(10.0, min(0.55 * rise, 46.0))
        return (bulge, -bulge) if turns_right else (-bulge, bulge)
    half = copysign(max(0.5 * abs(gap), min(0.25 * rise, 30.0)), gap)
    return half, half


def _candidates(start: Point, end: Point, boxes: Sequence[Box], lanes: Lanes, origin: str) -> Iterator[Route]:
    (x0, y0), (x1, y1) = start, end
    if x1 - x0 < 2 * STUB:
        yield from _back(start, end, boxes, lanes, origin)
        return
    straight = (Run(x0, x0, y0), Run(x1, x1, y1))
    if x1 - x0 <= NEAR:
        yield straight
    if x1 - x0 > 2 * BEND:
        late = (Run(x0, x1 - BEND, y0), Run(x1, x1, y1))
        early = (Run(x0, x0, y0), Run(x0 + BEND, x1, y1))
        yield from (late, early) if lanes.is_free(late[0], origin) else (early, late)
        for y in _levels(x0 + BEND, x1 - BEND, y0, y1, boxes, lanes, origin):
            yield Run(x0, x0, y0), Run(x0 + BEND, x1 - BEND, y), Run(x1, x1, y1)
    yield straight


def _back(start: Point, end: Point, boxes: Sequence[Box], lanes: Lanes, origin: str) -> Iterator[Route]:
    (x0, y0), (x1, y1) = start, end
    between = [(y0 + y1) / 2] if abs(y1 - y0) > 4 * CLEARANCE else []
    levels = _levels(x1 - STUB, x0 + STUB, y0, y1, boxes, lanes, origin)
    for y in chain(between, levels, [max(y0, y1) + 4 * CLEARANCE]):
        yield Run(x0, x0 + STUB, y0), Run(x0 + STUB, x1 - STUB, y), Run(x1 - STUB, x1, y1)


def _levels(
    left: float, right: float, y0: float, y1: float, boxes: Sequence[Box], lanes: Lanes, origin: str
) -> Iterator[float]:
    """Heights at which a lane from `left` to `right` would pass just above or below a node, shortest way first."""
    near = [box for box in boxes if box.left < right and left < box.right]
    edges = {box.bottom + CLEARANCE for box in near} | {box.top - CLEARANCE for box in near}
    for y in sorted(edges, key=lambda y: (abs(y - y0) + abs(y - y1), y)):
        way = LANE if y > (y0 + y1) / 2 else -LANE
        while not lanes.is_free(Run(left, right, y), origin):
            y += way
        yield y


def _hits(route: Route, boxes: Iterable[Box]) -> int:
    """How many pieces of a route lie behind nodes."""
    runs = [Run(*sorted((run.start, run.stop)), run.y) for run in route]
    points = [_point(curve, t) for _, curve in curves(route) if curve for t in SAMPLES]
    corners = [*points, *((x, run.y) for run in runs for x in run[:2])]
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners) - 6, max(y for _, y in corners) + 6
    hits = 0
    for box in boxes:
        if box.left < right and left < box.right and box.top < bottom and top < box.bottom:
            hits += sum(
                box.top - 6 < y < box.bottom + 6 and start < box.right and box.left < stop for start, stop, y in runs
            )
            hits += sum(box.left < x < box.right and box.top - 4 < y < box.bottom + 4 for x, y in points)
    return hits


def _point(curve: Curve, t: float) -> Point:
    """The point of a cubic Bezier curve at `t` between 0 and 1."""
    (x0, y0), (x1, y1), (x2, y2), (x3, y3) = curve
    a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    return a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3
