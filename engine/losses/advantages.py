"""Advantage estimation from a batch of whole sequences, in numpy so that workers can do it without torch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Batch
from engine.losses.sequences import backward_sums


def generalised_advantages(batch: Batch, gamma: float, lam: float) -> NDArray[np.float32]:
    """Return the advantage of each row, (B,) float32, estimated within each sequence of T steps.

    delta_t = r_t + gamma V(s_t+1) (1 - terminated_t) - V(s_t), and A_t = delta_t + gamma lam A_t+1. The sum stops at
    the last row of a sequence and where an episode terminated or was truncated. A truncated row still counts
    V(s_t+1), the value of its own last observation: time ran out, the future did not. (Schulman et al. 2016,
    arXiv 1506.02438, equations 11 and 16.)

    Reads reward, value and next_value (B,), terminated and truncated (B,) bool.

    Example: T = 2, rewards 1, 1, values 0.5, 0.5, next values 0.5, 2, gamma = lam = 1: cut off after the second row,
    the advantages are 3.5 and 2.5; had it terminated there, 1.5 and 0.5 (its next value does not count).

    Raises:
        ValueError: B is no multiple of the batch's sequence length.
    """
    future = gamma * batch["next_value"] * ~batch["terminated"]
    carried = gamma * lam * ~(batch["terminated"] | batch["truncated"])
    return backward_sums(batch["reward"] + future - batch["value"], carried, batch.sequence)
