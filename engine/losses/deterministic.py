"""The targets and losses of deterministic actors: DDPG, and TD3, which mends its overestimation.

Lillicrap et al. 2016, arXiv 1509.02971 (DDPG); Fujimoto et al. 2018, arXiv 1802.09477 (TD3).
"""

from __future__ import annotations

from torch import Tensor


def smoothed_action(action: Tensor, noise: Tensor, deviation: float, clip: float) -> Tensor:
    """Return the target actor's actions with clipped noise, within -1 .. 1; action and noise (B, A), noise normal.

    clip(a + clip(deviation noise, -clip, clip), -1, 1): TD3's equation 14. Example: a = 0.8, noise 2, deviation 0.2
    and clip 0.3 give 0.8 + 0.3, cut to 1.
    """
    return (action + (deviation * noise).clamp(-clip, clip)).clamp(-1, 1)


def bootstrapped_target(reward: Tensor, discount: Tensor, terminated: Tensor, value: Tensor) -> Tensor:
    """Return r + discount (1 - terminated) Q', all (B,): equation 5 of DDPG; with the least of two Q', that of TD3.

    Example: r = 1, discount 0.5 and Q' = 4 give 3; 1 where the episode terminated.
    """
    return reward + discount * ~terminated * value


def deterministic_actor_loss(value: Tensor) -> Tensor:
    """Return the mean of -Q (B,) of the actor's own actions: its gradient is equation 6 of DDPG.

    Example: values 1 and 3 cost -2.
    """
    return -value.mean()
