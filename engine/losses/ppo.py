"""The terms of Proximal Policy Optimization's loss, and what tells whether its steps are of a good size.

Schulman et al. 2017, arXiv 1707.06347. All take columns of B rows and return one number (a tensor of rank 0).
r_t = exp(log_ratio_t) is the probability ratio pi_new(a_t | s_t) / pi_old(a_t | s_t).
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

SMALLEST_COEFFICIENT: Final = 1e-4


def clipped_surrogate(log_ratio: Tensor, advantage: Tensor, clip: float) -> Tensor:
    """Return the policy loss, mean of -min(r_t A_t, clip(r_t, 1 - clip, 1 + clip) A_t): equation 7, negated.

    Example: clip 0.2, r = 1.5 and A = 1 cost -1.2 and no gradient; r = 1.5 and A = -1 cost 1.5.

    Raises:
        ValueError: log_ratio and advantage are not both (B,).
    """
    _check_rows(log_ratio, advantage)
    ratio = log_ratio.exp()
    return -torch.min(ratio * advantage, ratio.clamp(1 - clip, 1 + clip) * advantage).mean()


def value_loss(value: Tensor, target: Tensor) -> Tensor:
    """Return the critic's loss, mean of (V_t - target_t)^2 / 2.

    Example: values 1, 2 and targets 1, 4 cost (0 + 4) / 2 / 2 = 1.

    Raises:
        ValueError: value and target are not both (B,).
    """
    _check_rows(value, target)
    return (value - target).square().mean() / 2


def approximate_kl(log_ratio: Tensor) -> Tensor:
    """Return the mean of (r_t - 1) - log r_t, an estimate of KL(old || new) that is never negative.

    Its expectation under the old policy is exact, and it varies less than the mean of -log r_t (Schulman 2020,
    "Approximating KL Divergence", estimator k3). Example: one row with r = 2 gives 1 - log 2 = 0.307.
    """
    return (log_ratio.exp() - 1 - log_ratio).mean()


def adapted_coefficient(coefficient: float, kl: float, target: float) -> float:
    """Return the weight of the KL penalty for the next update, given the divergence (nats) of the last one.

    Half as much again above twice the target, half as much below half of it: section 4's rule with RLlib's numbers.
    It stays above 0.0001, from where it can grow again in time.
    Example: weight 0.2 and target 0.01 give 0.3 after a divergence of 0.03, 0.1 after 0.004 and 0.2 after 0.01.
    """
    if kl > 2 * target:
        return coefficient * 1.5
    return max(coefficient * 0.5, SMALLEST_COEFFICIENT) if kl < target / 2 else coefficient


def clip_fraction(log_ratio: Tensor, clip: float) -> Tensor:
    """Return the share of rows with |r_t - 1| > clip. Example: ratios 1, 1.1, 1.3, 0.7 with clip 0.2 give 0.5."""
    return ((log_ratio.exp() - 1).abs() > clip).float().mean()


def explained_variance(value: Tensor, target: Tensor) -> Tensor:
    """Return 1 - Var(target - value) / Var(target), both (B,): 1 is a perfect critic, 0 as good as a constant.

    Targets that do not vary leave nothing to explain: the answer is then 0.
    """
    _check_rows(value, target)
    variance = target.var(correction=0)
    if variance == 0:
        return torch.zeros(())
    return 1 - (target - value).var(correction=0) / variance


def _check_rows(one: Tensor, other: Tensor) -> None:
    """Refuse (B, 1) beside (B,): their difference would broadcast to (B, B) in silence."""
    if one.dim() != 1 or one.shape != other.shape:
        raise ValueError(f"both must be of shape (B,), not {tuple(one.shape)} and {tuple(other.shape)}")
