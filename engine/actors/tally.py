"""The returns and lengths of a worker's episodes, added up once a fragment instead of at every step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Episode


class Tally:
    """What the episode under way in each environment has brought so far.

    Example: one environment gives rewards 1, 2, 3, 4 and its episode ends with the second. That episode has return 3
    and length 2; the next one goes into the following fragment with 7 and 2.

    Attributes:
        returns: by environment, undiscounted and unscaled.
        lengths: by environment, in env steps.
    """

    def __init__(self, environments: int) -> None:
        """Begin an episode in each environment."""
        self.returns = [0.0] * environments
        self.lengths = [0] * environments

    def add(self, rewards: NDArray[np.float64], ends: Iterable[tuple[int, int]]) -> tuple[Episode, ...]:
        """Take in a fragment's rewards (T, N); return the episodes that ended in it.

        `ends` are the last step and the environment of each, in order of time.
        """
        columns: list[list[float]] = rewards.T.tolist()  # Python's own numbers, to be added in order of time
        since = [0] * len(columns)
        episodes: list[Episode] = []
        for step, index in ends:
            self._count(index, columns[index][since[index] : step + 1])
            episodes.append(Episode(self.returns[index], self.lengths[index]))
            self.returns[index], self.lengths[index], since[index] = 0.0, 0, step + 1
        for index, column in enumerate(columns):
            self._count(index, column[since[index] :])
        return tuple(episodes)

    def _count(self, index: int, rewards: list[float]) -> None:
        self.returns[index] = sum(rewards, self.returns[index])
        self.lengths[index] += len(rewards)

    def state(self) -> dict[str, Any]:
        """Return both lists, for a checkpoint."""
        return {"returns": list(self.returns), "lengths": list(self.lengths)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.returns, self.lengths = list(state["returns"]), list(state["lengths"])
