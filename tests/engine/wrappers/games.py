"""A game that behaves as ALE's do, and whose pictures tell which frame they show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gymnasium
import numpy as np

ID = "CountingGame-v0"


class CountingGame(gymnasium.Env[Any, Any]):
    """Every pixel of a picture is the number of its frame; each frame brings a reward of 2.

    A life lasts `life` frames; the game ends with the last of `lives`. `held` lists the action of every frame.
    """

    observation_space = gymnasium.spaces.Box(0, 255, (210, 160), np.uint8)

    def __init__(self, frameskip: int = 4, obs_type: str = "rgb", life: int = 40, lives: int = 3, fires: bool = True):
        self._frameskip = frameskip
        self.obs_type = obs_type
        self.life, self.all_lives = life, lives
        self.meanings = ["NOOP", "FIRE", "RIGHT"] if fires else ["NOOP", "RIGHT", "LEFT"]
        self.action_space = gymnasium.spaces.Discrete(3)
        self.ale = self
        self.frame = 0
        self.games = 0
        self.held: list[int] = []

    def get_action_meanings(self) -> list[str]:
        return self.meanings

    def lives(self) -> int:
        return self.all_lives - self.frame // self.life

    def getScreenGrayscale(self, out: Any) -> None:  # noqa: N802  ALE's name
        out[:] = self.frame

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self.frame = 0
        self.games += 1
        return self._picture(), {"lives": self.lives()}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.held.append(int(action))
        self.frame += 1
        return self._picture(), 2.0, self.lives() == 0, False, {"lives": self.lives()}

    def _picture(self) -> Any:
        return np.full((210, 160), self.frame, np.uint8)


@contextmanager
def registered() -> Iterator[None]:
    """Register the game as ALE registers its own."""
    gymnasium.register(ID, CountingGame, kwargs={"frameskip": 4}, disable_env_checker=True)
    try:
        yield
    finally:
        del gymnasium.registry[ID]
