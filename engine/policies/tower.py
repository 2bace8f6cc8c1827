"""One tower of an actor-critic in plain numpy, made for a worker's few rows: two calls a layer.

For few observations it is calls that cost, not arithmetic. So each layer has one more unit that is always 1, and the
biases are what the next layer weighs it with: one product adds them. And since only the actor must answer at every
step, the critic is a tower of its own, asked once a fragment.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.policies.distributions import Floats

AT_ONCE: Final = 1024  # rows; larger arrays would fall out of the processor's cache between two layers


class Tower:
    """An MLP that writes into arrays of its own, made anew when it sees more rows than before.

    Example: `Tower(np.tanh, 20.0)` loaded with the layers ((4, 64), (64,)) and ((64, 2), (2,)) gives (8, 2) for (8, 4).
    """

    def __init__(self, activation: Callable[..., NDArray[Any]], one: float) -> None:
        """Make a tower without weights; of `one` the activation makes exactly 1."""
        self.activation = activation
        self.one = one
        self.shapes: list[tuple[int, ...]] = []
        self.rows = self.room = -1

    def load(self, layers: Sequence[tuple[Floats, Floats]]) -> None:
        """Copy the weights (I, O) and biases (O,) of each layer, the last one without an activation."""
        *hidden, head = layers
        self.hidden = [_with_one(weight, bias, self.one) for weight, bias in hidden]
        self.head = np.concatenate([head[0], head[1][None]])
        shapes = [weight.shape for weight in (*self.hidden, self.head)]
        if shapes != self.shapes:
            self.shapes, self.rows, self.room = shapes, -1, -1

    def __call__(self, obs: NDArray[Any]) -> Floats:
        """Return what the last layer gives, (N, D), for obs (N, O) of any dtype; the next call overwrites it."""
        if len(obs) != self.rows:
            self._fit(len(obs))
        self.seen[:] = obs
        below = self.inputs
        for weight, out in zip(self.hidden, self.layers, strict=True):
            np.dot(below, weight, out)
            self.activation(out, out=out)
            below = out
        return np.dot(below, self.head, self.outputs)

    def in_parts(self, obs: NDArray[Any]) -> Floats:
        """Return the same for many rows, as an array that stays."""
        result = np.empty((len(obs), self.head.shape[1]), np.float32)
        for at in range(0, len(obs), AT_ONCE):
            result[at : at + AT_ONCE] = self(obs[at : at + AT_ONCE])
        return result

    def _fit(self, rows: int) -> None:
        """Use as much of the arrays as so many rows take."""
        if rows > self.room:
            self.room = rows
            self.space = [np.empty((rows, width), np.float32) for _, width in self.shapes]
            self.input_space = np.ones((rows, self.shapes[0][0]), np.float32)
        self.rows = rows
        *self.layers, self.outputs = (array[:rows] for array in self.space)
        self.inputs = self.input_space[:rows]
        self.seen = self.inputs[:, :-1]


def _with_one(weight: Floats, bias: Floats, one: float) -> Floats:
    """Return (I + 1, O + 1): biases as what the unit that is 1 is weighed with, and what makes it 1 once more."""
    wide = np.zeros((len(weight) + 1, len(bias) + 1), np.float32)
    wide[:-1, :-1], wide[-1, :-1], wide[-1, -1] = weight, bias, one
    return wide
