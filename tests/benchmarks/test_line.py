"""What the table says of figures: ratios pair by pair, whether they are enough, and what fails the command."""

from __future__ import annotations

import pytest

from tests.benchmarks.line import Effort, Line, from_json, in_turn, to_json
from tests.benchmarks.results import cells


def line(*ours: float, theirs: tuple[float, ...], wanted: float | None = 0.9, costs: bool = False) -> Line:
    return Line("work", "steps/s", ours, theirs, "a script", wanted, costs)


def test_the_ratio_is_the_median_of_the_pairs() -> None:
    paired = line(10.0, 30.0, 90.0, theirs=(20.0, 30.0, 30.0))
    assert paired.ratios == [0.5, 1.0, 3.0]
    assert (paired.ratio, paired.met, paired.failed) == (1.0, True, False)


def test_of_costs_less_is_better() -> None:
    assert line(2.0, 4.0, theirs=(4.0, 4.0), costs=True).ratios == [1.0, 2.0]


@pytest.mark.parametrize(("ours", "met", "failed"), [(90.0, True, False), (80.0, False, False), (60.0, False, True)])
def test_a_ratio_far_below_what_is_wanted_fails(ours: float, met: bool, failed: bool) -> None:
    measured = line(ours, ours, theirs=(100.0, 100.0))
    assert (measured.met, measured.failed) == (met, failed)


def test_what_was_not_measured_in_the_same_run_fails_nothing() -> None:
    assert not line(1.0, 1.0, theirs=(100.0,)).failed


def test_a_figure_without_a_bar_is_only_told() -> None:
    told = line(12_345.0, theirs=(), wanted=None)
    assert (told.ratio, told.met, told.failed) == (None, None, False)
    assert cells(told) == ("work", "12,300 steps/s", "", "a script", "", "", "")


def test_lines_travel_as_json() -> None:
    sent = line(1.5, 2.5, theirs=(2.0, 2.0))
    assert from_json(to_json(sent)) == sent


def test_measurements_alternate() -> None:
    order: list[str] = []
    ours, theirs = in_turn(Effort(0.5, 2), lambda s: order.append("a") or s, lambda s: order.append("b") or 2 * s)
    assert (order, ours, theirs) == (["a", "b", "a", "b"], (0.5, 0.5), (1.0, 1.0))
