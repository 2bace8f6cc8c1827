"""The Batch operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine import kinds
from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Item, given_back, join, keep


class Batch(Operator):
    """Join each `n` batches into one, however many rows they have.

    Takes batches, gives one for each `n`: their rows in order, the oldest policy version, the last source, all env
    steps. On a parallel stream each actor joins its own. Concat Batches goes by env steps instead, Average Gradients
    does the like for gradients. Counts nothing. Waits while fewer than `n` have come;
    of a stream that ends, the last may be fewer.

    Example: n 2 joins batches of 3, 1, 2 and 2 rows into batches of 4 and 4 rows.
    RLlib Flow: LocalIterator.batch(n), ParallelIterator.batch(n), which give lists.
    """

    section = "Experiences"
    short = "batch"
    rllib = "batch"

    batches = stream_in(kinds.Batch, "what to join")
    joined = stream_out(kinds.Batch, "one batch for each n")

    n: int = param(2, at_least=1, at_most=10_000, unit="batches", help="how many make one", live=True)

    def __init__(self, node: str, params: Any = None) -> None:
        """Start with nothing collected."""
        super().__init__(node, params)
        self.parts: list[Item] = []

    def rows(self, entering: int | None) -> int | None:
        """Return `n` times the rows of a batch that enters."""
        return entering and self.n * entering

    def each(self, item: Item) -> Iterable[Item]:
        """Collect the item; give the joined one when there are enough."""
        self.parts.append(item)
        return self.rest() if len(self.parts) >= self.n else ()

    def rest(self) -> Iterable[Item]:
        """Give what is collected as one, since no more will come."""
        parts, self.parts = self.parts, []
        return (join(parts),) if parts else ()

    def bulk(self) -> dict[str, Any]:
        """Return what is collected."""
        return {"parts": keep(self.parts)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `bulk` gave."""
        self.parts = given_back(state.get("parts", ()))
