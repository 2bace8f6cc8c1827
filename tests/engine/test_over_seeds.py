"""The middle of several runs and its interval: against numbers worked by hand, and against drawing by ourselves."""

from __future__ import annotations

import numpy as np
import pytest

from engine.over_seeds import band, interval


def test_the_iqm_is_the_mean_of_the_middle_half() -> None:
    centre, low, high = interval([1, 2, 3, 4, 100], "iqm")
    assert float(centre) == 3  # of 2, 3 and 4
    assert low < centre < high
    assert float(interval([1, 2, 3, 4, 5, 6, 7, 80], "iqm")[0]) == (3 + 4 + 5 + 6) / 4


def test_a_broken_run_moves_neither_middle() -> None:
    for middle in ("median", "iqm"):
        assert float(interval([10, 10, 10, 10, -1e6], middle)[0]) == 10


def test_the_interval_holds_the_middles_of_95_percent_of_the_draws() -> None:
    returns = np.array([10.0, 20, 30, 40, 50, 60, 70])
    draws = np.random.default_rng(1).choice(returns, (20_000, len(returns)))
    low, high = np.percentile(np.median(draws, axis=1), (2.5, 97.5))
    assert [float(end) for end in interval(returns, "median")[1:]] == pytest.approx([low, high], abs=10)


def test_one_run_is_its_own_interval() -> None:
    assert [float(value) for value in interval([7.0], "median")] == [7, 7, 7]


def test_runs_that_agree_have_a_point_for_an_interval() -> None:
    assert [float(value) for value in interval([7.0, 7.0, 7.0], "iqm")] == [7, 7, 7]


def test_a_band_reaches_over_the_part_that_all_curves_cover() -> None:
    short, long = (np.array([0.0, 10]), np.array([1.0, 3])), (np.array([0.0, 10, 20]), np.array([3.0, 5, 9]))
    found = band([short, long], "median", places=3)
    assert found.runs == 2
    assert found.x.tolist() == [0, 5, 10]
    assert found.middle.tolist() == [2, 2, 4]  # a curve keeps its value until its next sample
    assert found.low.tolist() == [1, 1, 3]
    assert found.high.tolist() == [3, 3, 5]


def test_curves_with_nothing_in_common_have_an_empty_band() -> None:
    early, late = (np.array([0.0, 1]), np.array([1.0, 1])), (np.array([5.0, 6]), np.array([1.0, 1]))
    assert len(band([early, late], "median").x) == 0
    assert len(band([], "iqm").x) == 0
