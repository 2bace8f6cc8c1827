"""The gradient of a small actor-critic by hand: in a quarter of the time that autograd takes, and equal to it.

A framework spends most of a small network's gradient on dispatch, on its graph, and on its own hyperbolic tangent,
which takes ten times as long as numpy's. So here the towers that act on workers also learn: forward in plain numpy,
then the chain rule back through the actor's loss, whose slope each family writes itself, likelihood and towers, each
slope straight into its place in the gradient vector.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.policies.distributions import Categorical, DiagonalGaussian, Distribution, Floats
from engine.policies.legal import legal
from engine.policies.towers import Towers

ActorLoss = Callable[[Floats, Floats, Floats], tuple[float, Floats]]


class ByHand:
    """Writes the gradient of actor loss + c_v (V - target)^2 / 2 - c_e H, averaged over rows, where Adam looks for it.

    Example: `ByHand(towers, actions, vector, gradient)(rows, actor_loss, 0.5, 0.01)` leaves in `gradient` what
    `backward` of the same loss would add to it.
    """

    def __init__(
        self, towers: Callable[[], Towers], actions: Distribution, vector: Tensor, gradient: Tensor, mask: int = 0
    ) -> None:
        """Differentiate the network that `towers` makes; the last `mask` numbers it sees say what is legal.

        Vector and gradient, each (P,), are `[towers | free parameters of the actions]`, read and written in place.
        """
        self.mask = mask
        self.network, self.slopes = towers(), towers()
        size = self.network.size
        self.network.load(vector.numpy()[:size])
        self.slopes.load(gradient.numpy()[:size])
        self.free, self.free_slope = vector.numpy()[size:], gradient.numpy()[size:]
        self.likelihood = _Gaussian if isinstance(actions, DiagonalGaussian) else _Choices
        self.actions = actions

    def __call__(
        self, rows: Sequence[NDArray[Any]], actor_loss: ActorLoss, value_weight: float, entropy_weight: float
    ) -> dict[str, Any]:
        """Write the gradient over rows of obs (B, O), action, logp, advantage and value target, each (B, ...).

        `actor_loss` gives the loss for log-probabilities now and when sampled, and advantages, each (B,), and its
        slope by the first. Returns policy_loss, value_loss and entropy, and log_ratio, a tensor (B,).
        """
        obs, action, logp, advantage, target = rows
        both = self.network.features(obs)
        numbers, value = self.network.heads(both)
        likelihood = self.likelihood(self.actions, legal(numbers, obs, self.mask), self.free, action)
        actor, logp_slope = actor_loss(likelihood.logp, logp, advantage)
        numbers_slope, self.free_slope[:] = likelihood.slopes(logp_slope, entropy_weight)
        error = value - target
        self.network.backward(both, obs, numbers_slope, error * (value_weight / len(error)), self.slopes)
        return {
            "policy_loss": actor,
            "value_loss": float(error @ error) / len(error) / 2,
            "entropy": likelihood.mean_entropy,
            "log_ratio": torch.from_numpy(likelihood.logp - logp),
        }


class _Choices:
    """One categorical choice or several: log p = sum_i l_ai, H = -sum_i p_i l_i, with l = log softmax of the logits."""

    def __init__(self, actions: Distribution, numbers: Floats, free: Floats, action: NDArray[np.int64]) -> None:
        assert isinstance(actions, Categorical)
        self.rows = np.arange(len(numbers))
        self.chosen = action.reshape(len(numbers), -1).T
        logits = np.split(numbers, np.cumsum(actions.sizes)[:-1], 1) if actions.many else [numbers]
        self.logs = [_log_softmax(part) for part in logits]
        self.chances = [np.exp(logs) for logs in self.logs]
        entropies = [-(chances * logs).sum(1) for chances, logs in zip(self.chances, self.logs, strict=True)]
        self.entropies = entropies
        self.mean_entropy = float(sum(entropies[1:], entropies[0]).sum()) / len(numbers)
        picked = [logs[self.rows, chosen] for logs, chosen in zip(self.logs, self.chosen, strict=True)]
        self.logp: Floats = sum(picked[1:], picked[0])

    def slopes(self, logp_slope: Floats, entropy_weight: float) -> tuple[Floats, Floats]:
        """Return the loss's slopes by the logits (B, D) and by no free parameters (0,).

        d log p / d logit_j = [j = a] - p_j, and d H / d logit_j = -p_j (l_j + H).
        """
        slopes = []
        for logs, chances, entropy, chosen in zip(self.logs, self.chances, self.entropies, self.chosen, strict=True):
            slope = (logs + entropy[:, None]) * (entropy_weight / len(logs)) - logp_slope[:, None]
            slope *= chances
            slope[self.rows, chosen] += logp_slope
            slopes.append(slope)
        return np.concatenate(slopes, 1), np.zeros(0, np.float32)


class _Gaussian:
    """Independent normals: log p = -sum_i d_i^2 / 2 - log std_i - log(2 pi) / 2, with d = (a - mean) / std."""

    def __init__(self, actions: Distribution, numbers: Floats, free: Floats, action: Floats) -> None:
        self.precision = np.exp(-free)
        self.deviations = (action - numbers) * self.precision
        constant = free.sum() + 0.5 * math.log(2 * math.pi) * len(free)
        self.logp: Floats = -0.5 * np.square(self.deviations).sum(1) - constant
        self.mean_entropy = float(constant) + 0.5 * len(free)

    def slopes(self, logp_slope: Floats, entropy_weight: float) -> tuple[Floats, Floats]:
        """Return the loss's slopes by the means (B, A) and by the log deviations (A,).

        d log p / d mean = d / std, d log p / d log std = d^2 - 1, and d H / d log std = 1.
        """
        pulled = self.deviations * logp_slope[:, None]
        free = (pulled * self.deviations).sum(0) - logp_slope.sum() - entropy_weight
        return pulled * self.precision, free


def _log_softmax(logits: Floats) -> Floats:
    shifted = logits - logits.max(1, keepdims=True)
    result: Floats = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    return result
