"""What several nodes share: recorded experiences, the queue before a learner, rollout workers, the replay buffer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.kinds.item import Item
from engine.kinds.kind import Family, Kind, Shape
from engine.kinds.policy import Policy


@dataclass(frozen=True, slots=True)
class Dataset(Kind):
    """Recorded experiences in a folder.

    Attributes:
        folder: where its parts lie.
        rows: how many rows they have together.
        columns: the names of their columns.
    """

    title: ClassVar[str] = "dataset"
    family: ClassVar[Family] = "handle"
    shape: ClassVar[Shape] = "drum"
    light: ClassVar[str] = "#7A6A00"
    dark: ClassVar[str] = "#CDB93A"

    folder: str
    rows: int
    columns: tuple[str, ...]


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
        """Tell the shards the absolute TD errors (K,) of the rows that they gave with these indexes (K,).

        `source` is that of an item that they came with; if it is of another buffer, so are they, and left alone.
        """
