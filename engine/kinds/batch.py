"""Experiences as columns, of one policy or of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.kinds.item import Item
from engine.kinds.kind import Family, Kind, Shape


@dataclass(frozen=True, slots=True)
class Batch(Kind):
    """Experiences as columns of equal length B, rows in order within each sequence of T steps.

    Guarantees: every column has B rows; arrays are C-contiguous and must not be written to (they may lie in shared
    memory); B is a multiple of `sequence`, and rows i*T to (i+1)*T are consecutive steps of one environment, across
    episode ends. No row is a reset: each is a transition that the environment really made. Where agents come and go,
    `seats` says of each sequence whose steps it has: a number that no other agent of the run has, nor anybody after a
    worker began anew. Elsewhere it is empty: sequence i of each fragment is environment i's.

    Columns that rollouts write (float32 unless said):
        obs (B, *O): observation acted on, as the environment gave it (uint8 for images); policies normalise it.
        action (B,) int64, (B, A) int64 or (B, A) float32: what the policy chose, before clipping to the bounds.
        reward (B,): after reward scaling.
        terminated (B,) bool: the episode ended in a state of no future value.
        truncated (B,) bool: the episode was cut off (time limit) in a state that has a value.
        logp (B,): log-probability of the action when it was taken.
        value (B,), next_value (B,): V(s_t) and V(s_t+1); at an episode's end s_t+1 is its own last observation,
            never the first of the next.
        next_obs (B, *O): only for policies that ask for it.
        state (B, K): only of recurrent policies: what was remembered before obs was seen.
    Columns that operators add: advantage (B,), value_target (B,); N Step Returns adds discount (B,), what the value of
    next_obs counts; Replay adds weight (B,), each row's importance, and index (B,) int64, its number in its buffer.
    """

    title: ClassVar[str] = "batch"
    family: ClassVar[Family] = "stream"
    shape: ClassVar[Shape] = "circle"
    light: ClassVar[str] = "#0072B2"
    dark: ClassVar[str] = "#3D9BE0"

    columns: Mapping[str, NDArray[Any]]
    sequence: int = 1
    seats: tuple[int, ...] = ()

    def __len__(self) -> int:
        """Return B, the number of rows."""
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return the column called `name`."""
        return self.columns[name]

    def having(self, **columns: NDArray[Any]) -> Batch:
        """Return a batch with these columns added or replaced."""
        return replace(self, columns={**self.columns, **columns})


@dataclass(frozen=True, slots=True)
class MultiAgentBatch(Kind):
    """What the agents of one environment met, by the policy that played them.

    Attributes:
        batches: by the policy's name (its node), its agents' experiences; policies that had none are left out.
        versions: by the policy's name, the oldest version that acted in its rows.
    """

    title: ClassVar[str] = "multi-agent batch"
    family: ClassVar[Family] = "stream"
    shape: ClassVar[Shape] = "circle"
    light: ClassVar[str] = "#2F6B4F"
    dark: ClassVar[str] = "#5FBF92"

    batches: Mapping[str, Batch]
    versions: Mapping[str, int]


class UnfitBatch(ValueError):
    """A batch that nothing can be learned from, such as one with an observation that is no number.

    Attributes:
        batch: that batch, to be looked at.
    """

    def __init__(self, text: str, batch: Batch) -> None:
        super().__init__(text)
        self.batch = batch


def refuse_unless_finite(
    rows: Mapping[str, NDArray[Any]], sequence: int = 1, lasts: Sequence[NDArray[Any]] = ()
) -> None:
    """Refuse what nothing can be learned from: rewards and observations that are no finite numbers.

    Example: rewards 1 and nan are refused with "the environment gave a reward of nan".

    Args:
        rows: columns, obs and reward among them.
        sequence: of how many consecutive steps each environment's rows are.
        lasts: the last observations of episodes that ended, which are no rows.

    Raises:
        UnfitBatch: with these rows.
    """
    shown = (rows["obs"], np.stack(lasts)) if lasts else (rows["obs"],)
    for words, column in (("a reward", rows["reward"]), *(("an observation", obs) for obs in shown)):
        if column.dtype.kind == "f" and not np.isfinite(column).all():
            what = f"the environment gave {words} of {column[~np.isfinite(column)][0]}"
            raise UnfitBatch(what, Batch(rows, sequence))


def join(items: Sequence[Item]) -> Item:
    """Join items that carry batches into one: rows in order, env steps added, the oldest version, the last source.

    Example: batches of 3 and 2 rows with versions 5 and 4 give 5 rows, version 4.

    Raises:
        ValueError: there are none, or their columns or sequence lengths differ.
    """
    batches: list[Batch] = [item.value for item in items]
    names = set(batches[0].columns) if batches else set()
    if not batches or any(set(b.columns) != names or b.sequence != batches[0].sequence for b in batches):
        raise ValueError("only batches with the same columns and sequence length can be joined")
    columns = {name: np.concatenate([batch.columns[name] for batch in batches]) for name in batches[0].columns}
    return Item(
        Batch(columns, batches[0].sequence, tuple(seat for batch in batches for seat in batch.seats)),
        items[-1].source,
        min(item.version for item in items),
        sum(item.env_steps for item in items),
    )
