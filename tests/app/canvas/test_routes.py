"""Wires run level out of outputs and into inputs, around nodes, and each on a lane of its own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.canvas.routes import BEND, Box, Run, curves, route, routes

coordinates = st.integers(-2_000, 2_000)
points = st.tuples(coordinates, coordinates)


def boxes_of(places: list[tuple[int, int]]) -> list[Box]:
    return [Box(x, y, x + 180, y + 120) for x, y in places]


def length(runs: tuple[Run, ...]) -> float:
    return sum(abs(run.stop - run.start) for run in runs)


def test_neighbours_are_joined_by_one_curve() -> None:
    assert route((0, 0), (60, 20), ()) == (Run(0, 0, 0), Run(60, 60, 20))


def test_a_long_wire_stays_level_and_bends_beside_its_target() -> None:
    assert route((0, 0), (1_000, 300), ()) == (Run(0, 1_000 - BEND, 0), Run(1_000, 1_000, 300))


def test_a_wire_takes_a_lane_around_a_node_in_its_way() -> None:
    node = Box(400, -60, 580, 60)
    lane = route((0, 0), (1_000, 0), [node])[1]
    assert not node.top <= lane.y <= node.bottom
    assert abs(lane.y) < 100


def test_a_wire_that_goes_back_runs_on_a_lane_and_not_in_a_loop() -> None:
    out, lane, into = route((1_000, 0), (0, 0), [Box(820, -40, 1_000, 80), Box(0, -40, 180, 80)])
    assert out.stop > out.start
    assert lane.stop < lane.start
    assert into.stop > into.start
    assert not -40 <= lane.y <= 80


def test_two_wires_of_different_origin_never_share_a_lane() -> None:
    node = Box(400, -60, 580, 90)
    found = routes(
        {("a.x", "b.x"): ((0, 0), (1_000, 0)), ("a.y", "b.y"): ((0, 22), (1_000, 22))},
        [node],
    )
    first, second = (max(runs, key=lambda run: run.stop - run.start) for runs in found.values())
    assert abs(first.y - second.y) >= 9


def test_two_wires_through_one_gap_do_not_cover_each_other() -> None:
    found = routes({("a.x", "b.x"): ((0, 0), (60, 300)), ("a.y", "b.y"): ((0, 40), (60, 340))}, [])
    first, second = ((runs[0].stop + runs[1].start) / 2 for runs in found.values())
    assert abs(first - second) >= 5


def test_wires_of_one_output_share_their_way() -> None:
    found = routes({("a.x", "b.x"): ((0, 0), (600, 200)), ("a.x", "c.x"): ((0, 0), (900, 200))}, [])
    assert {runs[0].y for runs in found.values()} == {0}


@given(points, points, st.lists(points, max_size=8))
def test_every_route_leaves_its_output_rightwards_and_enters_its_input_rightwards(
    start: tuple[int, int], end: tuple[int, int], places: list[tuple[int, int]]
) -> None:
    found = route(start, end, boxes_of(places))
    assert (found[0].start, found[0].y) == start
    assert (found[-1].stop, found[-1].y) == end
    assert found[0].stop >= found[0].start
    assert found[-1].stop >= found[-1].start
    for run, curve in curves(found):
        if curve:
            (_, y0), (_, y1), (_, y2), (_, y3) = curve
            assert (y0, y2) == (y1, y3)  # level at both ends
            assert y0 == run.y


@given(points, points)
def test_no_route_is_much_longer_than_it_must_be(start: tuple[int, int], end: tuple[int, int]) -> None:
    assert length(route(start, end, ())) <= abs(end[0] - start[0]) + 4 * BEND
