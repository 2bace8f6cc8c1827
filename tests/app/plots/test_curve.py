"""Curves of any length, drawn at the cost of their pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.plots.curve import FANOUT, Curve

AXES = ("env_steps", "seconds")


def curve_of(y: list[float] | np.ndarray, pieces: int = 1) -> Curve:
    """A curve with a sample at each whole env step, a tenth of a second apart, fed in pieces."""
    curve = Curve(AXES)
    steps = np.arange(len(y), dtype=float)
    for x, values in zip(
        np.array_split(np.column_stack((steps, steps / 10)), pieces), np.array_split(y, pieces), strict=True
    ):
        curve.extend(x, values)
    return curve


def test_few_samples_are_drawn_as_they_are() -> None:
    outline = curve_of([3, 1, 2]).outline("env_steps", 0, 2, columns=100)
    assert outline.x.tolist() == [0, 1, 2]
    assert outline.low.tolist() == outline.high.tolist() == [3, 1, 2]


def test_a_line_goes_through_the_lowest_and_highest_of_each_column() -> None:
    x, y = curve_of([3, 1]).outline("env_steps", 0, 1, columns=9).line()
    assert x.tolist() == [0, 0, 1, 1]
    assert y.tolist() == [3, 3, 1, 1]


def test_each_axis_has_its_own_places() -> None:
    assert curve_of([3, 1, 2]).outline("seconds", 0, 1, columns=9).x.tolist() == [0, 0.1, 0.2]


def test_a_million_samples_become_at_most_one_range_for_each_pixel() -> None:
    outline = curve_of(np.zeros(1_000_000), pieces=50).outline("env_steps", 0, 1_000_000, columns=800)
    assert 700 < len(outline.x) <= 800


@pytest.mark.parametrize("spike", [0, 123_456, 999_999])
def test_no_spike_is_lost_however_many_samples_a_pixel_stands_for(spike: int) -> None:
    y = np.zeros(1_000_000)
    y[spike] = 7
    outline = curve_of(y, pieces=10).outline("env_steps", 0, 1_000_000, columns=500)
    assert outline.high.max() == 7
    place = outline.x[outline.high.argmax()]
    assert abs(place - spike) <= 1_000_000 / 500 * 1.2


def test_a_narrow_view_shows_single_samples_and_reaches_its_edges() -> None:
    outline = curve_of(np.arange(100_000.0)).outline("env_steps", 500.5, 503.5, columns=800)
    assert outline.low.tolist() == [500, 501, 502, 503, 504]


def test_a_cut_forgets_what_came_later_and_growth_goes_on_from_there() -> None:
    curve = curve_of(np.ones(1_000))
    curve.cut("env_steps", 499)
    curve.extend(np.array([[600, 60.0]]), np.array([5.0]))
    assert len(curve) == 501
    outline = curve.outline("env_steps", 0, 1_000, columns=4)
    assert (outline.low.min(), outline.high.max()) == (1, 5)


def test_time_never_goes_back() -> None:
    curve = curve_of([1, 2])
    curve.extend(np.array([[0.5, 0.0]]), np.array([3.0]))
    assert curve.x("env_steps").tolist() == [0, 1, 1]


def test_the_nearest_sample_is_found() -> None:
    curve = curve_of([5, 6, 7])
    assert [curve.nearest("env_steps", x) for x in (-3, 0.4, 0.6, 99)] == [0, 0, 1, 2]
    assert Curve(AXES).nearest("env_steps", 1) is None


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=700), st.integers(1, 9), st.integers(4, 40))
def test_the_outline_holds_exactly_the_range_of_the_samples(y: list[float], pieces: int, columns: int) -> None:
    curve = curve_of(y, min(pieces, len(y)))
    outline = curve.outline("env_steps", 0, len(y), columns)
    assert (outline.low.min(), outline.high.max()) == (min(y), max(y))
    assert len(outline.x) <= max(columns, FANOUT)
    assert (np.diff(outline.x) > 0).all()


def test_a_logarithmic_axis_has_columns_that_grow_and_no_place_for_zero() -> None:
    outline = curve_of(np.arange(100_000.0)).outline("env_steps", 1, 100_000, columns=51, log=True)
    drawn = outline.logged(x=True, y=False)
    assert drawn.x[0] == 0  # env step 1; what lies at 0 is not drawn
    assert len(drawn.x) <= 51
    assert np.diff(drawn.x)[20:] == pytest.approx(0.1, rel=0.05)  # fifty columns over five powers of ten


def test_on_a_logarithmic_y_axis_what_is_not_above_zero_is_left_out() -> None:
    drawn = curve_of([-1, 0, 1, 100]).outline("env_steps", 0, 3, columns=9).logged(x=False, y=True)
    assert drawn.x.tolist() == [2, 3]
    assert drawn.low.tolist() == drawn.high.tolist() == [0, 2]
