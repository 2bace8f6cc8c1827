"""Q-learning's targets and loss: worked by hand, and against torch's own formulas and gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from engine.losses.q_learning import best_action_values, bootstrapped, summed_within, td_loss


def floats(*values: Any) -> np.ndarray:
    return np.array(values, np.float32)


def test_a_target_counts_what_follows_unless_the_episode_terminated() -> None:
    terminated = np.array([False, True])
    target = bootstrapped(floats(1, 1), floats(0.5, 0.5), terminated, floats(4, 4))
    assert target.tolist() == [3, 1]
    assert target.dtype == np.float32


@pytest.mark.parametrize(
    ("ended", "totals", "discounts", "lasts"),
    [
        ([False] * 3, [2, 4, 4], [0.25, 0.25, 0.5], [1, 2, 2]),
        ([True, False, False], [1, 4, 4], [0.5, 0.25, 0.5], [0, 2, 2]),
        ([False, True, False], [2, 2, 4], [0.25, 0.5, 0.5], [1, 1, 2]),
    ],
)
def test_rewards_are_summed_up_to_an_end(
    ended: list[bool], totals: list[float], discounts: list[float], lasts: list[int]
) -> None:
    total, discount, last = summed_within(floats([1, 2, 4]), np.array([ended]), 0.5, 2)
    assert (total[0].tolist(), discount[0].tolist(), last[0].tolist()) == (totals, discounts, lasts)


@pytest.mark.parametrize("steps", [1, 2, 3, 7, 20])
def test_sums_are_those_of_a_plain_loop(steps: int) -> None:
    rng = np.random.default_rng(steps)
    reward, ended = rng.standard_normal((4, 7)).astype(np.float32), rng.random((4, 7)) < 0.2
    total, discount, last = summed_within(reward, ended, 0.9, steps)
    for row in range(4):
        for start in range(7):
            end = start
            while end - start + 1 < steps and end + 1 < 7 and not ended[row, end]:
                end += 1
            wanted = sum(0.9**k * reward[row, start + k] for k in range(end - start + 1))
            assert total[row, start] == pytest.approx(wanted, abs=1e-5)
            assert (last[row, start], discount[row, start]) == (end, pytest.approx(0.9 ** (end - start + 1)))


def test_one_network_chooses_and_the_other_judges() -> None:
    choosing, judging = floats([1, 2], [3, 0]), floats([5, 3], [7, 9])
    assert best_action_values(choosing, judging).tolist() == [3, 7]
    assert best_action_values(judging, judging).tolist() == judging.max(1).tolist()


def test_best_action_valuess_are_never_above_the_maximum() -> None:
    rng = np.random.default_rng(0)
    choosing, judging = rng.standard_normal((2, 100, 4)).astype(np.float32)
    double = best_action_values(choosing, judging)
    assert (double <= judging.max(1)).all()
    assert double.mean() < judging.max(1).mean() - 0.5
    wanted = [judging[row][max(range(4), key=lambda a: choosing[row][a])] for row in range(100)]
    assert double.tolist() == wanted


@pytest.mark.parametrize(
    ("error", "huber", "loss", "slope"),
    [(3, False, 4.5, 3), (3, True, 2.5, 1), (-3, True, 2.5, -1), (0.5, True, 0.125, 0.5), (-0.5, False, 0.125, -0.5)],
)
def test_huber_bounds_the_slope(error: float, huber: bool, loss: float, slope: float) -> None:
    losses, slopes = td_loss(floats(1 + error), floats(1), huber)
    assert losses.tolist() == pytest.approx([loss])
    assert slopes.tolist() == pytest.approx([slope])


@pytest.mark.parametrize("huber", [True, False])
def test_loss_and_slope_are_those_of_torch(huber: bool) -> None:
    rng = np.random.default_rng(0)
    value, target = (3 * rng.standard_normal((2, 50))).astype(np.float32)
    given = torch.tensor(value, requires_grad=True)
    formula = functional.huber_loss if huber else functional.mse_loss
    wanted = formula(given, torch.tensor(target), reduction="none") * (1.0 if huber else 0.5)
    wanted.sum().backward()
    losses, slopes = td_loss(value, target, huber)
    np.testing.assert_allclose(losses, wanted.detach(), rtol=1e-6)
    assert given.grad is not None
    np.testing.assert_allclose(slopes, given.grad, rtol=1e-6)
