"""Remembering without torch: what a recurrent layer is, one step of it for workers, and what learners read of it.

The parameters are those of `engine.recurrence.RecurrentLayer`. The state of N environments is one array (N, K),
a row for each: the cell's parts, then the towers, then the units. So a row is what a batch stores.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Batch
from engine.policies.distributions import Floats


@dataclass(frozen=True, slots=True)
class Memory:
    """A recurrent layer: which cell, and how many units S each tower has.

    Attributes:
        cell: `"gru"` (state h, gates r, z, n) or `"lstm"` (state h and c, gates i, f, o, g).
        size: S.
        length: L, how many steps back gradients reach: of the sequences in which a learner reads its batches.

    Example: `Memory("lstm", 64, 16)` on two towers has a state of 2 * 2 * 64 = 256 numbers.
    """

    cell: str
    size: int
    length: int

    @property
    def gates(self) -> int:
        """How many numbers each unit computes in a step."""
        return 4 if self.cell == "lstm" else 3

    def state_size(self, towers: int) -> int:
        """K, how many numbers it remembers of each environment."""
        return (2 if self.cell == "lstm" else 1) * towers * self.size

    def shapes(self, towers: int, inputs: int) -> tuple[tuple[int, ...], ...]:
        """Return the shapes of its input weights, recurrent weights and bias, as they lie in the weight vector."""
        width = self.gates * self.size
        return (towers, inputs, width), (towers, self.size, width), (towers, 1, width)


class Recurrence:
    """One step of a recurrent layer on G towers; the equations are in `engine.recurrence`."""

    def __init__(self, memory: Memory, towers: int, inputs: int) -> None:
        """Make a layer for features of width `inputs`; it has no weights until `load`."""
        self.towers, self.units = towers, memory.size
        self.state_size = memory.state_size(towers)
        self.shapes = memory.shapes(towers, inputs)
        self.size = sum(math.prod(shape) for shape in self.shapes)
        self.scale = scaling(memory.size)
        self.step = self._lstm if memory.cell == "lstm" else self._gru

    def load(self, weights: Floats) -> None:
        """Take over the weights (P,); they are read in place, so they must not change."""
        ends = np.cumsum([math.prod(shape) for shape in self.shapes])
        parts = np.split(weights, ends[:-1])
        self.enter, self.recurrent, self.bias = (
            part.reshape(shape) for part, shape in zip(parts, self.shapes, strict=True)
        )

    def __call__(self, features: Floats, before: Floats) -> tuple[Floats, Floats]:
        """Return the hidden states (G, N, S) and the new state (N, K), for features (G, N, W) or (N, W)."""
        after = np.empty_like(before)
        self.step(features @ self.enter + self.bias, self._parts(before), self._parts(after))
        return self._parts(after)[0], after

    def _parts(self, state: Floats) -> Floats:
        """Return a view (parts, G, N, S) of a state (N, K)."""
        return state.reshape(len(state), -1, self.towers, self.units).transpose(1, 2, 0, 3)

    def _gru(self, inputs: Floats, before: Floats, after: Floats) -> None:
        size, hidden = self.units, before[0]
        remembered = hidden @ self.recurrent
        gates = _sigmoid(inputs[..., : 2 * size] + remembered[..., : 2 * size])
        new = np.tanh(inputs[..., 2 * size :] + gates[..., :size] * remembered[..., 2 * size :])
        after[0] = new + gates[..., size:] * (hidden - new)

    def _lstm(self, inputs: Floats, before: Floats, after: Floats) -> None:
        hidden, content = before
        lstm(inputs + hidden @ self.recurrent, self.scale, content, *after)


def lstm(gates: Floats, scale: Floats, content: Floats, new_hidden: Floats, new_content: Floats) -> Floats:
    """Go one step of a long short-term memory (Hochreiter & Schmidhuber 1997; forget gate of Gers et al. 2000).

    Takes W x + U h + b as `gates` (..., 4 S), in the order i, f, o, g, their `scaling`, and c as `content` (..., S).
    Puts the gates themselves, i, f, o = sigmoid and g = tanh of that, in the place of it, c' = f c + i g in
    `new_content` and h' = o tanh(c') in `new_hidden`. Returns tanh(c'), (..., S).
    """
    size = content.shape[-1]
    gates *= scale
    np.tanh(gates, out=gates)
    gates *= scale
    gates += 1 - scale
    add, forget = gates[..., :size], gates[..., size : 2 * size]
    show, new = gates[..., 2 * size : 3 * size], gates[..., 3 * size :]
    np.multiply(forget, content, out=new_content)
    new_content += add * new
    squashed: Floats = np.tanh(new_content)
    np.multiply(show, squashed, out=new_hidden)
    return squashed


def scaling(size: int) -> Floats:
    """Return what `lstm` scales gates of `size` units by, (4 S,): sigmoid(x) = (tanh(x / 2) + 1) / 2."""
    return np.repeat(np.array([0.5, 1], np.float32), [3 * size, size])


def _sigmoid(values: Floats) -> Floats:
    """Return 1 / (1 + exp(-x)), written so that no x overflows."""
    result: Floats = np.tanh(values * np.float32(0.5))
    result += 1
    result *= np.float32(0.5)
    return result


def starts(batch: Batch, length: int) -> tuple[Floats, NDArray[np.bool_]]:
    """Return how the sequences of `length` steps in a batch start: their first states (M, K), and `begins` (M, L).

    `begins` tells which steps are the first of an episode that began inside their sequence. Gradients reach back to a
    sequence's first step and no further; what came before is in the state that the worker stored there, under the
    weights it then had. Reads state, terminated and truncated.

    Example: 8 rows in fragments of 4 steps are, with length 2, M = 4 sequences; where row 0 terminated, begins[0] is
    (False, True).

    Raises:
        ValueError: there is no state, or fragments are no multiple of `length`; the text is a sentence.
    """
    if "state" not in batch.columns:
        raise ValueError("a recurrent policy needs batches with state: connect it to the Rollouts that sample for it")
    if batch.sequence % length:
        raise ValueError(
            f"sequences of {length} steps do not divide fragments of {batch.sequence}: "
            "set the policy's sequence_length to a divisor of fragment_length"
        )
    ended = (batch["terminated"] | batch["truncated"]).reshape(-1, length)
    begins = np.zeros_like(ended)
    begins[:, 1:] = ended[:, :-1]
    return batch["state"][::length], begins
