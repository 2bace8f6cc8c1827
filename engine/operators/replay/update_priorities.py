"""The Update Priorities operator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine import kinds
from engine.declare import Operator, Run, handle_in, stream_in, stream_out
from engine.kinds import Item, TrainResult


class UpdatePriorities(Operator):
    """Tell a prioritised buffer how much the rows that were trained on surprised.

    Takes train results and the buffer; gives each result on after sending its errors to the shards that its rows were
    drawn from, be they of several in one batch. Rows that have been overwritten meanwhile are left alone, and results
    of another buffer's batches pass. Counts nothing. Waits for nothing.

    Example: of a batch of 64 rows, the row with an error of 3 is drawn 3^0.6 = 1.9 times as often as one of error 1.
    RLlib Flow: the update_prio functions of DQN and Ape-X.
    """

    section = "Replay"
    short = "priorities"
    rllib = "update_prio update_priorities"

    results = stream_in(TrainResult, "train results of replayed batches", where="local")
    buffer = handle_in(kinds.Replay, "where the batches came from")
    passed = stream_out(TrainResult, "the same results, after sending", where="local")

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the buffer."""
        self.shards: kinds.Replay = handles["buffer"]

    def each(self, item: Item) -> Iterable[Item]:
        """Send the errors, then give the item.

        Raises:
            ValueError: the result has no errors, or its batch does not come from a buffer.
        """
        result: TrainResult = item.value
        if result.indexes is None:
            raise ValueError("these results are not of batches from replay: train on what Replay gives")
        if result.errors is None:
            raise ValueError("this policy tells no errors to make priorities of: take Update Priorities out")
        self.shards.update(item.source, result.indexes, result.errors)
        return (item,)
