"""The part of a policy that chooses actions, and how it is built where that happens."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kinds.kind import Row


class Acting(ABC):
    """The part of a policy that chooses actions, on the workers: loads weights, acts, tells what it knew.

    Observations come in and are stored as the environment gives them; whoever normalises them is inside. A recurrent
    policy's state is inside too: one row for each environment, zero at the start of an episode.

    Attributes:
        wants_next_obs: whether batches shall have the column `next_obs`.
        observation: shape and dtype in which one row of the obs column is stored.
        action: shape and dtype of one row of the action column.
        records: column name -> shape and dtype of one row of what `act` records beside obs and action.
    """

    observation: Row
    action: Row
    records: Mapping[str, Row]
    wants_next_obs: bool = False

    @property
    def state(self) -> NDArray[np.float32] | None:
        """The recurrent state (N, S) after the last `act`, float32; None if the policy remembers nothing."""
        return None

    def reset(self, index: int) -> None:
        """Forget what came before: the next observation of environment `index` begins an episode."""
        return

    def kept(self) -> dict[str, Any]:
        """Return what acting depends on beside weights, observations and the generator, for a checkpoint.

        That is what is remembered, and random numbers that are drawn and not used.
        """
        return {}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take over what `kept` gave."""
        return

    @abstractmethod
    def load(self, weights: NDArray[np.float32]) -> None:
        """Take over the flat weight vector (P,), float32, that `Policy.weights` gave."""

    @abstractmethod
    def act(self, obs: NDArray[Any], rng: np.random.Generator) -> tuple[NDArray[Any], Mapping[str, NDArray[Any]]]:
        """Sample actions for obs (N, *O); return them and one array (N, ...) for each of `records`.

        What it returns may be overwritten by the next call: copy what is to stay. Every call of one instance brings
        the same generator, since noise is drawn from it ahead of need.
        """

    @abstractmethod
    def act_greedily(self, obs: NDArray[Any]) -> NDArray[Any]:
        """Return the most likely action for each of obs (N, *O)."""

    @abstractmethod
    def to_environment(self, actions: NDArray[Any]) -> Sequence[Any]:
        """Return what `env.step` takes, one entry for each of N actions: Box actions clipped to their bounds."""

    @abstractmethod
    def finish(self, columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Turn the records of a whole fragment, each (B, ...), into the columns that learners read."""

    @abstractmethod
    def values(self, obs: NDArray[Any], states: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return V(obs), float32 (K,), for obs (K, *O) and, of a recurrent policy, the states (K, S) before them."""


class Blueprint(ABC):
    """How to build a policy's acting part somewhere else: small, picklable, and free of torch where it can be."""

    @abstractmethod
    def build(self, worker: int = 0, workers: int = 1) -> Acting:
        """Return a new acting part for worker number `worker` of `workers`; it has no weights until `load`."""
