"""Where a policy plays whole episodes to be looked at, not to be trained on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from engine import environments
from engine.kinds import Blueprint, Environment, Episode


class Arena:
    """One environment, played in whole games, and one acting part."""

    def __init__(self, environment: Environment, blueprint: Blueprint, seed: int) -> None:
        self.env = environments.make(replace(environment, end_at_life_loss=False))
        self.acting = blueprint.build()
        self.env.reset(seed=seed)

    def play(self, weights: NDArray[np.float32], episodes: int, longest: int) -> list[Episode]:
        """Play `episodes` episodes with the most likely actions under `weights`; return how they went.

        Each is cut off after `longest` env steps: some environments have no time limit.
        """
        self.acting.load(weights)
        return [self._play_one(longest) for _ in range(episodes)]

    def _play_one(self, longest: int) -> Episode:
        obs, _ = self.env.reset()
        self.acting.reset(0)
        total, length, over = 0.0, 0, False
        while not over and length < longest:
            action = self.acting.to_environment(self.acting.act_greedily(np.asarray(obs)[None]))[0]
            obs, reward, terminated, truncated, _ = self.env.step(action)
            total, length, over = total + float(reward), length + 1, terminated or truncated
        return Episode(total, length)

    def close(self) -> None:
        """Close the environment."""
        self.env.close()
