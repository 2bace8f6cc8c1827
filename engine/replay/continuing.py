"""Fragments joined to the end of those before, for what looks at several steps in a row.

It belongs on the rollout workers: there fragments of the same environments follow each other without a gap, and where
a worker is replaced, what it held back goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Batch, Item

Steps = dict[str, NDArray[Any]]  # columns (N, T, ...): environments, then their steps


class Continuing:
    """The steps of each environment that an operator has seen and not done with.

    Example: it takes steps 0 to 3, and 2 are held back; when it takes 4 to 7, there are steps 2 to 7.
    """

    def __init__(self) -> None:
        self.held: Steps = {}
        self.version = 0  # the oldest that made a step of `held`
        self.newest = (0, 0)  # policy version and steps of the fragment taken last

    def take(self, item: Item) -> tuple[Steps, int]:
        """Return what was held back with the item's batch behind it, and the oldest policy version of both.

        Raises:
            ValueError: the batch comes from another number of environments.
        """
        batch, self.newest = item.value, (item.version, item.value.sequence)
        new = {name: rows.reshape(-1, batch.sequence, *rows.shape[1:]) for name, rows in batch.columns.items()}
        if not self.held:
            return new, item.version
        if any(len(rows) != len(new[name]) for name, rows in self.held.items()):
            raise ValueError("fragments of different environments came: put this node right behind Rollouts")
        joined = {name: np.concatenate((self.held[name], rows), axis=1) for name, rows in new.items()}
        return joined, min(self.version, item.version)

    def hold(self, steps: Steps, count: int) -> None:
        """Hold the last `count` of these steps back, which are those that `take` gave."""
        version, length = self.newest
        self.version = version if count <= length or not self.held else min(self.version, version)
        self.held = {name: rows[:, rows.shape[1] - count :].copy() for name, rows in steps.items()} if count else {}

    def state(self) -> dict[str, Any]:
        """Return what is held back, for a checkpoint."""
        return {"held": dict(self.held), "version": self.version, "newest": self.newest}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.held, self.version = dict(state["held"]), state["version"]
        self.newest = (state["newest"][0], state["newest"][1])


def by_seat(item: Item) -> Iterator[tuple[int, Item]]:
    """Give the steps of each seat, as one sequence, with its number; a batch without seats whole, with number -1.

    Example: sequences of 2 steps of the seats 7, 7 and 9 give 4 steps of seat 7 and 2 of seat 9.
    """
    batch: Batch = item.value
    if not batch.seats:
        yield -1, item
        return
    owners = np.array(batch.seats).repeat(batch.sequence)
    for seat in dict.fromkeys(batch.seats):
        columns = {name: column[owners == seat] for name, column in batch.columns.items()}
        yield seat, item.carrying(Batch(columns, int((owners == seat).sum())))


def rows_of(steps: Steps) -> Steps:
    """Return columns (N, T, ...) as contiguous rows (N*T, ...)."""
    return {name: np.ascontiguousarray(rows).reshape(-1, *rows.shape[2:]) for name, rows in steps.items()}
