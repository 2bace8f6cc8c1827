"""Which rows a replay buffer draws: all with the same probability, or those that surprised most.

Both draw with replacement. Priorities are told by serial number, so that an error which comes back late, when its row
has been overwritten, changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.replay.ring import Ring
from engine.replay.sum_tree import SumTree

Drawn = tuple[NDArray[np.int64], NDArray[np.float32]]  # serial numbers and importance weights, each (K,)


class Sampling:
    """Draws every row of a ring with the same probability; all weights are 1."""

    def __init__(self, ring: Ring) -> None:
        self.ring = ring
        self.ones = np.ones(0, np.float32)

    def draw(self, count: int, rng: np.random.Generator) -> Drawn:
        """Draw `count` rows of a ring that is not empty."""
        if len(self.ones) != count:
            self.ones = np.ones(count, np.float32)
        return rng.integers(self.ring.oldest, self.ring.end, count), self.ones

    def added(self, serials: NDArray[np.int64]) -> None:
        """Note that these rows have come."""

    def update(self, serials: NDArray[np.int64], errors: NDArray[np.float32]) -> None:
        """Note the absolute TD errors (K,) of these rows (K,)."""

    def state(self) -> dict[str, Any]:
        """Return what a checkpoint must keep beside the rows."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave; the ring has its rows again."""


@dataclass(frozen=True, slots=True)
class Prioritising:
    """How priorities follow from errors, and what corrects for them (Schaul et al. 2016, arXiv 1511.05952).

    A row of absolute TD error e has priority (e + epsilon)^alpha and is drawn in proportion to it. Its weight in the
    loss is (n P)^-beta, divided by the largest of the batch, for a row of probability P among n.

    Attributes:
        alpha: 0 draws uniformly, 1 in proportion to the error.
        beta: 0 corrects nothing, 1 all of the bias, at the start.
        beta_over: stored rows over which beta rises linearly to 1; 0 keeps it.
        epsilon: keeps rows of no error from never being drawn again.
    """

    alpha: float = 0.6
    beta: float = 0.4
    beta_over: int = 0
    epsilon: float = 1e-6

    def beta_after(self, stored: int) -> float:
        """Return beta when so many rows have come: from 0.4, halfway it is 0.7."""
        return self.beta + (1 - self.beta) * min(1.0, stored / self.beta_over) if self.beta_over else self.beta


class PrioritisedSampling(Sampling):
    """Rows in proportion to their priorities; new ones get the highest priority that there has been.

    The total is divided in as many equal parts as rows are wanted, and one is drawn from each part: the probabilities
    are the same as with independent draws, and a batch covers them more evenly.
    """

    def __init__(self, ring: Ring, prioritising: Prioritising) -> None:
        super().__init__(ring)
        self.rule = prioritising
        self.highest = 1.0
        self.known = ring.oldest  # rows before this one have no priority any more
        self.first = ring.oldest

    @cached_property
    def tree(self) -> SumTree:
        """The priorities; like the rows they take no memory before the first come, which show whether all fit."""
        return SumTree(self.ring.capacity)

    def draw(self, count: int, rng: np.random.Generator) -> Drawn:
        """Draw each row with a probability in proportion to its priority."""
        total = self.tree.total
        places = self.tree.search((np.arange(count) + rng.random(count)) * (total / count))
        probability = self.tree.leaves[places] / total
        weights = (len(self.ring) * probability) ** -self.rule.beta_after(self.ring.end - self.first)
        serials = self.ring.oldest + (places - self.ring.oldest) % self.ring.capacity
        return serials, (weights / weights.max()).astype(np.float32)

    def added(self, serials: NDArray[np.int64]) -> None:
        """Give the new rows the highest priority, and none to rows that went before they were overwritten."""
        overwritten = self.ring.end - self.ring.capacity
        if self.ring.oldest > max(self.known, overwritten):
            gone = np.arange(max(self.known, overwritten), self.ring.oldest)
            self.tree.set(gone % self.ring.capacity, 0.0)
        self.known = self.ring.oldest
        self.tree.set(serials % self.ring.capacity, self.highest)

    def update(self, serials: NDArray[np.int64], errors: NDArray[np.float32]) -> None:
        """Set the priorities of those rows that are still there."""
        there = self.ring.has(serials)
        priorities = (errors[there].astype(np.float64) + self.rule.epsilon) ** self.rule.alpha
        if len(priorities):
            self.highest = max(self.highest, float(priorities.max()))
            self.tree.set(serials[there] % self.ring.capacity, priorities)

    def state(self) -> dict[str, Any]:
        """Return the priorities, oldest row first, and the highest of all times."""
        places = np.arange(self.ring.oldest, self.ring.end) % self.ring.capacity
        return {"priorities": self.tree.leaves[places], "highest": self.highest, "first": self.first}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.highest, self.first, self.known = state["highest"], state["first"], self.ring.oldest
        places = np.arange(self.ring.oldest, self.ring.end) % self.ring.capacity
        self.tree.set(places, state["priorities"])
