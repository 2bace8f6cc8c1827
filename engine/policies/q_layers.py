"""The dense layers of a Q-network in plain numpy: values, and the gradient by hand.

A network this small spends most of a gradient step on a framework's dispatch; by hand it takes a third of the time,
workers need no torch, and learner and workers compute with the same lines. The weights are one flat vector, layer
after layer, each its matrix (in, out) and then its bias (out,).

Values have shape (N, A, K): N rows, A actions, K atoms of the distribution of returns (1 if only its mean is learned).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.policies.towers import ACTIVATIONS, SLOPES

Floats = NDArray[np.float32]
Layer = tuple[Floats, Floats]  # weights (in, out) and bias (out,), views of a flat vector


@dataclass(frozen=True, slots=True)
class QShape:
    """How many numbers the layers of a Q-network take and give.

    With `dueling` the last hidden layer is doubled: one half leads to the state's value, the other to the actions'
    advantages, and Q = V + A - mean_a A (Wang et al. 2016, arXiv 1511.06581, equation 9).

    Example: 4 inputs, hidden (64, 64), 2 actions have layers (4, 64), (64, 64), (64, 2), 4,610 numbers in all; with
    dueling (4, 64), (64, 128), (64, 1), (64, 2).
    """

    inputs: int
    hidden: tuple[int, ...]
    actions: int
    atoms: int = 1
    dueling: bool = False

    @property
    def layers(self) -> tuple[tuple[int, int], ...]:
        """Inputs and outputs of each layer: the hidden ones, then the heads (with dueling, value and advantage)."""
        widths = [self.inputs, *self.hidden]
        hidden = list(zip(widths, self.hidden, strict=False))
        if not self.dueling:
            return (*hidden, (widths[-1], self.actions * self.atoms))
        if hidden:
            hidden[-1] = (widths[-2], 2 * widths[-1])
        return (*hidden, (widths[-1], self.atoms), (widths[-1], self.actions * self.atoms))

    @property
    def size(self) -> int:
        """How many weights and biases there are."""
        return sum((inputs + 1) * outputs for inputs, outputs in self.layers)

    def bounds(self) -> Floats:
        """Return 1 / sqrt(in) of the layer of each weight and bias, (P,): how large they may be at the start."""
        parts = [np.full((inputs + 1) * outputs, 1 / math.sqrt(inputs)) for inputs, outputs in self.layers]
        return np.concatenate(parts, dtype=np.float32)

    def noise(self, rng: np.random.Generator) -> Floats:
        """Draw factorised Gaussian noise for every weight and bias, (P,).

        f(e_in) f(e_out) for weights and f(e_out) for biases with f(e) = sign(e) sqrt|e| (Fortunato et al. 2018, arXiv
        1706.10295, equations 10 and 11).
        """
        drawn = rng.standard_normal(sum(map(sum, self.layers)), dtype=np.float32)
        drawn = np.copysign(np.sqrt(np.abs(drawn)), drawn)
        noise, start = np.empty(self.size, np.float32), 0
        for (weight, bias), (inputs, outputs) in zip(views(self.layers, noise), self.layers, strict=True):
            bias[:] = drawn[start + inputs : start + inputs + outputs]
            np.multiply(drawn[start : start + inputs, None], bias, out=weight)
            start += inputs + outputs
        return noise


def views(layers: Sequence[tuple[int, int]], vector: Floats) -> list[Layer]:
    """Return the layers, of these inputs and outputs, that lie in `vector` (P,), without a copy."""
    views, start = [], 0
    for inputs, outputs in layers:
        end = start + inputs * outputs
        views.append((vector[start:end].reshape(inputs, outputs), vector[end : end + outputs]))
        start = end + outputs
    return views


class QLayers:
    """Computes Q-values with the weights it was told to read, and the gradient of the rows it computed last."""

    def __init__(self, shape: QShape, activation: str) -> None:
        """Make layers of this shape; they have no weights until `read`."""
        self.shape = shape
        self.activate, self.slope_of = ACTIVATIONS[activation], SLOPES[activation]
        self.heads = 2 if shape.dueling else 1
        self.sizes = shape.layers
        self.layers: list[Layer] = []
        self.outputs: list[Floats] = []

    def read(self, weights: Floats) -> None:
        """Use the weights in `weights` (P,) from now on; they are read in place."""
        self.layers = views(self.sizes, weights)

    def __call__(self, features: Floats) -> Floats:
        """Return values (N, A, K) for features (N, in)."""
        self.outputs = [features]
        for weight, bias in self.layers[: -self.heads]:
            features = features @ weight
            features += bias
            self.activate(features, out=features)
            self.outputs.append(features)
        given = [part @ weight + bias for part, (weight, bias) in zip(self._streams(), self._heads, strict=True)]
        last = given[-1].reshape(-1, self.shape.actions, self.shape.atoms)
        return last if self.heads == 1 else last + (given[0][:, None] - last.mean(1, keepdims=True))

    def backward(self, slope: Floats, gradient: Floats) -> Floats:
        """Write the gradient (P,) of a loss with dl/dvalues = `slope` (N, A, K); return dl/dfeatures (N, in)."""
        layers = views(self.sizes, gradient)
        rows, slopes = len(slope), [slope.reshape(len(slope), -1)]
        if self.heads == 2:
            slopes = [slope.sum(1), (slope - slope.mean(1, keepdims=True)).reshape(rows, -1)]
        parts = [
            _through(part, one, weight, into)
            for part, one, (weight, _), into in zip(
                self._streams(), slopes, self._heads, layers[-self.heads :], strict=True
            )
        ]
        arriving = parts[0] if self.heads == 1 else self._merged(parts)
        hidden = list(zip(self.outputs, self.outputs[1:], self.layers, layers, strict=False))
        for before, after, (weight, _), into in reversed(hidden):
            arriving = _through(before, arriving * self.slope_of(after), weight, into)
        return arriving

    @property
    def _heads(self) -> Sequence[Layer]:
        return self.layers[-self.heads :]

    def _streams(self) -> Sequence[Floats]:
        """What each head reads: with dueling, its half of the last hidden layer."""
        last = self.outputs[-1]
        if self.heads == 1 or not self.shape.hidden:
            return (last,) * self.heads
        middle = self.shape.hidden[-1]
        return last[:, :middle], last[:, middle:]

    def _merged(self, parts: Sequence[Floats]) -> Floats:
        return np.concatenate(parts, 1) if self.shape.hidden else parts[0] + parts[1]


def _through(features: Floats, slope: Floats, weight: Floats, into: Layer) -> Floats:
    """Go back through one layer: write its gradient into `into`, return dl/dfeatures."""
    np.matmul(features.T, slope, out=into[0])
    np.sum(slope, 0, out=into[1])
    arriving: Floats = slope @ weight.T
    return arriving
