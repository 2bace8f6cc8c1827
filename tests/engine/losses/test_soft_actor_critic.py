"""Soft Actor-Critic's losses against numbers worked by hand, and against torch's own distributions."""

from __future__ import annotations

import math

import pytest
import torch
from torch.distributions import Independent, Normal, TanhTransform, TransformedDistribution

from engine.losses.soft_actor_critic import (
    critic_loss,
    soft_actor_loss,
    soft_target,
    squashed_gaussian,
    temperature_loss,
)


def test_an_action_without_noise_is_the_squashed_mean() -> None:
    action, logp = squashed_gaussian(torch.zeros(1, 1), torch.zeros(1, 1), torch.zeros(1, 1))
    assert action.item() == 0
    assert logp.item() == pytest.approx(-0.5 * math.log(2 * math.pi))


def test_its_log_probability_is_that_of_a_transformed_normal() -> None:
    generator = torch.Generator().manual_seed(0)
    mean, log_std, noise = torch.randn((3, 50, 2), generator=generator, dtype=torch.float64) * 0.7
    action, logp = squashed_gaussian(mean, log_std, noise)
    normal = Independent(Normal(mean, log_std.exp()), 1)
    expected = TransformedDistribution(normal, [TanhTransform()]).log_prob(action)
    torch.testing.assert_close(logp, expected, rtol=1e-6, atol=1e-6)


def test_it_stays_finite_where_tanh_is_one() -> None:
    _, logp = squashed_gaussian(torch.full((1, 1), 30.0), torch.zeros(1, 1), torch.zeros(1, 1))
    assert logp.item() == pytest.approx(-0.919 - 2 * (math.log(2) - 30), abs=1e-3)


def test_a_target_counts_the_entropy_of_what_follows_unless_nothing_follows() -> None:
    one, alpha = torch.ones(2), torch.tensor([0.5])
    ended = torch.tensor([False, True])
    assert soft_target(one, 0.5 * one, ended, 4 * one, -2 * one, alpha).tolist() == [3.5, 1.0]


def test_every_critic_pays_for_its_own_error_by_the_rows_weights() -> None:
    values, target = torch.tensor([[1.0, 2.0], [3.0, 2.0]]), torch.tensor([2.0, 2.0])
    assert critic_loss(values, target, torch.ones(2)).item() == 0.5
    assert critic_loss(values, target, torch.tensor([0.5, 1.0])).item() == 0.25
    with pytest.raises(ValueError, match=r"\(2, 2\), \(2, 1\)"):
        critic_loss(values, target[:, None], torch.ones(2))


def test_the_actor_pays_for_certainty_and_earns_value() -> None:
    assert soft_actor_loss(torch.tensor([2.0]), torch.tensor([-1.0]), torch.tensor([0.5])).item() == -2.5


@pytest.mark.parametrize(("entropy", "direction"), [(-2.0, 1), (0.0, -1)])
def test_the_temperature_grows_while_there_is_too_little_entropy(entropy: float, direction: int) -> None:
    log_alpha = torch.ones(1, requires_grad=True)
    loss = temperature_loss(log_alpha, torch.tensor([-entropy]), -1.0)
    loss.sum().backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
    assert loss.item() == pytest.approx(entropy + 1)
    assert log_alpha.grad is not None
    assert -log_alpha.grad.sign().item() == direction
