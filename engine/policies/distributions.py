"""Choosing actions from what a network gives for them, in numpy: sampling, the most likely action, log-probabilities.

A distribution is a frozen value without torch, so it travels to workers as part of a blueprint. It reads D numbers a
row, the network's output, and F further parameters that do not depend on the observation (the `free` ones: a
Gaussian's log deviations). Noise is drawn for many steps at once and handed in. The differentiable counterparts are
in `engine.losses.likelihoods`.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Row

Floats = NDArray[np.float32]

SMALLEST: Final = np.float32(1e-30)  # float32 exponential noise may be 0, whose logarithm is infinite


class Distribution(ABC):
    """How actions follow from D numbers a row and F free ones."""

    @property
    @abstractmethod
    def size(self) -> int:
        """D, how many numbers the network gives for one row."""

    @property
    def free(self) -> int:
        """F, how many further parameters there are."""
        return 0

    @property
    @abstractmethod
    def row(self) -> Row:
        """Shape and dtype of one row of the action column."""

    @abstractmethod
    def noise(self, rng: np.random.Generator, steps: int, rows: int) -> Floats:
        """Draw noise (steps, rows, D) for as many calls of `sample`."""

    @abstractmethod
    def sample(self, numbers: Floats, free: Floats, noise: Floats) -> NDArray[Any]:
        """Return actions for numbers (N, D), free parameters (F,) and noise (N, D)."""

    @abstractmethod
    def mode(self, numbers: Floats) -> NDArray[Any]:
        """Return the most likely action for each of numbers (N, D)."""

    @abstractmethod
    def log_probability(self, numbers: Floats, free: Floats, actions: NDArray[Any]) -> Floats:
        """Return log p(action) (B,) for numbers (B, D) and actions (B, ...)."""

    @abstractmethod
    def to_environment(self, actions: NDArray[Any]) -> Sequence[Any]:
        """Return what `env.step` takes, one entry for each of N actions."""


@dataclass(frozen=True, slots=True)
class Categorical(Distribution):
    """One choice, or several independent ones: the D numbers are their logits, one choice after another.

    Samples by the Gumbel-max trick: argmax_i logit_i + g_i with g_i = -log(e_i), e_i exponential, is distributed as
    softmax(logits) (Maddison et al. 2014, arXiv 1411.0030).

    Attributes:
        sizes: how many alternatives each choice has.
        starts: the environment's number for the first alternative of each.
        many: whether actions are (N, A) vectors, or single numbers (N,).

    Example: `Categorical((2,), (0,))` fits CartPole; `Categorical((3, 2), (0, 0), many=True)` has D = 5, A = 2.
    """

    sizes: tuple[int, ...]
    starts: tuple[int, ...]
    many: bool = False

    @property
    def size(self) -> int:
        """The sum of the sizes."""
        return sum(self.sizes)

    @property
    def row(self) -> Row:
        """int64, one for each choice."""
        return ((len(self.sizes),) if self.many else ()), "int64"

    def noise(self, rng: np.random.Generator, steps: int, rows: int) -> Floats:
        """Draw Gumbel noise."""
        exponential = rng.standard_exponential((steps, rows, self.size), dtype=np.float32)
        return -np.log(np.maximum(exponential, SMALLEST))

    def sample(self, numbers: Floats, free: Floats, noise: Floats) -> NDArray[Any]:
        """Return int64 (N,) or (N, A)."""
        return self.mode(numbers + noise)

    def mode(self, numbers: Floats) -> NDArray[Any]:
        """Return int64 (N,) or (N, A)."""
        if not self.many:
            chosen: NDArray[Any] = numbers.argmax(1)
            return chosen
        return np.stack([part.argmax(1) for part in self._parts(numbers)], 1)

    def log_probability(self, numbers: Floats, free: Floats, actions: NDArray[Any]) -> Floats:
        """Return logit_a - log sum_i exp(logit_i), summed over the choices."""
        total = np.zeros(len(numbers), np.float32)
        for part, chosen in zip(self._parts(numbers), actions.reshape(len(numbers), -1).T, strict=True):
            shifted = part - part.max(1, keepdims=True)
            total += shifted[np.arange(len(part)), chosen] - np.log(np.exp(shifted).sum(1))
        return total

    def to_environment(self, actions: NDArray[Any]) -> Sequence[Any]:
        """Return Python numbers or rows of int64, counted from `starts`."""
        if self.many:
            return list(actions + np.array(self.starts))
        numbers: list[int] = actions.tolist()  # environments check and compare Python's own numbers fastest
        return [number + self.starts[0] for number in numbers] if self.starts[0] else numbers

    def _parts(self, numbers: Floats) -> list[Floats]:
        return np.split(numbers, np.cumsum(self.sizes)[:-1], 1)


@dataclass(frozen=True, slots=True)
class DiagonalGaussian(Distribution):
    """Independent normal actions: the D numbers are their means, the F = D free parameters their log deviations.

    Actions are neither squashed nor clipped here, so their log-probability is exact; only what the environment gets
    is clipped to the bounds.

    Attributes:
        low: the environment's lower bound of each component; `high` likewise.
        shape: the environment's shape of one action.

    Example: `DiagonalGaussian((-2.0,), (2.0,), (1,))` fits Pendulum.
    """

    low: tuple[float, ...]
    high: tuple[float, ...]
    shape: tuple[int, ...]

    @property
    def size(self) -> int:
        """A, the number of components."""
        return len(self.low)

    @property
    def free(self) -> int:
        """A, one log deviation for each component."""
        return len(self.low)

    @property
    def row(self) -> Row:
        """float32, a vector (A,) whatever the environment's shape."""
        return (len(self.low),), "float32"

    def noise(self, rng: np.random.Generator, steps: int, rows: int) -> Floats:
        """Draw standard normal noise."""
        return rng.standard_normal((steps, rows, self.size), dtype=np.float32)

    def sample(self, numbers: Floats, free: Floats, noise: Floats) -> NDArray[Any]:
        """Return mean + deviation * noise, float32 (N, A)."""
        return numbers + np.exp(free) * noise

    def mode(self, numbers: Floats) -> NDArray[Any]:
        """Return the means, float32 (N, A)."""
        return numbers

    def log_probability(self, numbers: Floats, free: Floats, actions: NDArray[Any]) -> Floats:
        """Return -((a - mean) / deviation)^2 / 2 - log deviation - log(2 pi) / 2, summed over the components."""
        deviations = (actions - numbers) * np.exp(-free)
        constant = free.sum() + 0.5 * math.log(2 * math.pi) * self.size
        squares: Floats = np.square(deviations).sum(1)
        return np.asarray(-0.5 * squares - constant, np.float32)

    def to_environment(self, actions: NDArray[Any]) -> Sequence[Any]:
        """Return arrays of the environment's shape within its bounds."""
        clipped = np.clip(actions, np.array(self.low, np.float32), np.array(self.high, np.float32))
        return list(clipped.reshape(-1, *self.shape))
