"""Learning the distribution of returns over fixed atoms (C51), in numpy; losses return their slopes too.

Bellemare et al. 2017, arXiv 1707.06887. A distribution is K probabilities on K evenly spaced returns, the support.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from engine.losses.q_learning import Floats

SMALLEST: Final = np.float32(1e-30)  # a probability of 0 has no finite logarithm; p log p is 0 there


def support_between(lowest: float, highest: float, atoms: int) -> Floats:
    """Return the K returns z (K,) that probabilities stand on. Example: -1, 1 and 3 atoms give -1, 0, 1."""
    return np.linspace(lowest, highest, atoms, dtype=np.float32)


def softmax(logits: Floats) -> Floats:
    """Return probabilities over the last axis. Example: logits 0, 0 give 1/2 each."""
    powers: Floats = np.exp(logits - logits.max(-1, keepdims=True))
    powers /= powers.sum(-1, keepdims=True)
    return powers


def project(
    probabilities: Floats, reward: Floats, discount: Floats, terminated: NDArray[np.bool_], support: Floats
) -> Floats:
    """Return the distribution of r + discount z (1 - terminated) on the support, (B, K) (algorithm 1).

    Each atom of `probabilities` (B, K) moves to its new return, is cut to the ends of the support, and is shared out
    between its two neighbours in proportion to their nearness.

    Example: support 0, 1, 2 and all of the probability at 2, moved by r = 0.25 and discount 0.5 to 1.25: 0.75 of it
    falls to 1 and 0.25 to 2.
    """
    rows, atoms = probabilities.shape
    moved = reward[:, None] + (discount * ~terminated)[:, None] * support
    place = (np.clip(moved, support[0], support[-1]) - support[0]) * ((atoms - 1) / (support[-1] - support[0]))
    below = np.minimum(place.astype(np.int64), atoms - 2)
    above_share = (place - below) * probabilities
    cells = below + np.arange(rows)[:, None] * atoms
    mass = np.bincount(cells.ravel(), (probabilities - above_share).ravel(), rows * atoms)
    mass += np.bincount(cells.ravel() + 1, above_share.ravel(), rows * atoms)
    return mass.astype(np.float32).reshape(rows, atoms)


def divergence_loss(logits: Floats, target: Floats) -> tuple[Floats, Floats]:
    """Return KL(target || softmax(logits)) of each row, (B,), and its slope by the logits, (B, K).

    sum_i t_i (log t_i - log p_i), whose slope is p - t: that of the paper's cross entropy, which differs by a
    constant. Unlike it, the divergence is zero for a perfect answer, and so a measure of what is left to learn.
    Example: logits 0, 0 and target 1, 0 give log 2 = 0.693 and slope -1/2, 1/2.
    """
    probabilities = softmax(logits)
    ratio = np.log(np.maximum(target, SMALLEST)) - np.log(np.maximum(probabilities, SMALLEST))
    return (target * ratio).sum(1), probabilities - target
