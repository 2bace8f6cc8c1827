"""Random numbers drawn many steps ahead of need: drawing one step at a time would cost as much as the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

STEPS: Final = 256  # in a block

Draw = Callable[[np.random.Generator, int, int], NDArray[Any]]  # generator, steps, rows -> (steps, rows, ...)


class Ahead:
    """Blocks of random numbers, given out step by step.

    Example: over `lambda rng, steps, rows: rng.random((steps, rows))` the first `next(rng, 8)` draws 256 x 8 numbers
    and gives 8 of them; the 255 calls that follow draw nothing.
    """

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.block: NDArray[Any] = np.empty((0, 0))
        self.at = 0  # the step in the block that comes next

    def next(self, rng: np.random.Generator, rows: int) -> NDArray[Any]:
        """Return the numbers of one more step, (rows, ...)."""
        if self.at == len(self.block) or self.block.shape[1] != rows:
            self.block, self.at = self.draw(rng, STEPS, rows), 0
        numbers: NDArray[Any] = self.block[self.at]
        self.at += 1
        return numbers

    def state(self) -> dict[str, Any]:
        """Return what is drawn and not given out; the generator has gone past it."""
        return {"left": self.block[self.at :]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.block, self.at = state["left"], 0
