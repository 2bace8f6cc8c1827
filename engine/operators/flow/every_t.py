"""The Every T operator."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from typing import Any

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Anything, Item


class EveryT(Operator):
    """Pass on at most one item in `seconds`; drop those between.

    Takes items of any kind, gives some of them: the first at once, then the first that comes when the time is over.
    Counts nothing. Waits while the time is not over. On a parallel stream each shard keeps its own time.

    Example: seconds 10 behind a learner of 20 results a second gives one result in 200.
    RLlib Flow: OncePerTimeInterval(delay).
    """

    section = "Flow"
    short = "every"
    rllib = "OncePerTimeInterval"

    items = stream_in(Anything, "what to thin out")
    passed = stream_out(Anything, "one in each interval", same_as="items")

    seconds: float = param(10.0, at_least=0, unit="s", help="how long to wait after an item that passed", live=True)

    def __init__(self, node: str, params: Any = None) -> None:
        """Start with no item passed."""
        super().__init__(node, params)
        self.last = -math.inf

    def why_not_deterministic(self) -> str:
        """Say that the clock decides."""
        return "passes items by the clock"

    def each(self, item: Item) -> Iterable[Item]:
        """Give the item if the time is over."""
        now = time.monotonic()
        if now - self.last < self.seconds:
            return ()
        self.last = now
        return (item,)
