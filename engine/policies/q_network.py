"""A Q-network whose weights lie in one flat vector: for the learner, its target, and the workers.

The vector is `[layers | spreads | memory]`. Spreads are there if the layers are noisy: weight = mean + spread * noise
(Fortunato et al. 2018, arXiv 1706.10295), where learning the spreads decides how much the policy explores, and where.
The memory, if there is one, stands before the layers, which then see its hidden state and not the observation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.policies.q_layers import Floats, QLayers, QShape
from engine.policies.q_memory import MemoryShape, QMemory
from engine.policies.returns import Returns

NO_MEMORY: Final = MemoryShape(0, 0)
SPREAD: Final = 0.5  # of noisy weights at the start, in units of 1 / sqrt(in); as in the paper


@dataclass(frozen=True, slots=True)
class QDesign:
    """What a Q-network looks like and what its numbers mean; without weights.

    Attributes:
        shape: the dense layers.
        activation: `"relu"` or `"tanh"`.
        noisy: whether weights have spreads.
        returns: what the numbers stand for.
        memory: what stands before the layers; none if it has no units.
    """

    shape: QShape
    activation: str
    noisy: bool
    returns: Returns
    memory: MemoryShape = NO_MEMORY

    @property
    def size(self) -> int:
        """P, how many numbers the vector has."""
        return self.shape.size * (2 if self.noisy else 1) + self.memory.size

    def start(self, seed: int) -> Floats:
        """Draw weights and biases evenly within their bounds, float32 (P,); spreads are half of the bound."""
        rng, layers, memory = np.random.default_rng(seed), self.shape.bounds(), self.memory.bounds()
        spreads = [SPREAD * layers] if self.noisy else []
        return np.concatenate([rng.uniform(-layers, layers), *spreads, rng.uniform(-memory, memory)], dtype=np.float32)


class QNetwork:
    """Computes with the weights that it was told to read."""

    def __init__(self, design: QDesign) -> None:
        """Make a network without weights."""
        self.design = design
        self.layers = QLayers(design.shape, design.activation)
        self.memory = QMemory(design.memory)
        self.noise: Floats | None = None

    def read(self, vector: Floats) -> None:
        """Use the weights in `vector` (P,) from now on, in place, and without noise."""
        self.mean, self.spread, memory = self._parts(vector)
        if self.design.memory.units:
            self.memory.read(memory)
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
        """Return values (N, A, K) for features (N, in): observations, or what the memory shows."""
        return self.layers(features)

    def expected(self, features: NDArray[Any]) -> Floats:
        """Return what orders the actions, (N, A), for features (N, in)."""
        return self.design.returns.expected(self(features))

    def backward(self, slope: Floats, gradient: Floats, first: int = 0) -> None:
        """Write the gradient (P,) of a loss with dl/dvalues = `slope` (N, A, K), for the rows computed last.

        With a memory, the rows are the steps from `first` on of the sequences it saw last; those before are constants.
        """
        layers, spreads, memory = self._parts(gradient)
        arriving = self.layers.backward(slope, layers)
        if self.noise is not None:
            np.multiply(layers, self.noise, out=spreads)
        if self.design.memory.units:
            steps = len(self.memory.steps) - first
            self.memory.backward(arriving.reshape(-1, steps, arriving.shape[1]), memory, first)

    def _parts(self, vector: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the layers', the spreads' and the memory's part of `vector` (P,), without a copy."""
        size = self.design.shape.size
        end = len(vector) - self.design.memory.size
        return vector[:size], vector[size:end], vector[end:]
