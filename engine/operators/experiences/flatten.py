"""The Flatten operator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Batch, Item


class Flatten(Operator):
    """Cut each batch into pieces of `size` rows, each an item of its own.

    Takes batches, gives their rows in order as smaller ones; the last piece may be shorter. Sequences are never cut:
    `size` is rounded up to whole ones, so size 1 gives one item for each sequence. The pieces have the batch's source
    and version, and share out its env steps. On a parallel stream it runs on the actors. Counts nothing. Waits for
    nothing.

    Example: size 3 cuts 7 rows into 3, 3 and 1; in sequences of 4 rows, 8 rows are cut into 4 and 4.
    RLlib Flow: LocalIterator.flatten, ParallelIterator.flatten, which take lists apart.
    """

    section = "Experiences"
    short = "flatten"
    rllib = "flatten"

    batches = stream_in(Batch, "what to cut")
    pieces = stream_out(Batch, "the same rows in smaller batches")

    size: int = param(256, at_least=1, unit="rows", help="rows of a piece, rounded up to whole sequences", live=True)

    def rows(self, entering: int | None) -> int | None:
        """Return None: the length of a sequence may be more than `size`."""
        return None

    def each(self, item: Item) -> Iterable[Item]:
        """Give the pieces of the item's batch."""
        batch: Batch = item.value
        size = -(-self.size // batch.sequence) * batch.sequence
        for start in range(0, len(batch), size):
            end = min(start + size, len(batch))
            columns = {name: column[start:end] for name, column in batch.columns.items()}
            env_steps = item.env_steps * end // len(batch) - item.env_steps * start // len(batch)
            seats = batch.seats[start // batch.sequence : end // batch.sequence]
            yield replace(item, value=replace(batch, columns=columns, seats=seats), env_steps=env_steps)
