"""A long short-term memory in plain numpy: one step for workers, whole sequences and their gradient for the learner.

The step itself, from a state (h, c) of S units each, is `engine.policies.memory.lstm`. The weights are one flat vector:
the matrix (in + S, 4 S), gates in the order i, f, o, g, and then the bias (4 S,). A state is one row (2 S,): h, then c.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.policies.memory import lstm, scaling
from engine.policies.q_layers import Floats


@dataclass(frozen=True, slots=True)
class MemoryShape:
    """How many numbers go in, and how many units S remember.

    Example: 4 inputs and 64 units have (4 + 64 + 1) * 256 = 17,664 weights and biases.
    """

    inputs: int
    units: int

    @property
    def size(self) -> int:
        """How many weights and biases there are."""
        return (self.inputs + self.units + 1) * 4 * self.units

    def bounds(self) -> Floats:
        """Return 1 / sqrt(S) for each weight and bias, (P,): how large they may be at the start."""
        return np.full(self.size, 1 / math.sqrt(self.units), np.float32)

    def build(self) -> QMemory:
        """Return a memory without weights."""
        return QMemory(self)


@dataclass(frozen=True, slots=True)
class _Step:
    """What going back through one step of M sequences needs."""

    before: Floats  # (M, 2 S), after forgetting what was another episode's
    kept: Floats  # (M, 1), 0 where an episode began
    gates: Floats  # (M, 4 S)
    squashed: Floats  # tanh(c'), (M, S)


class QMemory:
    """Remembers with the weights that it was told to read."""

    def __init__(self, shape: MemoryShape) -> None:
        """Make a memory without weights."""
        self.shape = shape
        self.scale = scaling(shape.units)
        self.steps: list[_Step] = []

    def read(self, weights: Floats) -> None:
        """Use the weights in `weights` (P,) from now on; they are read in place."""
        (self.enter, self.recur), self.bias = self._views(weights)

    def step(self, obs: Floats, state: Floats) -> Floats:
        """Return the states (N, 2 S) after seeing obs (N, in) in states (N, 2 S)."""
        return self._advance(obs @ self.enter + self.bias, state)[0]

    def unroll(self, obs: Floats, state: Floats, begins: NDArray[np.bool_]) -> Floats:
        """Return the states (M, L, 2 S) after each of L steps of M sequences, and keep what `backward` needs.

        Takes obs (M, L, in), the state (M, 2 S) before the first step, and which steps begin an episode, (M, L).
        """
        entering = np.ascontiguousarray((obs @ self.enter + self.bias).swapaxes(0, 1))
        kept = np.ascontiguousarray(~begins.T[:, :, None], np.float32)
        self.obs, self.steps = obs, []
        after = np.empty((*obs.shape[:2], 2 * self.shape.units), np.float32)
        for number, (values, keep) in enumerate(zip(entering, kept, strict=True)):
            before = state * keep
            state, gates, squashed = self._advance(values, before)
            self.steps.append(_Step(before, keep, gates, squashed))
            after[:, number] = state
        return after

    def backward(self, slope: Floats, gradient: Floats) -> None:
        """Write the gradient (P,) of a loss over the last steps of each sequence; those before are constants.

        Takes dl/dh' = `slope` (B, S) of the last B / M steps of the M sequences, sequence after sequence.
        """
        units, sequences = self.shape.units, len(self.obs)
        slope = slope.reshape(sequences, -1, units)
        first = len(self.steps) - slope.shape[1]
        to_hidden = to_cell = np.zeros((sequences, units), np.float32)
        through = np.empty((slope.shape[1], sequences, 4 * units), np.float32)
        for number in range(len(self.steps) - 1, first - 1, -1):
            step = self.steps[number]
            to_hidden = to_hidden + slope[:, number - first]
            to_cell, arriving = _back(step, to_hidden, to_cell)
            through[number - first] = arriving
            to_hidden = (arriving @ self.recur.T) * step.kept
            to_cell *= step.kept
        flat = through.reshape(-1, 4 * units)
        (enter, recur), bias = self._views(gradient)
        np.matmul(self.obs[:, first:].swapaxes(0, 1).reshape(len(flat), -1).T, flat, out=enter)
        hidden = np.concatenate([step.before[:, :units] for step in self.steps[first:]])
        np.matmul(hidden.T, flat, out=recur)
        np.sum(flat, 0, out=bias)

    def _views(self, vector: Floats) -> tuple[tuple[Floats, Floats], Floats]:
        inputs, width = self.shape.inputs, 4 * self.shape.units
        matrix, bias = vector[:-width].reshape(-1, width), vector[-width:]
        return (matrix[:inputs], matrix[inputs:]), bias

    def _advance(self, entering: Floats, before: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the state after a step, its gates and tanh(c')."""
        units = self.shape.units
        gates: Floats = entering + before[:, :units] @ self.recur
        after = np.empty_like(before)
        return after, gates, lstm(gates, self.scale, before[:, units:], after[:, :units], after[:, units:])


def _back(step: _Step, to_hidden: Floats, to_cell: Floats) -> tuple[Floats, Floats]:
    """Go back through one step's gates: return dl/dc before it, and dl/d(W [x, h] + b)."""
    units = step.squashed.shape[1]
    add, forget, show, new = (step.gates[:, part * units : (part + 1) * units] for part in range(4))
    to_cell = to_cell + to_hidden * show * (1 - step.squashed * step.squashed)
    parts = (
        to_cell * new * add * (1 - add),
        to_cell * step.before[:, units:] * forget * (1 - forget),
        to_hidden * step.squashed * show * (1 - show),
        to_cell * add * (1 - new * new),
    )
    return to_cell * forget, np.concatenate(parts, 1)
