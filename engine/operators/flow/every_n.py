"""The Every N operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Anything, Item


class EveryN(Operator):
    """Pass on an item each time `n` items or env steps have gone by; drop those between.

    Takes items of any kind, gives some of them. Env steps are those that the items stand for. Counts nothing. Waits
    while fewer have gone by. On a parallel stream each shard counts for itself.

    Example: n 3 items of 1, 2, 3, 4, 5, 6 gives 3 and 6; n 1000 env steps over items of 512 gives the 2nd and 4th.
    RLlib Flow: OncePerTimestepsElapsed(delay_steps).
    """

    section = "Flow"
    short = "every"
    rllib = "OncePerTimestepsElapsed"

    items = stream_in(Anything, "what to count")
    passed = stream_out(Anything, "each n-th", same_as="items")

    n: int = param(10, at_least=1, help="how many go by for one that passes", live=True)
    count: str = param("items", choices=("items", "env_steps"), help="what is counted")

    def __init__(self, node: str, params: Any = None) -> None:
        """Start at zero."""
        super().__init__(node, params)
        self.passed_by = 0

    def each(self, item: Item) -> Iterable[Item]:
        """Count the item; give it if it fills the measure."""
        self.passed_by += 1 if self.count == "items" else item.env_steps
        if self.passed_by < self.n:
            return ()
        self.passed_by = 0
        return (item,)

    def state(self) -> dict[str, Any]:
        """Return how many have gone by since the last that passed."""
        return {"passed_by": self.passed_by}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.passed_by = int(state["passed_by"])
