"""What the numbers of a Q-value stand for: one mean, a rescaled mean, or a distribution."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.losses.value_rescaling import rescaled, restored
from engine.policies.returns import MeanReturn, ReturnDistribution


def floats(*values: Any) -> np.ndarray:
    return np.array(values, np.float32)


NEVER = np.array([False])


def test_a_mean_is_its_number_and_learns_the_temporal_difference() -> None:
    returns = MeanReturn(huber=True)
    assert returns.expected(floats([[1], [3]])).tolist() == [[1, 3]]
    target = returns.target(floats([4]), floats(1), floats(0.5), NEVER)
    assert target.tolist() == [[3]]
    loss, slope, error = returns.loss(floats([0]), target)
    assert (loss.tolist(), slope.tolist(), error.tolist()) == ([2.5], [[-1]], [3])


def test_a_rescaled_mean_discounts_on_the_scale_of_returns() -> None:
    returns = MeanReturn(rescaled=True)
    target = returns.target(rescaled(floats([80])), floats(1), floats(0.5), NEVER)
    np.testing.assert_allclose(restored(target), [[41]], rtol=1e-4)
    target = returns.target(rescaled(floats([80])), floats(1), floats(0.5), np.array([True]))
    np.testing.assert_allclose(restored(target), [[1]], rtol=1e-4)


def test_a_distribution_is_worth_its_mean() -> None:
    returns = ReturnDistribution(3, 0, 2)
    logits = np.log(floats([[0.2, 0.3, 0.5], [1, 1e-9, 1e-9]]))
    np.testing.assert_allclose(returns.expected(logits), [[1.3, 0]], atol=1e-6)


def test_a_distribution_learns_where_the_next_one_lands() -> None:
    returns = ReturnDistribution(3, 0, 2)
    target = returns.target(np.log(floats([1e-9, 1e-9, 1])), floats(0.25), floats(0.5), NEVER)
    np.testing.assert_allclose(target, [[0, 0.75, 0.25]], atol=1e-6)
    loss, slope, error = returns.loss(np.log(target + 1e-9), target)
    assert loss.tolist() == pytest.approx([0], abs=1e-6)
    assert error.tolist() == loss.tolist()
    np.testing.assert_allclose(slope, [[0, 0, 0]], atol=1e-6)
