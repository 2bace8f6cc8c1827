"""Workers written by hand whose one environment sleeps: what the machine's cores leave of it, with two lines of Ray."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import gymnasium
import numpy as np

from tests.benchmarks import ours, sleeping


class Sleeper:
    """Steps one environment with actions at random, `length` times a call."""

    def __init__(self, milliseconds: float, length: int) -> None:
        self.env = gymnasium.make(sleeping.ID, disable_env_checker=True, milliseconds=milliseconds)
        self.obs, _ = self.env.reset()
        self.length = length
        self.rng = np.random.default_rng(0)

    def sample(self) -> dict[str, np.ndarray]:
        """Return the columns of one fragment."""
        obs, reward = np.empty((self.length, *self.obs.shape), np.float32), np.empty(self.length, np.float32)
        action = self.rng.integers(2, size=self.length)
        for step, chosen in enumerate(action.tolist()):
            obs[step] = self.obs
            self.obs, reward[step], *_ = self.env.step(chosen)
        return {"obs": obs, "action": action, "reward": reward}


def sampling(workers: int, milliseconds: float, length: int) -> Callable[[float], float]:
    """Return what samples with some workers, two calls in flight on each; env steps a second. Ray must be up."""
    import ray

    kind = ray.remote(Sleeper).options(num_cpus=0)
    actors = [kind.remote(milliseconds, length) for _ in range(workers)]
    ray.get([actor.sample.remote() for actor in actors])  # while they start, nothing is measured

    def rate(seconds: float) -> float:
        flying: dict[Any, Any] = {actor.sample.remote(): actor for actor in actors for _ in range(2)}
        begin = time.perf_counter() + ours.WARM_UP
        fragments = 0
        while (now := time.perf_counter()) < begin + seconds:
            (done, *_), _ = ray.wait(list(flying))
            ray.get(done)
            actor = flying.pop(done)
            flying[actor.sample.remote()] = actor
            fragments += now >= begin
        ray.get(list(flying))
        return fragments * length / seconds

    return rate
