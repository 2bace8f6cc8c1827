"""The Filter operator."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Anything, Batch, Item, TrainResult

COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}


class Filter(Operator):
    """Pass on only those items of which a quantity compares as wanted; drop the others.

    Takes items of any kind, gives some of them. The quantity is `env_steps`, the mean of a batch column such as
    `reward`, or a metric of a train result such as `kl`. Counts nothing. Waits while nothing passes. On a parallel
    stream it runs on the actors. Fails, naming the quantity, on an item that has no such thing.

    Example: quantity `reward`, comparison `>=`, threshold 0 drops fragments of negative mean reward.
    RLlib Flow: LocalIterator.filter, ParallelIterator.filter.
    """

    section = "Experiences"
    short = "filter"
    rllib = "filter"

    items = stream_in(Anything, "what to look at")
    passed = stream_out(Anything, "those that compare as wanted", same_as="items")

    quantity: str = param("reward", help="env_steps, the name of a batch column (its mean), or of a metric")
    comparison: str = param(">=", choices=tuple(COMPARISONS), help="how the quantity must compare")
    threshold: float = param(0.0, help="with what it is compared", live=True)

    def each(self, item: Item) -> Iterable[Item]:
        """Give the item, or nothing."""
        passes = COMPARISONS[self.comparison](quantity(item, self.quantity), self.threshold)
        return (item,) if passes else ()


def quantity(item: Item, name: str) -> float:
    """Return the quantity called `name` of an item: its env steps, a column's mean, or a metric.

    Raises:
        ValueError: the item has no such quantity; the text says which it has.
    """
    if name == "env_steps":
        return item.env_steps
    if isinstance(item.value, Batch):
        known = {column: rows for column, rows in item.value.columns.items() if rows.dtype.kind in "fiub"}
        if name in known:
            return float(known[name].mean())
        raise ValueError(f"a batch has no column {name!r}; it has {', '.join(sorted(known))} and env_steps")
    if isinstance(item.value, TrainResult) and name in item.value.metrics:
        return item.value.metrics[name]
    raise ValueError(f"an item of kind {type(item.value).__name__} has no quantity {name!r}")
