"""What several nodes share: the queue before a learner, the rollout workers, the replay buffer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.kinds.item import Item
from engine.kinds.kind import Family, Kind, Shape
from engine.kinds.policy import Policy


class LearnerQueue(Kind):
    """A bounded queue of items between the streams that put them in and a learner that takes them out."""

    title: ClassVar[str] = "queue"
    family: ClassVar[Family] = "handle"
    shape: ClassVar[Shape] = "pentagon"
    light: ClassVar[str] = "#6B56B5"
    dark: ClassVar[str] = "#A894EA"


class Workers(Kind, ABC):
    """The rollout workers behind a parallel stream, named by their sources (`"rollouts_1/0"`, ...)."""

    title: ClassVar[str] = "workers"
    family: ClassVar[Family] = "handle"
    shape: ClassVar[Shape] = "chevron"
    light: ClassVar[str] = "#A3527F"
    dark: ClassVar[str] = "#CC79A7"

    @abstractmethod
    def send(self, policy: Policy, to: Iterable[str] | None = None) -> None:
        """Hand a policy's newest weights to all workers, or to those named.

        Each takes them over before its next fragment.

        Raises:
            ValueError: these workers do not act with that policy.
        """


class Replay(Kind, ABC):
    """The shards of a replay buffer, named by their sources (`"buffer_1/0"`, ...)."""

    title: ClassVar[str] = "replay buffer"
    family: ClassVar[Family] = "handle"
    shape: ClassVar[Shape] = "drum"
    light: ClassVar[str] = "#A02B3C"
    dark: ClassVar[str] = "#E8788A"

    @property
    @abstractmethod
    def full(self) -> bool:
        """Whether there is no room for one more batch just now; only shards on actors may lag behind."""

    @abstractmethod
    def store(self, item: Item) -> None:
        """Keep the rows of the item's batch, in one of the shards."""

    @abstractmethod
    def update(self, source: str, indexes: NDArray[np.int64], errors: NDArray[np.float32]) -> None:
        """Tell the shard `source` the absolute TD errors (K,) of the rows that it gave with these indexes (K,)."""
