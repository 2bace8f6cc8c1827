"""Transitions of one step summed to transitions of several (Sutton 1988; equation 7.1 of Sutton and Barto 2018)."""

from __future__ import annotations

import numpy as np

from engine.replay.continuing import Steps


def n_step(steps: Steps, n: int, gamma: float) -> Steps:
    """Return the n-step transitions that begin at each but the last n - 1 of these steps.

    With m the number of steps up to n or to the episode's end, whichever comes first: `reward` is the sum of
    gamma^k r_(t+k) for k below m, `next_obs`, `terminated` and `truncated` are those of step t + m - 1, and `discount`
    is gamma^m; all other columns are those of step t.

    Example: rewards 1, 2, 4 with n 2, gamma 0.5 and no end give 1 + 0.5 x 2 = 2 and 2 + 0.5 x 4 = 4, with discount
    0.25; an end at the first step makes the first 1, with discount 0.5.

    Args:
        steps: columns (N, T, ...) with reward, terminated, truncated and next_obs, T at least n.
        n: steps to sum.
        gamma: discount of a step.

    Returns:
        Columns (N, T - n + 1, ...), with `discount` float32.
    """
    reward, ended = steps["reward"], steps["terminated"] | steps["truncated"]
    length = reward.shape[1] - n + 1
    total = reward[:, n - 1 :].astype(np.float32)
    discount = np.full_like(total, gamma)
    last = np.broadcast_to(np.arange(n - 1, n - 1 + length), total.shape)
    for ahead in range(n - 2, -1, -1):
        span = slice(ahead, ahead + length)
        cut = ended[:, span]
        total = reward[:, span] + np.where(cut, np.float32(0), np.float32(gamma) * total)
        discount = np.where(cut, np.float32(gamma), np.float32(gamma) * discount)
        last = np.where(cut, np.arange(ahead, ahead + length), last)
    which = np.arange(len(reward))[:, None], last
    ends = {name: steps[name][which] for name in ("next_obs", "terminated", "truncated")}
    return {name: rows[:, :length] for name, rows in steps.items()} | {"reward": total, "discount": discount} | ends
