"""A wire that is led through dots passes each of them level, in order, and is smooth all along."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.canvas.led import led, split_at
from app.canvas.routes import STUB, Box, Route, curves

coordinates = st.integers(-1_000, 1_000)
points = st.tuples(coordinates, coordinates)


def passes(route: Route, point: tuple[int, int]) -> bool:
    return any(run.y == point[1] and min(run[:2]) <= point[0] <= max(run[:2]) for run in route)


def test_a_wire_passes_a_dot_on_its_way() -> None:
    found = led((0, 0), [(200, 60)], (400, 0), ())
    assert passes(found, (200, 60))
    assert (found[0][0], found[-1][1]) == (0, 400)


def test_a_wire_that_goes_back_passes_its_dots_leftwards() -> None:
    found = led((400, 0), [(400, 200), (0, 200)], (0, 0), ())
    lane = [run for run in found if run.y == 200]
    assert (lane[0].start, lane[-1].stop) == (400 + STUB, -STUB)
    assert all(run.stop <= run.start for run in lane)


@given(points, st.lists(points, max_size=4), points)
def test_every_dot_is_passed_and_every_curve_leaves_and_arrives_level(
    start: tuple[int, int], dots: list[tuple[int, int]], end: tuple[int, int]
) -> None:
    found = led(start, dots, end, [Box(0, 0, 180, 120)])
    assert all(passes(found, dot) for dot in dots)
    assert (found[0].start, found[0].y) == start
    assert (found[-1].stop, found[-1].y) == end
    for run, curve in curves(found):
        if curve:
            (x0, y0), (x1, y1), *rest = curve
            assert [y for _, y in rest] == [rest[0][1]] * 2
            assert y0 == y1
            assert (x1 - x0) * (run.stop - run.start) >= 0, "it bends back where it leaves"


@pytest.mark.parametrize(("point", "index"), [((50, 10), 0), ((200, 20), 1), ((390, -5), 2)])
def test_a_new_dot_goes_where_it_lengthens_the_way_least(point: tuple[int, int], index: int) -> None:
    assert split_at(point, (0, 0), [(100, 0), (300, 0)], (400, 0)) == index
