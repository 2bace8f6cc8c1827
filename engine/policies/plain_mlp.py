"""The MLP in plain numpy: no torch to import on workers, and a tenth of its cost for few observations.

Its parameters are those of one of `engine.mlps`, read in place from the flat weight vector.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from engine.policies.distributions import Floats
from engine.policies.towers import ACTIVATIONS, SLOPES


def mlp_shapes(inputs: int, hidden: Sequence[int], outputs: int) -> tuple[tuple[int, ...], ...]:
    """Return the parameter shapes of an MLP, in the order in which they lie in the weight vector.

    Example: 4 inputs, hidden (8,) and 1 output give (4, 8), (8,), (8, 1), (1,).
    """
    pairs = pairwise([inputs, *hidden, outputs])
    return tuple(shape for before, after in pairs for shape in ((before, after), (after,)))


class PlainMLP:
    """One MLP in numpy; it reads the weights in place."""

    def __init__(self, shapes: Sequence[tuple[int, ...]], activation: str) -> None:
        """Make an MLP of these parameter shapes (see `mlp_shapes`); it has no weights until `load`."""
        self.shapes = shapes
        self.size = sum(math.prod(shape) for shape in shapes)
        self.activation: Callable[..., Any] = ACTIVATIONS[activation]
        self.slope = SLOPES[activation]

    def load(self, weights: Floats) -> None:
        """Take over the weights (P,); they are read in place."""
        ends = np.cumsum([math.prod(shape) for shape in self.shapes])
        parts = [part.reshape(shape) for part, shape in zip(np.split(weights, ends[:-1]), self.shapes, strict=True)]
        self.layers = list(zip(parts[::2], parts[1::2], strict=True))

    def __call__(self, obs: Floats) -> Floats:
        """Return the outputs (N, D) for obs (N, O), in a new array."""
        return self.flow(obs)[-1]

    def flow(self, rows: Floats) -> list[Floats]:
        """Return rows (N, O) and what each layer makes of them, the outputs (N, D) last."""
        flow = [rows]
        *hidden, (weight, bias) = self.layers
        for inner, inner_bias in hidden:
            given = flow[-1] @ inner
            given += inner_bias
            flow.append(self.activation(given, out=given))
        flow.append(flow[-1] @ weight)
        flow[-1] += bias
        return flow

    def backward(self, flow: Sequence[Floats], slope: Floats, into: PlainMLP | None = None) -> Floats:
        """Return a loss's slopes by the rows, (N, O), by the chain rule.

        Args:
            flow: what the method of that name gave.
            slope: the loss's slope by the outputs, (N, D).
            into: an MLP of the same shapes, loaded with the vector to write the slopes by the parameters into.
        """
        for place in reversed(range(len(self.layers))):
            if place < len(self.layers) - 1:
                slope *= self.slope(flow[place + 1])
            if into is not None:
                weight, bias = into.layers[place]
                np.matmul(flow[place].T, slope, out=weight)
                np.sum(slope, 0, out=bias)
            slope = _through(slope, self.layers[place][0])
        return slope


def _through(slope: Floats, weight: Floats) -> Floats:
    """Return slope @ weight.T; as a product of column and row six times as fast where there is one output."""
    result: Floats = slope * weight.T if weight.shape[1] == 1 else slope @ weight.T
    return result
