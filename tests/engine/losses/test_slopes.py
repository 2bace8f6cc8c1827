"""The actors' losses in plain numpy: the numbers of torch's, and the slopes that autograd finds for them."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from engine.losses import ppo, slopes
from engine.losses.policy_gradient import policy_gradient_loss

ROWS = 200


@pytest.mark.parametrize(
    ("ratio", "advantage", "loss", "slope"),
    [(1.5, 1.0, -1.2, 0.0), (1.5, -1.0, 1.5, 1.5), (1, 2, -2, -2), (0.5, -1.0, 0.8, 0.0), (0.5, 1.0, -0.5, -0.5)],
)
def test_the_clip_holds_what_would_win_more(ratio: float, advantage: float, loss: float, slope: float) -> None:
    told, slopes_told = slopes.clipped_surrogate(numbers(math.log(ratio)), numbers(advantage), 0.2)
    assert told == pytest.approx(loss)
    assert slopes_told.tolist() == pytest.approx([slope])


def test_the_divergence_of_a_doubled_probability_is_1_minus_log_2() -> None:
    kl, slope = slopes.approximate_kl(numbers(math.log(2)))
    assert (kl, slope.tolist()) == (pytest.approx(1 - math.log(2)), pytest.approx([1.0]))


def test_the_policy_gradient_pulls_by_the_advantage() -> None:
    loss, slope = slopes.policy_gradient(numbers(-1, -2), numbers(2, 1))
    assert (loss, slope.tolist()) == (2.0, [-1.0, -0.5])


@pytest.mark.parametrize(
    ("by_hand", "by_torch"),
    [
        (lambda x, a: slopes.clipped_surrogate(x, a, 0.2), lambda x, a: ppo.clipped_surrogate(x, a, 0.2)),
        (lambda x, a: slopes.approximate_kl(x), lambda x, a: ppo.approximate_kl(x)),
        (slopes.policy_gradient, policy_gradient_loss),
    ],
    ids=["clipped surrogate", "divergence", "policy gradient"],
)
def test_loss_and_slope_are_autograds(
    by_hand: Callable[..., tuple[float, np.ndarray]], by_torch: Callable[..., Tensor]
) -> None:
    rng = np.random.default_rng(0)
    x, advantage = (0.3 * rng.standard_normal(ROWS)).astype(np.float32), rng.standard_normal(ROWS).astype(np.float32)
    ours, slope = by_hand(x, advantage)
    leaf = torch.from_numpy(x).requires_grad_()
    theirs = by_torch(leaf, torch.from_numpy(advantage))
    (wanted,) = torch.autograd.grad(theirs, leaf)
    assert slope.dtype == np.float32
    assert ours == pytest.approx(theirs.item(), rel=1e-5)
    np.testing.assert_allclose(slope, wanted.numpy(), rtol=1e-5, atol=1e-9)


def test_columns_of_another_shape_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(2,\) and \(2, 1\)"):
        slopes.policy_gradient(numbers(1, 2), numbers(1, 2)[:, None])


def numbers(*values: float) -> np.ndarray:
    return np.array(values, np.float32)
