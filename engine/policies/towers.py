"""The two-tower MLP in plain numpy, for workers: no torch to import, and a tenth of its cost for few observations.

The parameters are those of `engine.networks.ActorCriticMLP`, read in place from the flat weight vector.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.policies.distributions import Floats
from engine.policies.memory import Memory


def _relu(values: Floats, out: Floats) -> Floats:
    row = np.zeros(values.shape[-1], np.float32)  # against a single zero numpy takes four times as long
    return np.maximum(values, row, out=out)


def _relu_slope(outputs: Floats, out: Floats | None = None) -> NDArray[Any]:
    return np.greater(outputs, 0, out=out)


def _tanh_slope(outputs: Floats, out: Floats | None = None) -> NDArray[Any]:
    out = np.multiply(outputs, outputs, out=out)
    return np.subtract(1, out, out=out)


ACTIVATIONS: Final[dict[str, Callable[..., Any]]] = {"tanh": np.tanh, "relu": _relu}
ONES: Final = {"tanh": 20.0, "relu": 1.0}  # of what each makes exactly 1
SLOPES: Final[dict[str, Callable[..., NDArray[Any]]]] = {  # by what they gave
    "tanh": _tanh_slope,
    "relu": _relu_slope,
}


def tower_shapes(
    inputs: int, hidden: Sequence[int], outputs: int, memory: Memory | None = None
) -> tuple[tuple[int, ...], ...]:
    """Return the parameter shapes of an actor-critic MLP, in the order in which they lie in the weight vector.

    For each hidden layer the weights (2, in, out) and biases (2, 1, out) of both towers, actor first; then weights
    and bias of the actor's head and of the critic's, which read the memory's units where there is one. Example: 4
    inputs, hidden (64,), 2 outputs give (2, 4, 64), (2, 1, 64), (64, 2), (2,), (64, 1), (1,).
    """
    widths = [inputs, *hidden]
    shapes: list[tuple[int, ...]] = []
    for before, after in zip(widths, hidden, strict=False):
        shapes += [(2, before, after), (2, 1, after)]
    width = memory.size if memory else widths[-1]
    return (*shapes, (width, outputs), (outputs,), (width, 1), (1,))


class Towers:
    """An actor-critic MLP that writes into arrays of its own, made anew when the number of rows changes.

    Larger arrays that come and go cost more than the arithmetic on them: the system maps each one's pages anew.
    """

    def __init__(self, shapes: Sequence[tuple[int, ...]], activation: str) -> None:
        """Make a network of these parameter shapes (see `tower_shapes`); it has no weights until `load`."""
        self.shapes = shapes
        self.size = sum(math.prod(shape) for shape in shapes)
        self.activation = ACTIVATIONS[activation]
        self.one = ONES[activation]
        self.slope = SLOPES[activation]
        self.rows = -1

    def load(self, weights: Floats) -> None:
        """Take over the weights (P,); they are read in place, so they must not change."""
        ends = np.cumsum([math.prod(shape) for shape in self.shapes])
        parts = np.split(weights, ends[:-1])
        views = [part.reshape(shape) for part, shape in zip(parts, self.shapes, strict=True)]
        self.hidden = list(zip(views[:-4:2], views[1:-4:2], strict=True))
        self.actor, self.actor_bias, self.critic, self.critic_bias = views[-4:]

    def layers_of(self, place: int) -> list[tuple[Floats, Floats]]:
        """Return weights (I, O) and biases (O,) of each layer of the actor, `place` 0, or of the critic, 1."""
        heads = ((self.actor, self.actor_bias), (self.critic, self.critic_bias))
        return [*((weight[place], bias[place, 0]) for weight, bias in self.hidden), heads[place]]

    def __call__(self, obs: Floats) -> tuple[Floats, Floats]:
        """Return distribution numbers (N, D) and values (N,) for obs (N, O); the next call overwrites them."""
        return self.heads(self.features(obs))

    def features(self, obs: Floats) -> Floats:
        """Return what the hidden layers give, (2, N, W), for obs (N, O); without any, `obs` itself."""
        if len(obs) != self.rows:
            self._make_room(len(obs))
        both = obs
        for (weight, bias), out in zip(self.hidden, self.layers, strict=True):
            np.matmul(both, weight, out=out)
            np.add(out, bias, out=out)
            self.activation(out, out=out)
            both = out
        return both

    def heads(self, both: Floats) -> tuple[Floats, Floats]:
        """Return distribution numbers (N, D) and values (N,) for the features (2, N, W) of actor and critic."""
        actor, critic = both if both.ndim == 3 else (both, both)
        np.matmul(actor, self.actor, out=self.numbers)
        np.add(self.numbers, self.actor_bias, out=self.numbers)
        np.matmul(critic, self.critic, out=self.column)
        np.add(self.column, self.critic_bias, out=self.column)
        return self.numbers, self.values

    def backward(self, both: Floats, obs: Floats, numbers_slope: Floats, values_slope: Floats, into: Towers) -> None:
        """Write a loss's slopes by these parameters into those of `into`, by the chain rule.

        Args:
            both: what `features` gave last, (2, N, W), for `obs`; it is overwritten.
            obs: what the towers saw, (N, O).
            numbers_slope: the loss's slope by the distribution numbers, (N, D).
            values_slope: by the values, (N,).
            into: towers of the same shapes, loaded with the vector to write into.
        """
        actor, critic = both if both.ndim == 3 else (both, both)
        np.matmul(actor.T, numbers_slope, out=into.actor)
        np.matmul(values_slope, critic, out=into.critic[:, 0])
        np.matmul(self.ones, numbers_slope, out=into.actor_bias)
        into.critic_bias[0] = values_slope.sum()
        if self.hidden:
            np.matmul(numbers_slope, self.actor.T, out=self.pulled[-1][0])
            np.multiply(values_slope[:, None], self.critic[:, 0], out=self.pulled[-1][1])
        below = [obs, *self.layers[:-1]]
        for place in reversed(range(len(self.hidden))):
            slope, outputs = self.pulled[place], self.layers[place]
            slope *= self.slope(outputs, out=outputs)
            weight, bias = into.hidden[place]
            np.matmul(below[place].swapaxes(-1, -2), slope, out=weight)
            np.matmul(self.ones, slope, out=bias[:, 0])
            if place:
                np.matmul(slope, self.hidden[place][0].swapaxes(1, 2), out=self.pulled[place - 1])

    def _make_room(self, rows: int) -> None:
        self.rows = rows
        shapes = [(2, rows, weight.shape[2]) for weight, _ in self.hidden]
        self.layers, self.pulled = ([np.empty(shape, np.float32) for shape in shapes] for _ in range(2))
        self.ones = np.ones(rows, np.float32)  # a product with it sums rows four times as fast as `sum`
        self.numbers = np.empty((self.actor.shape[1], rows), np.float32).T  # sums over few columns go down long rows
        self.column = np.empty((rows, 1), np.float32)
        self.values = self.column[:, 0]
