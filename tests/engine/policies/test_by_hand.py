"""The gradient by hand: autograd's, for every distribution, activation and depth."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.losses import likelihoods, slopes
from engine.losses.ppo import clipped_surrogate, value_loss
from engine.networks import ActorCriticMLP, as_one_vector
from engine.policies.by_hand import ByHand
from engine.policies.distributions import Categorical, DiagonalGaussian, Distribution
from engine.policies.towers import Towers, tower_shapes

ROWS, INPUTS = 37, 3
ONE = Categorical((3,), (0,))
SEVERAL = Categorical((3, 2), (0, 0), many=True)
REALS = DiagonalGaussian((-1.0, -1.0), (1.0, 1.0), (2,))


def actor_loss(logp: Tensor, old_logp: Tensor, advantage: Tensor) -> Tensor:
    return clipped_surrogate(logp - old_logp, advantage, 0.2)


def actor_slope(logp: np.ndarray, old_logp: np.ndarray, advantage: np.ndarray) -> tuple[float, np.ndarray]:
    return slopes.clipped_surrogate(logp - old_logp, advantage, 0.2)


def by_hand(differentiate: ByHand, rows: tuple[Tensor, ...], value: float, entropy: float) -> dict[str, Tensor]:
    metrics = differentiate([row.numpy() for row in rows], actor_slope, value, entropy)
    return {name: torch.as_tensor(metric) for name, metric in metrics.items()}


def drawn(actions: Distribution) -> tuple[Tensor, ...]:
    """Rows of obs, action, logp, advantage and value target."""
    rng = np.random.default_rng(0)
    action = {
        ONE: rng.integers(0, 3, ROWS),
        SEVERAL: np.stack([rng.integers(0, 3, ROWS), rng.integers(0, 2, ROWS)], 1),
        REALS: rng.standard_normal((ROWS, 2), np.float32),
    }[actions]
    obs = rng.standard_normal((ROWS, INPUTS), np.float32)
    logp = -1 - rng.random(ROWS, np.float32)
    others = rng.standard_normal((2, ROWS), np.float32)
    return tuple(map(torch.from_numpy, (obs, action, logp, *others)))


def by_autograd(network: nn.Module, log_std: Tensor, actions: Distribution, rows: tuple[Tensor, ...]) -> list[Tensor]:
    """Policy loss, value loss, entropy and log ratio; the gradients are added where they belong."""
    obs, action, logp, advantage, target = rows
    numbers, value = network(obs)
    if isinstance(actions, Categorical):
        new, entropy = likelihoods.categoricals(numbers, action.reshape(ROWS, -1), actions.sizes)
    else:
        new, entropy = likelihoods.gaussian(numbers, log_std, action)
    actor, critic = actor_loss(new, logp, advantage), value_loss(value, target)
    (actor + 0.7 * critic - 0.3 * entropy.mean()).backward()
    return [actor, critic, entropy.mean(), new - logp]


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("hidden", [(), (8,), (8, 6), (5, 7, 4)])
@pytest.mark.parametrize("actions", [ONE, SEVERAL, REALS], ids=["one choice", "several", "reals"])
def test_it_is_autograds(actions: Distribution, hidden: tuple[int, ...], activation: str) -> None:
    shapes = tower_shapes(INPUTS, hidden, actions.size)
    network = ActorCriticMLP(shapes, activation, torch.Generator().manual_seed(0))
    log_std = nn.Parameter(torch.linspace(-0.5, 0.5, actions.free))
    vector = as_one_vector([*network.parameters(), log_std])
    vector += 0.3 * torch.randn(vector.shape, generator=torch.Generator().manual_seed(1))
    assert vector.grad is not None
    rows = drawn(actions)
    wanted = by_autograd(network, log_std, actions, rows)
    gradient = vector.grad.clone()
    vector.grad.fill_(9.0)  # what was there does not count
    metrics = by_hand(ByHand(partial(Towers, shapes, activation), actions, vector, vector.grad), rows, 0.7, 0.3)
    assert gradient.abs().max() > 0.1
    torch.testing.assert_close(vector.grad, gradient, rtol=1e-5, atol=1e-6)
    assert list(metrics) == ["policy_loss", "value_loss", "entropy", "log_ratio"]
    for ours, theirs in zip(metrics.values(), wanted, strict=True):
        torch.testing.assert_close(ours, theirs.detach(), rtol=1e-5, atol=1e-6)


def test_it_follows_the_parameters_as_they_change() -> None:
    shapes = tower_shapes(INPUTS, (4,), 3)
    vector = as_one_vector(ActorCriticMLP(shapes, "tanh", torch.Generator().manual_seed(0)).parameters())
    assert vector.grad is not None
    differentiate, rows = ByHand(partial(Towers, shapes, "tanh"), ONE, vector, vector.grad), drawn(ONE)
    by_hand(differentiate, rows, 0.5, 0.0)
    before = vector.grad.clone()
    vector.mul_(2)
    by_hand(differentiate, rows, 0.5, 0.0)
    assert not torch.allclose(before, vector.grad)
