"""The losses of Soft Actor-Critic.

Haarnoja et al. 2018, arXiv 1812.05905 ("Algorithms and Applications"). alpha is the temperature: what a nat of
entropy is worth in reward. All take columns of B rows.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn.functional import softplus


def squashed_gaussian(mean: Tensor, log_std: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
    """Return actions tanh(u) (B, A) and their log-probability (B,), for u = mean + exp(log_std) noise, all (B, A).

    log p(a) = log N(u; mean, std) - sum_i log(1 - tanh(u_i)^2), the logarithm written as
    2 (log 2 - u - softplus(-2u)) so that it stays finite where tanh is 1 (appendix C, equation 26).

    Example: A = 1, mean 0, log_std 0 and noise 0 give action 0 and log p = -0.919.
    """
    raw = mean + log_std.exp() * noise
    gaussian = -0.5 * noise.square() - log_std - 0.5 * math.log(2 * math.pi)
    squeezed = 2 * (math.log(2) - raw - softplus(-2 * raw))
    return torch.tanh(raw), (gaussian - squeezed).sum(1)


def soft_target(
    reward: Tensor, discount: Tensor, terminated: Tensor, value: Tensor, logp: Tensor, alpha: Tensor
) -> Tensor:
    """Return r + discount (1 - terminated) (Q' - alpha log p'), all (B,): equations 2 and 3.

    Q' is the least of the target critics' values of the next observation with an action of the present policy, of
    log-probability log p'. Example: r = 1, discount 0.5, Q' = 4, log p' = -2, alpha 0.5 give 1 + 0.5 (4 + 1) = 3.5.
    """
    return reward + discount * ~terminated * (value - alpha * logp)


def critic_loss(values: Tensor, target: Tensor, weight: Tensor) -> Tensor:
    """Return the sum over K critics of the mean of weight (Q - target)^2 / 2; values (K, B), the others (B,).

    Equation 5. Example: critics that say 1 and 3 of one row of target 2 and weight 1 cost 0.5 + 0.5 = 1.

    Raises:
        ValueError: the shapes are others.
    """
    if values.dim() != 2 or values.shape[1:] != target.shape or target.shape != weight.shape:
        shapes = tuple(values.shape), tuple(target.shape), tuple(weight.shape)
        raise ValueError(f"they must be of shape (K, B), (B,) and (B,), not {shapes[0]}, {shapes[1]} and {shapes[2]}")
    return (weight * (values - target).square()).mean(1).sum() / 2


def soft_actor_loss(value: Tensor, logp: Tensor, alpha: Tensor) -> Tensor:
    """Return the mean of alpha log p - Q, both (B,), for actions of the present policy: equation 9.

    Example: Q = 2, log p = -1 and alpha 0.5 cost -2.5.
    """
    return (alpha * logp - value).mean()


def temperature_loss(log_alpha: Tensor, logp: Tensor, target_entropy: float) -> Tensor:
    """Return -log alpha (mean log p + target entropy): alpha grows while the entropy is below its target.

    Equation 18, with log alpha in the place of alpha, as its authors' code has it. Example: log alpha 1, log p = 2
    (entropy -2) and a target of -1 cost -1, and a step down the gradient raises log alpha.
    """
    return -log_alpha * (logp.mean() + target_entropy)
