"""Q-learning's targets and loss, in numpy: each loss also returns its slope by the values that the network gave.

A network then needs no more than its product with that slope, whichever library computes it. Rows are transitions
(s, a, r, s'), B of them; A is the number of actions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def bootstrapped(reward: Floats, discount: Floats, terminated: NDArray[np.bool_], next_value: Floats) -> Floats:
    """Return the targets y = r + discount V(s') (1 - terminated), all (B,).

    `discount` is gamma, or gamma^n where r is a sum over n steps. A truncated row still counts V(s'). (Watkins and
    Dayan 1992.) Example: r = 1, discount 0.5 and V = 4 give 3; had the episode terminated there, 1.
    """
    return reward + discount * next_value * ~terminated


def summed_within(
    reward: Floats, ended: NDArray[np.bool_], gamma: float, steps: int
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Return, for each step t of sequences (M, L), the discounted sum of its reward and those that follow on it.

    Up to `steps` are summed, fewer where the episode or the sequence ends before: sum_k gamma^k r_t+k. With it come
    the discount of what follows, gamma^(steps summed), and the last step summed, its place in the sequence; all
    (M, L). (Sutton and Barto 2018, equation 7.1.)

    Example: rewards 1, 2, 4 of one sequence, 2 steps and gamma 0.5 give 2, 4, 4, discounts 0.25, 0.25, 0.5 and last
    steps 1, 2, 2; had the episode ended with the first, 1, 4, 4.
    """
    total, discount = reward.copy(), np.full_like(reward, gamma)
    last = np.arange(reward.shape[1]) + np.zeros(reward.shape, np.int64)
    going = ~ended
    for ahead in range(1, min(steps, reward.shape[1])):
        on = going[:, : reward.shape[1] - ahead]
        total[:, :-ahead] += on * discount[:, :-ahead] * reward[:, ahead:]
        discount[:, :-ahead] *= np.where(on, np.float32(gamma), np.float32(1))
        last[:, :-ahead] += on
        going = on & ~ended[:, ahead:]
    return total, discount, last


def best_action_values(choosing: Floats, judging: Floats) -> Floats:
    """Return what `judging` (B, A, ...) says of the action that `choosing` (B, A) values most, (B, ...).

    In double Q-learning the learned network chooses and the target network judges, so that noise in one is not taken
    for value: V(s') = Q_judging(s', argmax_a Q_choosing(s', a)) (van Hasselt et al. 2016, arXiv 1509.06461, equation
    4). With one network's values twice it is Q-learning's own max_a Q(s', a). Example: choosing 1, 2 and judging 5, 3
    give 3.
    """
    judged: Floats = judging[np.arange(len(judging)), choosing.argmax(1)]
    return judged


def td_loss(value: Floats, target: Floats, huber: bool) -> tuple[Floats, Floats]:
    """Return the loss of each row and its slope dl/dQ, both (B,), for Q(s, a) and targets (B,).

    With error d = Q - y: l = d^2 / 2; with `huber`, |d| - 1/2 where |d| > 1, so that no row pulls harder than 1 (the
    error clipping of Mnih et al. 2015, Nature 518). Example: d = 3 costs 4.5 with slope 3; with huber, 2.5 and 1.
    """
    error = value - target
    if not huber:
        return 0.5 * error * error, error
    slope = np.clip(error, -1, 1)
    return slope * (error - 0.5 * slope), slope
