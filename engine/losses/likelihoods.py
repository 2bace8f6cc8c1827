"""How likely an action is, and how undecided its distribution: what a loss needs to know of a policy's head.

Each function takes what the network gave for B rows and the actions taken, and returns the log-probability (B,) and
the entropy (B,), both in nats and differentiable. The numpy counterparts that choose actions are in
`engine.policies.distributions`; tests hold the two equal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
from torch import Tensor


def categorical(logits: Tensor, action: Tensor) -> tuple[Tensor, Tensor]:
    """Return log p(a) and the entropy of one choice: logits (B, n), action (B,) int64.

    log p(a) = logits_a - log sum_i exp(logits_i), H = -sum_i p_i log p_i. Example: logits 0, 0 give log(1/2) = -0.693
    for either action, and entropy 0.693.
    """
    log_probabilities = torch.log_softmax(logits, 1)
    entropy = -(log_probabilities.exp() * log_probabilities).sum(1)
    return log_probabilities.gather(1, action.unsqueeze(1)).squeeze(1), entropy


def categoricals(logits: Tensor, action: Tensor, sizes: Sequence[int]) -> tuple[Tensor, Tensor]:
    """Return log p(a) and the entropy of A independent choices: logits (B, sum of sizes), action (B, A) int64.

    Both are the sums over the components. Example: sizes (2, 2) and all logits 0 give log p = -1.386.
    """
    parts = [categorical(part, action[:, i]) for i, part in enumerate(torch.split(logits, list(sizes), 1))]
    return torch.stack([part[0] for part in parts]).sum(0), torch.stack([part[1] for part in parts]).sum(0)


def gaussian(mean: Tensor, log_std: Tensor, action: Tensor) -> tuple[Tensor, Tensor]:
    """Return log p(a) and the entropy of a diagonal Gaussian: mean and action (B, A), log_std (A,).

    log p(a) = sum_i -((a_i - mean_i) / std_i)^2 / 2 - log std_i - log(2 pi) / 2, and
    H = sum_i log std_i + log(2 pi e) / 2. Example: A = 1, mean 0, log_std 0: log p(0) = -0.919, H = 1.419.
    """
    deviations = (action - mean) * torch.exp(-log_std)
    constant = log_std.sum() + 0.5 * math.log(2 * math.pi) * len(log_std)
    entropy = constant + 0.5 * len(log_std)
    return -0.5 * deviations.square().sum(1) - constant, entropy.expand(len(mean))
