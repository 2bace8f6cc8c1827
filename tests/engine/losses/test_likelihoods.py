"""Log-probabilities and entropies, against torch.distributions and by hand."""

from __future__ import annotations

import pytest
import torch
from torch import distributions

from engine.losses.likelihoods import categorical, categoricals, gaussian

RANDOM = torch.Generator().manual_seed(0)


def test_even_logits_are_one_bit() -> None:
    logp, entropy = categorical(torch.zeros(1, 2), torch.tensor([1]))
    assert logp.item() == pytest.approx(-0.6931, abs=1e-4)
    assert entropy.item() == pytest.approx(0.6931, abs=1e-4)


def test_a_standard_normal() -> None:
    logp, entropy = gaussian(torch.zeros(1, 1), torch.zeros(1), torch.zeros(1, 1))
    assert logp.item() == pytest.approx(-0.9189, abs=1e-4)
    assert entropy.item() == pytest.approx(1.4189, abs=1e-4)


def test_categorical_is_as_torch_has_it() -> None:
    logits = 3 * torch.randn(5, 4, generator=RANDOM)
    action = torch.tensor([0, 3, 1, 2, 2])
    logp, entropy = categorical(logits, action)
    wanted = distributions.Categorical(logits=logits)
    torch.testing.assert_close(logp, wanted.log_prob(action))
    torch.testing.assert_close(entropy, wanted.entropy())


def test_several_choices_add_up() -> None:
    logits = torch.randn(3, 5, generator=RANDOM)
    action = torch.tensor([[0, 1], [2, 0], [1, 1]])
    logp, entropy = categoricals(logits, action, (3, 2))
    first, second = categorical(logits[:, :3], action[:, 0]), categorical(logits[:, 3:], action[:, 1])
    torch.testing.assert_close(logp, first[0] + second[0])
    torch.testing.assert_close(entropy, first[1] + second[1])


def test_a_gaussian_is_as_torch_has_it() -> None:
    mean, action = torch.randn(4, 3, generator=RANDOM), torch.randn(4, 3, generator=RANDOM)
    log_std = torch.tensor([-1.0, 0.0, 0.5])
    logp, entropy = gaussian(mean, log_std, action)
    wanted = distributions.Normal(mean, log_std.exp().expand(4, 3))
    torch.testing.assert_close(logp, wanted.log_prob(action).sum(1))
    torch.testing.assert_close(entropy, wanted.entropy().sum(1))
