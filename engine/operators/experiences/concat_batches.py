"""The Concat Batches operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Batch, Item, given_back, join, keep


class ConcatBatches(Operator):
    """Join batches until at least `min_steps` env steps are together, then pass them on as one.

    Takes batches of any length, gives one of `min_steps` env steps or a little more: fragments are never cut. The
    joined item has the oldest policy version and the last source. Counts nothing. Waits while fewer have come; of a
    stream that ends, the last may be fewer.

    Example: 3, 3 and 3 rows with min_steps 5 give one batch of 6 rows; the last 3 wait for more.
    RLlib Flow: ConcatBatches(min_batch_size).
    """

    section = "Experiences"
    short = "concat"
    rllib = "ConcatBatches"

    batches = stream_in(Batch, "what to join")
    joined = stream_out(Batch, "one batch of at least min_steps env steps")

    min_steps: int = param(2048, at_least=1, unit="env steps", help="how many to collect for one batch")

    def __init__(self, node: str, params: Any = None) -> None:
        """Start with nothing collected."""
        super().__init__(node, params)
        self.parts: list[Item] = []
        self.env_steps = 0

    def rows(self, entering: int | None) -> int | None:
        """Return the rows of as many whole batches as `min_steps` takes."""
        return entering and -(-self.min_steps // entering) * entering

    def each(self, item: Item) -> Iterable[Item]:
        """Collect the item; give the joined one when enough have come."""
        self.parts.append(item)
        self.env_steps += item.env_steps
        return self.rest() if self.env_steps >= self.min_steps else ()

    def rest(self) -> Iterable[Item]:
        """Give what is collected as one, since no more will come."""
        parts, self.parts, self.env_steps = self.parts, [], 0
        return (join(parts),) if parts else ()

    def bulk(self) -> dict[str, Any]:
        """Return what is collected."""
        return {"parts": keep(self.parts)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `bulk` gave."""
        self.parts = given_back(state.get("parts", ()))
        self.env_steps = sum(part.env_steps for part in self.parts)
