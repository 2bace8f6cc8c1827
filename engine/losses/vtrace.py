"""V-trace: values and advantages of one policy from what another one did (Espeholt et al. 2018, arXiv 1802.01561).

The learner's policy pi is some updates ahead of the policy mu that sampled. Importance weights pi/mu correct for that;
they are truncated, since their product over many steps would vary without bound. In numpy: both results are constants
to the loss, and a backward pass over few sequences is too small to gain from torch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Batch
from engine.losses.sequences import backward_sums, following

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class VTrace:
    """The parameters of the correction.

    Attributes:
        gamma: discount of the next step's value.
        lam: lambda, which shortens the sums: 1 trusts the (corrected) rewards, 0 the critic (remark 2).
        rho_bar: largest weight of one step's error; it decides which policy's values are learned: pi's if it is
            infinite, those of one between mu and pi otherwise.
        c_bar: largest weight with which later errors are carried back; it decides how fast, not what, is learned.

    With mu = pi, rho_bar and c_bar at least 1, and lambda 1 the targets are the n-step returns.
    """

    gamma: float
    lam: float = 1.0
    rho_bar: float = 1.0
    c_bar: float = 1.0

    def __call__(self, batch: Batch, log_ratio: Floats, value: Floats, next_value: Floats) -> tuple[Floats, Floats]:
        """Return value targets v_t and advantages A_t, each (B,) float32, within each sequence of T steps.

        With rho_t = min(rho_bar, pi_t/mu_t), c_t = lam min(c_bar, pi_t/mu_t) and
        delta_t = rho_t (r_t + gamma V(s_t+1) - V(s_t)):

            v_t = V(s_t) + delta_t + gamma c_t (v_t+1 - V(s_t+1))     (equation 1 in the recursive form of remark 1)
            A_t = rho_t (r_t + gamma v_t+1 - V(s_t))                  (the actor's factor, section 4.2)

        V(s_t+1) is 0 where an episode terminated. At a sequence's last row, and where an episode was cut off, nothing
        is known of what came later: v_t+1 is then V(s_t+1) itself.

        Example: T = 2, rewards 1, 1, values 0, next values 0, 2, gamma = lam = 1 and ratios pi/mu of 0.5, 4 give
        delta = 0.5, 3, targets 0.5 + 0.5 * 3 = 2 and 3, advantages 0.5 (1 + 3) = 2 and 3.

        Args:
            batch: with reward (B,), terminated and truncated (B,) bool.
            log_ratio: log pi(a_t | s_t) - log mu(a_t | s_t), (B,).
            value: V(s_t) of the critic that learns, (B,).
            next_value: V(s_t+1), (B,); at an episode's end of its own last observation.

        Raises:
            ValueError: B is no multiple of the batch's sequence length.
        """
        rho = np.exp(np.minimum(log_ratio, math.log(self.rho_bar)))  # cut before exp, which may overflow
        trace = self.lam * np.exp(np.minimum(log_ratio, math.log(self.c_bar)))
        discount = self.gamma * ~batch["terminated"]
        goes_on = discount * ~batch["truncated"]
        error = batch["reward"] + discount * next_value - value
        excess = backward_sums(rho * error, goes_on * trace, batch.sequence)
        advantage = rho * (error + goes_on * following(excess, batch.sequence))
        return (value + excess).astype(np.float32), advantage.astype(np.float32)
