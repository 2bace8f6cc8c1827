"""Means over a width of the x axis."""

from __future__ import annotations

import numpy as np

from app.plots.curve import Curve
from app.plots.smoothed import Smoothed


def add(curve: Curve, *samples: tuple[float, float]) -> None:
    table = np.array(samples, dtype=float)
    curve.extend(table[:, :1], table[:, 1])


def test_each_mean_reaches_back_over_the_width() -> None:
    curve = Curve(("env_steps",))
    add(curve, (0, 1), (10, 3), (20, 8))
    assert Smoothed(curve, "env_steps", 10).follow().y.tolist() == [1, 2, 5.5]
    assert Smoothed(curve, "env_steps", 9).follow().y.tolist() == [1, 3, 8]


def test_smoothing_does_not_depend_on_how_often_it_was_brought_up_to_date() -> None:
    numbers = np.random.default_rng(0)
    samples = list(zip(np.cumsum(numbers.integers(0, 30, 400)), numbers.normal(size=400), strict=True))
    whole, grown = Curve(("env_steps",)), Curve(("env_steps",))
    add(whole, *samples)
    smoothed = Smoothed(grown, "env_steps", 100)
    for start in range(0, 400, 7):
        add(grown, *samples[start : start + 7])
        smoothed.follow()
    assert np.allclose(smoothed.curve.y, Smoothed(whole, "env_steps", 100).follow().y)
    x, y = whole.x("env_steps"), whole.y
    by_hand = [y[: n + 1][x[: n + 1] >= x[n] - 100].mean() for n in range(400)]
    assert np.allclose(smoothed.curve.y, by_hand)


def test_a_curve_that_was_cut_is_smoothed_anew() -> None:
    curve = Curve(("env_steps",))
    add(curve, (0, 1), (10, 3), (20, 8))
    smoothed = Smoothed(curve, "env_steps", 10)
    smoothed.follow()
    curve.cut("env_steps", 5)
    add(curve, (10, 5))
    assert smoothed.follow().y.tolist() == [1, 3]
