"""Running mean and deviation of observations."""

from __future__ import annotations

import numpy as np

from engine.policies.moments import Moments, standardised


def test_moments_are_those_of_all_rows_however_they_came() -> None:
    rows = np.random.default_rng(0).normal(5, 3, (100, 2)).astype(np.float32)
    moments = Moments(2)
    for part in np.split(rows, [1, 10, 55]):
        moments.update(part)
    assert moments.count == 100
    np.testing.assert_allclose(moments.mean, rows.mean(0, dtype=float))
    np.testing.assert_allclose(moments.variance, rows.var(0, dtype=float))


def test_by_hand() -> None:
    moments = Moments(1)
    moments.update(np.array([[1.0], [3.0]]))
    moments.update(np.array([[5.0]]))
    assert moments.mean.item() == 3
    assert np.isclose(moments.variance.item(), 8 / 3)


def test_before_the_first_rows_nothing_is_changed() -> None:
    moments, obs = Moments(2), np.array([[1, -2]], np.float32)
    result = standardised(obs, moments.mean.astype(np.float32), moments.deviation.astype(np.float32))
    np.testing.assert_array_equal(result, obs)


def test_a_component_that_never_varies_stays_small() -> None:
    moments = Moments(1)
    moments.update(np.full((10, 1), 7.0))
    assert moments.deviation.item() == 1e-4


def test_far_observations_are_cut_to_ten_deviations() -> None:
    obs, mean, deviation = (np.array(x, np.float32) for x in ([[100.0, -100.0, 3.0]], [0, 0, 1], [2, 2, 2]))
    np.testing.assert_array_equal(standardised(obs, mean, deviation), [[10, -10, 1]])


def test_the_state_goes_on_where_it_stopped() -> None:
    moments, other = Moments(1), Moments(1)
    moments.update(np.array([[1.0], [2.0]]))
    other.restore(moments.state())
    for each in (moments, other):
        each.update(np.array([[9.0]]))
    assert other.state() == moments.state()
