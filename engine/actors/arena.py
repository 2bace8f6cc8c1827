"""Where a policy plays whole episodes to be looked at, not to be trained on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import environments, generators
from engine.kinds import Blueprint, Environment, Episode


class Arena:
    """One environment, played in whole games, and one acting part.

    Attributes:
        rate: pictures a second at which the environment wants to be shown; None if it does not say.
    """

    def __init__(self, environment: Environment, blueprint: Blueprint, seed: int, drawn: bool = False) -> None:
        """Make the environment; `drawn` if it is to be filmed.

        Raises:
            ValueError: it is to be drawn and cannot be.
        """
        whole = replace(environment, end_at_life_loss=False)
        self.env = environments.make_drawn(whole) if drawn else environments.make(whole)
        self.rate: float | None = self.env.metadata.get("render_fps")
        self.acting = blueprint.build()
        self.env.reset(seed=seed)

    def play(self, weights: NDArray[np.float32], episodes: int, longest: int) -> list[Episode]:
        """Play `episodes` episodes with the most likely actions under `weights`; return how they went.

        Each is cut off after `longest` env steps: some environments have no time limit.
        """
        self.acting.load(weights)
        played = [list(self._rewards(longest)) for _ in range(episodes)]
        return [Episode(sum(rewards), len(rewards)) for rewards in played]

    def film(self, weights: NDArray[np.float32], longest: int) -> Iterator[NDArray[np.uint8]]:
        """Play one episode as `play` does and give a picture (H, W, 3), RGB, after each of its steps."""
        return (self.picture() for _ in self.steps(weights, longest))

    def steps(self, weights: NDArray[np.float32], longest: int) -> Iterator[float]:
        """Play one episode as `play` does and give the reward of each step; `picture` shows how things stand then."""
        self.acting.load(weights)
        return self._rewards(longest)

    def picture(self) -> NDArray[np.uint8]:
        """Return how the environment looks now, (H, W, 3), RGB, uint8."""
        picture: Any = self.env.render()
        return np.asarray(picture, np.uint8)

    def state(self) -> dict[str, Any]:
        """Return what decides how the next episodes begin."""
        return {"generators": generators.states(generators.of(self.env))}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        generators.restore(generators.of(self.env), state["generators"])

    def _rewards(self, longest: int) -> Iterator[float]:
        """Play one episode step by step; give the reward of each."""
        obs, _ = self.env.reset()
        self.acting.reset(0)
        over, length = False, 0
        while not over and length < longest:
            action = self.acting.to_environment(self.acting.act_greedily(np.asarray(obs)[None]))[0]
            obs, reward, terminated, truncated, _ = self.env.step(action)
            over, length = terminated or truncated, length + 1
            yield float(reward)

    def close(self) -> None:
        """Close the environment."""
        self.env.close()
