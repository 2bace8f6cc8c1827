"""The Overlap Sequences operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Batch, Item
from engine.problems import Place, Problem


class OverlapSequences(Operator):
    """Cut what each environment goes through into sequences of equal length that overlap.

    Takes fragments, gives batches of sequences of `length` consecutive steps of one environment; each begins
    `length` - `overlap` steps after the one before, so that steps which only warm up a recurrent state in one
    sequence are learned from in another (Kapturowski et al. 2019, R2D2: length 80, overlap 40). Sequences go on
    across episode ends, as fragments do. Steps that do not fill a sequence wait for the fragment that follows, so none
    is lost; therefore it runs on the actors, right behind Rollouts. Counts nothing. Waits while no sequence is full.

    Example: fragments of 4 steps with length 6 and overlap 2 give nothing, then steps 0 to 5, then 4 to 9.
    RLlib: replay_sequence_length, pad_batch_to_sequences_of_same_size.
    """

    section = "Experiences"
    short = "overlap"
    rllib = "replay_sequence_length replay_burn_in pad_batch_to_sequences"

    batches = stream_in(Batch, "fragments", where="parallel")
    sequences = stream_out(Batch, "sequences that overlap", where="parallel")

    length: int = param(40, at_least=1, at_most=100_000, unit="steps", help="steps in a sequence")
    overlap: int = param(20, at_least=0, unit="steps", help="steps that a sequence shares with the one before")

    def __init__(self, node: str, params: Any = None) -> None:
        """Start with nothing held back."""
        from engine.replay.continuing import Continuing

        super().__init__(node, params)
        self.continuing = Continuing()

    def rows(self, entering: int | None) -> int | None:
        """Return nothing certain: how many sequences get full differs from fragment to fragment."""
        return None

    def check(self, entering: int | None) -> Iterable[Problem]:
        """Refuse sequences that share all their steps."""
        if self.overlap >= self.length:
            what = f"sequences of {self.length} steps cannot share {self.overlap}"
            yield Problem(Place(self.node, "overlap"), what, f"try {self.length // 2}")

    def each(self, item: Item) -> Iterable[Item]:
        """Give the sequences that are full.

        Raises:
            ValueError: they are of agents that come and go.
        """
        import numpy as np

        if item.value.seats:
            raise ValueError("sequences of several agents do not overlap: take this out, and set their sequence_length")
        taken, version = self.continuing.take(item)
        stride, steps = self.length - self.overlap, taken["reward"].shape[1]
        count = max(0, (steps - self.overlap) // stride)
        self.continuing.hold(taken, steps - count * stride)
        if not count:
            return ()
        which = np.arange(count)[:, None] * stride + np.arange(self.length)
        columns = {name: rows[:, which].reshape(-1, *rows.shape[2:]) for name, rows in taken.items()}
        batch = Batch(columns, self.length)
        return (replace(item, value=batch, version=version, env_steps=len(taken["reward"]) * count * stride),)

    def bulk(self) -> dict[str, Any]:
        """Return the steps that are held back."""
        return self.continuing.state()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `bulk` gave."""
        if state:
            self.continuing.restore(state)
