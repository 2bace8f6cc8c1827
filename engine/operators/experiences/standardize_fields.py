"""The Standardize Fields operator."""

from __future__ import annotations

from collections.abc import Iterable

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Batch, Item


class StandardizeFields(Operator):
    """Shift and scale columns of a batch to mean 0 and standard deviation 1.

    Takes batches, gives the same with the named columns replaced by (x - mean) / max(deviation, 1e-4), float32,
    over all rows of the batch. Usual for advantages in PPO: it makes the step size independent of the reward's
    scale. Counts nothing. Waits for nothing.

    Example: advantages 1, 2, 3 become -1.22, 0, 1.22.
    RLlib Flow: StandardizeFields(["advantages"]).
    """

    section = "Experiences"
    short = "standardize"
    rllib = "StandardizeFields"

    batches = stream_in(Batch, "what to standardise")
    standardized = stream_out(Batch, "the same rows, standardised")

    fields: tuple[str, ...] = param(("advantage",), help="the columns to standardise")

    def each(self, item: Item) -> Iterable[Item]:
        """Give the item with its columns standardised.

        Raises:
            ValueError: there is no such column, or it is not of real numbers; the text is a sentence.
        """
        batch: Batch = item.value
        columns = {}
        for name in self.fields:
            if name not in batch.columns:
                raise ValueError(f"a batch has no column {name!r}; it has {', '.join(sorted(batch.columns))}")
            column = batch[name]
            if column.dtype.kind != "f":
                raise ValueError(f"{name} is {column.dtype}: only columns of real numbers can be standardised")
            columns[name] = ((column - column.mean()) / max(float(column.std()), 1e-4)).astype("float32")
        return (item.carrying(batch.having(**columns)),)
