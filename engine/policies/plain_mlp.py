"""The MLP in plain numpy, for workers: no torch to import, and a tenth of its cost for few observations.

Its parameters are those of one of `engine.mlps`, read in place from the flat weight vector.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from engine.policies.distributions import Floats
from engine.policies.towers import ACTIVATIONS


def mlp_shapes(inputs: int, hidden: Sequence[int], outputs: int) -> tuple[tuple[int, ...], ...]:
    """Return the parameter shapes of an MLP, in the order in which they lie in the weight vector.

    Example: 4 inputs, hidden (8,) and 1 output give (4, 8), (8,), (8, 1), (1,).
    """
    pairs = pairwise([inputs, *hidden, outputs])
    return tuple(shape for before, after in pairs for shape in ((before, after), (after,)))


class PlainMLP:
    """One MLP in numpy; it reads the weights in place."""

    def __init__(self, inputs: int, hidden: Sequence[int], outputs: int, activation: str) -> None:
        """Make an MLP of these widths; it has no weights until `load`."""
        self.shapes = mlp_shapes(inputs, hidden, outputs)
        self.size = sum(math.prod(shape) for shape in self.shapes)
        self.activation: Callable[..., Any] = ACTIVATIONS[activation]

    def load(self, weights: Floats) -> None:
        """Take over the weights (P,); they must not change."""
        ends = np.cumsum([math.prod(shape) for shape in self.shapes])
        parts = [part.reshape(shape) for part, shape in zip(np.split(weights, ends[:-1]), self.shapes, strict=True)]
        self.layers = list(zip(parts[::2], parts[1::2], strict=True))

    def __call__(self, obs: Floats) -> Floats:
        """Return the outputs (N, D) for obs (N, O), in a new array."""
        *hidden, (weight, bias) = self.layers
        for inner, inner_bias in hidden:
            obs = obs @ inner
            obs += inner_bias
            self.activation(obs, out=obs)
        result: Floats = obs @ weight
        result += bias
        return result
