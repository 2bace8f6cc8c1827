"""One shard of a replay buffer: rows come in, batches that were drawn go out, priorities come back.

It works alike in the engine's process and on an actor; what it gives depends on its plan and on what it was told, in
order, and on nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Batch, Episode, Item, UnfitBatch
from engine.replay.ring import Ring, Unkept
from engine.replay.sampling import PrioritisedSampling, Prioritising, Sampling

VERSION: Final = "version"  # the column in which the policy version that acted is kept
LIFE: Final = 2**40  # serial numbers that one life of a shard has: more than anybody stores rows
LIVES: Final = 2**52  # serial numbers that a shard has through all its lives; 1024 shards of a buffer fit in int64


def shards_of(indexes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the number, in its buffer, of the shard that gave each of these indexes (K,).

    Example: of indexes 0, 7 and 2^52 + 1, the first two are of shard 0 and the last is of shard 1.
    """
    return indexes // LIVES


class Filling(NamedTuple):
    """How full a shard is: how many transitions it keeps, and whether others have gone to make room for them."""

    kept: int = 0
    went_round: bool = False


@dataclass(frozen=True, slots=True)
class ShardPlan:
    """Everything a shard must know to start.

    Attributes:
        source: the shard's name, which the items that it gives carry.
        capacity: transitions, at most.
        batch_size: transitions in a batch; if it keeps sequences, as many of these as find room in it, at least one.
        seed: of what is drawn.
        sequences: whether rows are kept and drawn in the sequences in which they come.
        prioritising: how; None draws uniformly.
        first: serial number of the first row, which no other shard of the buffer ever gives away, nor an earlier life
            of this one.
    """

    source: str
    capacity: int
    batch_size: int
    seed: int
    sequences: bool = False
    prioritising: Prioritising | None = None
    first: int = 0

    def build(self) -> ReplayShard:
        """Return an empty shard."""
        return ReplayShard(self)


class ReplayShard:
    """Keeps rows and draws from them.

    A drawn batch has the columns that were stored, `index` (serial numbers, int64) and `weight` (float32). Of
    sequences, the column `state` is kept for the first step alone, and every row of a sequence shows that one.
    """

    def __init__(self, plan: ShardPlan) -> None:
        self.plan = plan
        self.rng = np.random.default_rng(plan.seed)
        self._begin(1)

    def load(self, policy: str, weights: NDArray[np.float32], version: int) -> None:
        """Ignore the weights: nobody acts here."""

    def store(self, batch: Batch, version: int) -> Filling:
        """Keep the rows of a batch that policy version `version` sampled; return how full the shard is now.

        Raises:
            UnfitBatch: the columns or the length of sequences are not those of the first batch.
        """
        if not self.ring.columns:
            self._begin(batch.sequence if self.plan.sequences else 1)
        try:
            columns = dict(batch.columns) if self.steps == 1 else self._sequences(batch)
            columns[VERSION] = np.full(len(batch) // self.steps, version, np.int32)
            self.sampling.added(self.ring.add(columns))
        except Unkept as error:
            raise UnfitBatch(str(error), batch) from None
        return self._filling()

    def _filling(self) -> Filling:
        return Filling(len(self.ring) * self.steps, self.ring.went_round)

    def _begin(self, steps: int) -> None:
        """Be empty, for rows that are `steps` transitions each."""
        plan = self.plan
        self.steps = steps
        self.ring = Ring(max(1, plan.capacity // steps), plan.first, axes=1 if steps > 1 else 0)
        self.sampling = (
            PrioritisedSampling(self.ring, plan.prioritising) if plan.prioritising else Sampling(self.ring)
        )

    def _sequences(self, batch: Batch) -> dict[str, NDArray[Any]]:
        if batch.sequence != self.steps:
            what = f"the buffer keeps sequences of {self.steps} steps; one of {batch.sequence} came"
            raise Unkept(f"{what}: take out what changes their length on the way (N Step Returns), or `sequences`")
        columns = {name: rows.reshape(-1, self.steps, *rows.shape[1:]) for name, rows in batch.columns.items()}
        if "state" in columns:
            columns["state"] = columns["state"][:, 0]
        return columns

    def next(self) -> tuple[Item, tuple[Episode, ...]]:
        """Draw a batch; no episode ends meanwhile.

        The item stands for no env steps, since those of its rows were counted when they were sampled, and for the
        oldest policy version among its rows.
        """
        serials, weights = self.sampling.draw(max(1, self.plan.batch_size // self.steps), self.rng)
        columns = self.ring.rows(serials)
        oldest = int(columns.pop(VERSION).min())
        if self.steps > 1:
            columns = {n: self._spread(rows) if n == "state" else _flat(rows) for n, rows in columns.items()}
            serials, weights = self._spread(serials), self._spread(weights)
        columns["index"], columns["weight"] = serials, weights
        return Item(Batch(columns, self.steps), self.plan.source, oldest), ()

    def _spread(self, values: NDArray[Any]) -> NDArray[Any]:
        return values.repeat(self.steps, axis=0)

    def update(self, indexes: NDArray[np.int64], errors: NDArray[np.float32]) -> None:
        """Take the absolute TD errors (B,) of the rows (B,) that a drawn batch called `index`.

        Those of one sequence count as 0.9 of the largest and 0.1 of the mean (Kapturowski et al. 2019, R2D2); rows
        that only warmed up a state have the error nan.
        """
        if self.steps > 1:
            table = errors.reshape(-1, self.steps)
            errors = np.float32(0.9) * np.nanmax(table, axis=1) + np.float32(0.1) * np.nanmean(table, axis=1)
            indexes = indexes[:: self.steps]
        self.sampling.update(indexes, errors)

    def state(self) -> dict[str, Any]:
        """Return rows, priorities and the generator, for a checkpoint."""
        return {
            "steps": self.steps,
            "ring": self.ring.state(),
            "sampling": self.sampling.state(),
            "rng": self.rng.bit_generator.state,
        }

    def restore(self, state: Mapping[str, Any]) -> Filling:
        """Take over what `state` gave; return how full the shard is now."""
        self._begin(state["steps"])
        self.ring.restore(state["ring"])
        self.sampling.restore(state["sampling"])
        self.rng.bit_generator.state = state["rng"]
        return self._filling()

    def close(self) -> None:
        """Let go of the rows."""
        self._begin(1)


def _flat(rows: NDArray[Any]) -> NDArray[Any]:
    return rows.reshape(-1, *rows.shape[2:])
