"""An environment that only sleeps: a simulator that takes its time and no core, so that cores do not hide the engine.

Registered as `Sleeping-v0` when this is imported; `RLFLOW_ENVIRONMENT_PACKAGES=tests.benchmarks.sleeping` lets the
engine do that.
"""

from __future__ import annotations

import time
from typing import Any, Final

import gymnasium
import numpy as np

ID: Final = "Sleeping-v0"


class Sleeping(gymnasium.Env[np.ndarray, int]):
    """Episodes without end, each step of which takes some milliseconds."""

    observation_space = gymnasium.spaces.Box(-1, 1, (4,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, milliseconds: float) -> None:
        self.seconds = milliseconds / 1000
        self.seen = np.zeros(4, np.float32)

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[np.ndarray, dict]:
        """Return zeros."""
        super().reset(seed=seed)
        return self.seen, {}

    def step(self, action: int) -> tuple[np.ndarray, float, bool, bool, dict]:
        """Sleep."""
        time.sleep(self.seconds)
        return self.seen, 0.0, False, False, {}


gymnasium.register(ID, Sleeping)
