"""A policy being learned, and the copies of it that learn in step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.kinds.acting import Blueprint
from engine.kinds.batch import Batch
from engine.kinds.environment import Environment
from engine.kinds.item import Item
from engine.kinds.kind import Family, Kind, Shape
from engine.kinds.results import Gradients, TrainResult


class Peers(ABC):
    """The copies of a policy that learn in step with this one, each from batches of its own, and this one.

    Attributes:
        count: how many they are together.
    """

    count: int

    @abstractmethod
    def average(self, vector: NDArray[Any]) -> None:
        """Replace each number of `vector` by its mean over all copies, in place; all must call this equally often."""


class Policy(Kind, ABC):
    """A policy being learned, on the driver: parameters, loss and optimizer, with a version that counts updates."""

    title: ClassVar[str] = "policy"
    family: ClassVar[Family] = "handle"
    shape: ClassVar[Shape] = "square"
    light: ClassVar[str] = "#007F5C"
    dark: ClassVar[str] = "#20B98A"

    name: str = ""
    version: int
    blueprint: Blueprint
    environment: Environment
    frozen: tuple[NDArray[np.float32], int] | None = None

    def freeze(self) -> None:
        """Keep weights and version for `newest`, since a thread is about to train.

        Raises:
            ValueError: another thread does already.
        """
        if self.frozen:
            raise ValueError("two learners train this policy at once: connect it to one Learner")
        self.frozen = (self.weights(), self.version)

    def thaw(self) -> None:
        """Let `newest` see the policy itself again: no thread trains it any more."""
        self.frozen = None

    def newest(self) -> tuple[NDArray[np.float32], int]:
        """Return acting weights (P,) and their version, never half trained: what goes out to workers.

        While a learner's thread trains, these are the ones it began with.
        """
        return self.frozen or (self.weights(), self.version)

    @abstractmethod
    def weights(self) -> NDArray[np.float32]:
        """Return the acting weights as one flat float32 vector (P,); a copy."""

    @abstractmethod
    def load(self, weights: NDArray[np.float32], version: int) -> None:
        """Take over acting weights (P,) that the driver's copy gave; what a copy on an actor does before it works."""

    @abstractmethod
    def learn(self, batch: Batch, epochs: int, minibatch: int, rng: np.random.Generator) -> TrainResult:
        """Take `epochs` passes over the batch in shuffled minibatches; count one version; tell mean metrics."""

    def train(self, item: Item, epochs: int, minibatch: int, rng: np.random.Generator) -> Item:
        """Learn from the batch that an item carries, as `learn`; return the item with the result.

        The result also tells `policy_lag`, how many versions the policy was ahead of the one that sampled the batch,
        and where the batch's rows lie in replay, if it comes from there.
        """
        lag = self.version - item.version
        result = self.learn(item.value, epochs, minibatch, rng)
        metrics = {**result.metrics, "policy_lag": float(lag)}
        return item.carrying(replace(result, metrics=metrics, indexes=item.value.columns.get("index")))

    @abstractmethod
    def gradients(self, batch: Batch) -> Gradients:
        """Return the gradient of the loss over the whole batch, (P,) in the optimizer's order; change nothing."""

    @abstractmethod
    def apply(self, gradients: Gradients) -> dict[str, float]:
        """Take one optimizer step along the gradients; count one version; return their metrics and the step's."""

    def learn_with(self, peers: Peers) -> None:
        """From now on average each gradient over `peers` before stepping along it, and count the rows of them all.

        Raises:
            ValueError: copies of this policy cannot learn in step.
        """
        raise ValueError("copies of this policy cannot learn in step: take All Reduce Train out")

    def update_target(self, share: float) -> None:
        """Move the target network to the learned one by `share`: target += share (learned - target); 1 copies.

        Raises:
            ValueError: this policy has no target network.
        """
        raise ValueError("this policy has no target network: take Update Target Network out")

    def adapt_kl(self, kl: float) -> float:
        """Adapt the weight of the KL penalty to the divergence `kl` (nats) of the last update; return the new weight.

        Raises:
            ValueError: this policy's loss has no KL penalty.
        """
        raise ValueError("this policy's loss has no KL penalty: take Update KL out")

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Return parameters, optimizer and version as arrays or tensors and plain values, for a checkpoint."""

    @abstractmethod
    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
