"""PPO's way to a mean return of 450 on CartPole, and whether it stays there: five seeds."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from tests.benchmarks import graphs, ours
from tests.benchmarks.line import THOROUGH, Effort, Line

WANTED, KEPT, WINDOW = 450, 400, 100
STEPS = 150_000


def measure(effort: Effort) -> Iterator[Line]:
    """Train each seed for the saved graph's whole budget; a quick measurement takes three seeds."""
    seconds, lowest = [], []
    with ours.ray() as cluster:
        for seed in range(1, 6 if effort == THOROUGH else 4):
            heard = ours.run(graphs.saved("ppo_cartpole"), {"env_steps": STEPS}, cluster, seed)
            after, least = reached(np.array(heard.episodes))
            seconds.append(after)
            lowest.append(least)
    what = f"PPO, first sample to mean return {WANTED} (saved graph)"
    yield Line(what, "s", tuple(seconds), (6.0,), "the goal", 1.0, fewer_is_better=True)
    what = f"PPO, lowest mean return from there to {STEPS:,} env steps"
    yield Line(what, "return", tuple(lowest), (KEPT,), "no collapse", 1.0)


def reached(episodes: np.ndarray) -> tuple[float, float]:
    """Return the seconds until the mean of 100 returns was what is wanted, and the lowest such mean after that.

    Infinite seconds and no return if that never was.
    """
    sums = np.cumsum(np.concatenate([[0.0], episodes[:, 2]]))
    means, seconds = (sums[WINDOW:] - sums[:-WINDOW]) / WINDOW, episodes[WINDOW - 1 :, 1]
    there = np.flatnonzero(means >= WANTED)
    return (seconds[there[0]], means[there[0] :].min()) if there.size else (float("inf"), 0.0)
