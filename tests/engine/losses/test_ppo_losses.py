"""The terms of PPO's loss, worked by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from engine.losses.ppo import (
    adapted_coefficient,
    approximate_kl,
    clip_fraction,
    clipped_surrogate,
    explained_variance,
    value_loss,
)


def ratios(*values: float) -> Tensor:
    return torch.tensor(values).log()


@pytest.mark.parametrize(
    ("ratio", "advantage", "loss"),
    [(1.0, 2.0, -2.0), (1.5, 1.0, -1.2), (0.5, 1.0, -0.5), (1.5, -1.0, 1.5), (0.5, -1.0, 0.8)],
)
def test_the_surrogate_is_clipped_only_where_that_makes_it_worse(ratio: float, advantage: float, loss: float) -> None:
    assert clipped_surrogate(ratios(ratio), torch.tensor([advantage]), 0.2).item() == pytest.approx(loss)


def test_a_clipped_row_has_no_gradient_and_the_mean_is_over_rows() -> None:
    log_ratio = ratios(1.5, 1.0).requires_grad_()
    loss = clipped_surrogate(log_ratio, torch.tensor([1.0, 3.0]), 0.2)
    loss.backward()
    assert loss.item() == pytest.approx(-(1.2 + 3) / 2)
    assert log_ratio.grad is not None
    assert log_ratio.grad.tolist() == pytest.approx([0.0, -3 / 2])  # d(-r A / 2) / d log r = -r A / 2


def test_the_value_loss_is_half_the_mean_square() -> None:
    value = torch.tensor([1.0, 2.0], requires_grad=True)
    loss = value_loss(value, torch.tensor([1.0, 4.0]))
    loss.backward()
    assert loss.item() == 1.0
    assert value.grad is not None
    assert value.grad.tolist() == [0.0, -1.0]


def test_kl_is_nil_for_the_same_policy_and_never_negative() -> None:
    assert approximate_kl(ratios(1, 1)).item() == 0
    assert approximate_kl(ratios(2)).item() == pytest.approx(1 - math.log(2))
    assert approximate_kl(ratios(0.5)).item() == pytest.approx(-0.5 + math.log(2))


def test_its_mean_under_the_old_policy_is_the_divergence() -> None:
    old, new = torch.tensor([0.25, 0.75]), torch.tensor([0.5, 0.5])
    log_ratio = (new / old).log()
    expected = (old * -log_ratio).sum()
    estimate = sum(weight * approximate_kl(one[None]) for weight, one in zip(old, log_ratio, strict=True))
    assert estimate.item() == pytest.approx(expected.item())


def test_the_clip_fraction_is_the_share_of_rows_outside() -> None:
    assert clip_fraction(ratios(1, 1.1, 1.3, 0.7), 0.2).item() == 0.5


def test_explained_variance_is_one_for_a_perfect_critic_and_nil_for_a_constant() -> None:
    target = torch.tensor([1.0, 2.0, 3.0])
    assert explained_variance(target, target).item() == 1
    assert explained_variance(torch.full((3,), 7.0), target).item() == pytest.approx(0, abs=1e-6)
    assert explained_variance(-target, target).item() == pytest.approx(-3)
    assert explained_variance(target, torch.ones(3)).item() == 0


@pytest.mark.parametrize(
    "loss", [lambda one, other: clipped_surrogate(one, other, 0.2), value_loss, explained_variance]
)
def test_a_column_beside_a_vector_is_refused(loss: Callable[[Tensor, Tensor], Tensor]) -> None:
    with pytest.raises(ValueError, match=r"both must be of shape \(B,\), not \(3,\) and \(3, 1\)"):
        loss(torch.zeros(3), torch.zeros(3, 1))


@pytest.mark.parametrize(
    ("kl", "coefficient"), [(0.03, 0.3), (0.02, 0.2), (0.01, 0.2), (0.005, 0.2), (0.004, 0.1), (0.0, 0.1)]
)
def test_the_penalty_grows_above_twice_the_target_and_shrinks_below_half_of_it(kl: float, coefficient: float) -> None:
    assert adapted_coefficient(0.2, kl, target=0.01) == pytest.approx(coefficient)


def test_a_penalty_that_was_long_of_no_use_can_grow_again() -> None:
    coefficient = 0.2
    for _ in range(2000):
        coefficient = adapted_coefficient(coefficient, 0.0, target=0.01)
    for _ in range(19):
        coefficient = adapted_coefficient(coefficient, 1.0, target=0.01)
    assert coefficient == pytest.approx(0.2, rel=0.2)


def test_the_penalty_s_gradient_is_that_of_the_divergence() -> None:
    """Under the old policy the gradient of (r - 1) - log r is that of KL(old || new) = sum old log(old / new)."""
    old, logits = torch.tensor([0.7, 0.2, 0.1]), torch.tensor([0.0, 0.5, -0.3], requires_grad=True)
    log_ratio = torch.log_softmax(logits, 0) - old.log()
    (estimated,) = torch.autograd.grad((old * (log_ratio.exp() - 1 - log_ratio)).sum(), logits, retain_graph=True)
    (exact,) = torch.autograd.grad(-(old * log_ratio).sum(), logits)
    torch.testing.assert_close(estimated, exact)
