"""R2D2's scale of values: worked by hand, its own inverse, and against a search for the root."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.losses.value_rescaling import rescaled, restored


@pytest.mark.parametrize(("value", "scaled"), [(0, 0), (3, 1.003), (-3, -1.003), (99, 9.099)])
def test_roots_of_sizes_with_their_signs(value: float, scaled: float) -> None:
    assert rescaled(np.array([value], np.float32)).tolist() == pytest.approx([scaled], rel=1e-6)
    assert restored(np.array([scaled], np.float32)).tolist() == pytest.approx([value], rel=1e-5)


def test_going_there_and_back_changes_nothing() -> None:
    values = np.concatenate([-np.logspace(-3, 5, 50), np.logspace(-3, 5, 50)]).astype(np.float32)
    np.testing.assert_allclose(restored(rescaled(values)), values, rtol=1e-4, atol=1e-6)
    assert (np.diff(rescaled(np.sort(values))) > 0).all()


def test_the_inverse_is_the_root_that_bisection_finds() -> None:
    def scaled(x: float) -> float:
        return math.copysign(math.sqrt(abs(x) + 1) - 1, x) + 0.001 * x

    for wanted in (-40.0, -0.5, 0.2, 7.0, 150.0):
        low, high = -1e6, 1e6
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if scaled(middle) < wanted else (low, middle)
        assert restored(np.array([wanted], np.float32)).tolist() == pytest.approx([low], rel=1e-5)
