"""A Q-network whose weights lie in one flat vector: for the learner, its target, and the workers.

The vector is `[layers | spreads | front]`. Spreads are there if the layers are noisy: weight = mean + spread * noise
(Fortunato et al. 2018, arXiv 1706.10295), where learning the spreads decides how much the policy explores, and where.
A front, if there is one, stands before the layers, which then see its features and not the observation: a memory or
convolutions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.policies.q_layers import Floats, QLayers, QShape
from engine.policies.returns import Returns

SPREAD: Final = 0.5  # of noisy weights at the start, in units of 1 / sqrt(in); as in the paper


class Front(Protocol):
    """What computes the features that the layers see."""

    def read(self, weights: Floats) -> None:
        """Use the weights in `weights` (P,) from now on."""

    def backward(self, slope: Floats, gradient: Floats) -> None:
        """Write the gradient (P,) of a loss with dl/dfeatures = `slope` (N, F), for what was learned from last."""


class FrontShape(Protocol):
    """A front without weights: a value that travels."""

    @property
    def size(self) -> int:
        """How many weights and biases there are."""

    def bounds(self) -> Floats:
        """Return how large each may be at the start, (P,)."""

    def build(self) -> Front:
        """Return a front of this shape."""


@dataclass(frozen=True, slots=True)
class QDesign:
    """What a Q-network looks like and what its numbers mean; without weights.

    Attributes:
        shape: the dense layers.
        activation: `"relu"` or `"tanh"`.
        noisy: whether weights have spreads.
        returns: what the numbers stand for.
        front: what stands before the layers, if anything does.
    """

    shape: QShape
    activation: str
    noisy: bool
    returns: Returns
    front: FrontShape | None = None

    @property
    def size(self) -> int:
        """P, how many numbers the vector has."""
        return self.shape.size * (2 if self.noisy else 1) + (self.front.size if self.front else 0)

    def start(self, seed: int) -> Floats:
        """Draw weights and biases evenly within their bounds, float32 (P,); spreads are half of the bound."""
        rng, bounds = np.random.default_rng(seed), self.shape.bounds()
        parts: list[NDArray[Any]] = [rng.uniform(-bounds, bounds)]
        if self.noisy:
            parts.append(SPREAD * bounds)
        if self.front:
            bounds = self.front.bounds()
            parts.append(rng.uniform(-bounds, bounds))
        return np.concatenate(parts, dtype=np.float32)


class QNetwork:
    """Computes with the weights that it was told to read."""

    def __init__(self, design: QDesign) -> None:
        """Make a network without weights."""
        self.design = design
        self.layers = QLayers(design.shape, design.activation)
        self.front = design.front.build() if design.front else None
        self.noise: Floats | None = None

    def read(self, vector: Floats) -> None:
        """Use the weights in `vector` (P,) from now on, in place, and without noise."""
        self.mean, self.spread, front = self._parts(vector)
        if self.front:
            self.front.read(front)
        self.calm()

    def calm(self) -> None:
        """Compute without noise."""
        self.noise = None
        self.layers.read(self.mean)

    def draw(self, rng: np.random.Generator) -> None:
        """Compute with new noise from now on, if the layers are noisy."""
        if self.design.noisy:
            self.noise = self.design.shape.noise(rng)
            self.layers.read(self.mean + self.spread * self.noise)

    def __call__(self, features: NDArray[Any]) -> Floats:
        """Return values (N, A, K) for features (N, in): observations, or what the front makes of them."""
        return self.layers(features)

    def expected(self, features: NDArray[Any]) -> Floats:
        """Return what orders the actions, (N, A), for features (N, in)."""
        return self.design.returns.expected(self(features))

    def backward(self, slope: Floats, gradient: Floats) -> None:
        """Write the gradient (P,) of a loss with dl/dvalues = `slope` (N, A, K), for the rows computed last."""
        layers, spreads, front = self._parts(gradient)
        arriving = self.layers.backward(slope, layers)
        if self.noise is not None:
            np.multiply(layers, self.noise, out=spreads)
        if self.front:
            self.front.backward(arriving, front)

    def _parts(self, vector: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the layers', the spreads' and the front's part of `vector` (P,), without a copy."""
        size = self.design.shape.size
        end = size * (2 if self.design.noisy else 1)
        return vector[:size], vector[size:end], vector[end:]
