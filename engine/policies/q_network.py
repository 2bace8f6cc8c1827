"""A Q-network whose weights lie in one flat vector: for the learner, its target, and the workers.

The vector is `[layers | spreads]`; spreads are there if the layers are noisy: weight = mean + spread * noise (Fortunato
et al. 2018, arXiv 1706.10295), where learning the spreads decides how much the policy explores, and where.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.policies.q_layers import Floats, QLayers, QShape
from engine.policies.returns import Returns

SPREAD: Final = 0.5  # of noisy weights at the start, in units of 1 / sqrt(in); as in the paper


@dataclass(frozen=True, slots=True)
class QDesign:
    """What a Q-network looks like and what its numbers mean; without weights.

    Attributes:
        shape: the dense layers.
        activation: `"relu"` or `"tanh"`.
        noisy: whether weights have spreads.
        returns: what the numbers stand for.
    """

    shape: QShape
    activation: str
    noisy: bool
    returns: Returns

    @property
    def size(self) -> int:
        """P, how many numbers the vector has."""
        return self.shape.size * (2 if self.noisy else 1)

    def start(self, seed: int) -> Floats:
        """Draw weights and biases evenly within their bounds, float32 (P,); spreads are half of the bound."""
        bounds = self.shape.bounds()
        drawn = np.random.default_rng(seed).uniform(-bounds, bounds)
        return np.concatenate([drawn, *([SPREAD * bounds] if self.noisy else [])], dtype=np.float32)


class QNetwork:
    """Computes with the weights that it was told to read."""

    def __init__(self, design: QDesign) -> None:
        """Make a network without weights."""
        self.design = design
        self.layers = QLayers(design.shape, design.activation)
        self.noise: Floats | None = None

    def read(self, vector: Floats) -> None:
        """Use the weights in `vector` (P,) from now on, in place, and without noise."""
        size = self.design.shape.size
        self.mean, self.spread = vector[:size], vector[size:]
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

    def __call__(self, obs: NDArray[Any]) -> Floats:
        """Return values (N, A, K) for obs (N, *O)."""
        return self.layers(obs.reshape(len(obs), -1))

    def expected(self, obs: NDArray[Any]) -> Floats:
        """Return what orders the actions, (N, A), for obs (N, *O)."""
        return self.design.returns.expected(self(obs))

    def backward(self, slope: Floats, gradient: Floats) -> None:
        """Write the gradient (P,) of a loss with dl/dvalues = `slope` (N, A, K), for the rows computed last."""
        size = self.design.shape.size
        self.layers.backward(slope, gradient[:size])
        if self.noise is not None:
            np.multiply(gradient[:size], self.noise, out=gradient[size:])
