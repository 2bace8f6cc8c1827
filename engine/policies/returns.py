"""What the K numbers of a Q-value stand for: the mean return, or a distribution of returns.

Acting needs the expectation, learning the target and the loss; both are here, so that each network has one meaning.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.losses.distributional import divergence_loss, project, softmax, support_between
from engine.losses.q_learning import Floats, bootstrapped, td_loss
from engine.losses.value_rescaling import rescaled, restored


class Returns(ABC):
    """The meaning of K numbers."""

    atoms: int

    @abstractmethod
    def expected(self, values: Floats) -> Floats:
        """Return what orders the actions, (N, A), for values (N, A, K): larger is better."""

    @abstractmethod
    def target(self, values: Floats, reward: Floats, discount: Floats, terminated: NDArray[np.bool_]) -> Floats:
        """Return what is to be learned, (B, K), where `values` (B, K) follow on reward (B,) after discount (B,)."""

    @abstractmethod
    def loss(self, values: Floats, target: Floats) -> tuple[Floats, Floats, Floats]:
        """Return loss (B,), its slope by the values (B, K), and the error that priorities are made of (B,)."""


@dataclass(frozen=True, slots=True)
class MeanReturn(Returns):
    """One number, the mean return, learned from the temporal difference.

    Attributes:
        huber: bound each row's pull at an error of 1.
        rescaled: the number is h(return), the compressed scale of `engine.losses.value_rescaling`.
    """

    huber: bool = True
    rescaled: bool = False
    atoms: int = 1

    def expected(self, values: Floats) -> Floats:
        """Return the number itself, on its own scale; h keeps the order."""
        return values[:, :, 0]

    def target(self, values: Floats, reward: Floats, discount: Floats, terminated: NDArray[np.bool_]) -> Floats:
        """Return r + discount V (1 - terminated); rescaled, h(r + discount h^-1(V) (1 - terminated))."""
        following = values[:, 0]
        if not self.rescaled:
            return bootstrapped(reward, discount, terminated, following)[:, None]
        return rescaled(bootstrapped(reward, discount, terminated, restored(following)))[:, None]

    def loss(self, values: Floats, target: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the squared or Huber loss, its slope, and the absolute TD error."""
        losses, slope = td_loss(values, target, self.huber)
        return losses[:, 0], slope, np.abs(values - target)[:, 0]


@dataclass(frozen=True, slots=True)
class ReturnDistribution(Returns):
    """Logits of K probabilities on returns evenly spaced from `lowest` to `highest` (C51).

    Example: `ReturnDistribution(51, 0, 100)` has atoms at 0, 2, 4, ... 100.
    """

    atoms: int
    lowest: float
    highest: float

    @property
    def support(self) -> Floats:
        """The returns (K,) that the probabilities stand on."""
        return support_between(self.lowest, self.highest, self.atoms)

    def expected(self, values: Floats) -> Floats:
        """Return the mean of each distribution."""
        mean: Floats = softmax(values) @ self.support
        return mean

    def target(self, values: Floats, reward: Floats, discount: Floats, terminated: NDArray[np.bool_]) -> Floats:
        """Return the distribution that the next one implies, projected on the support."""
        return project(softmax(values), reward, discount, terminated, self.support)

    def loss(self, values: Floats, target: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the divergence, its slope, and the divergence again."""
        losses, slope = divergence_loss(values, target)
        return losses, slope, losses
