"""The Wait Until operator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.declare import Operator, Run, param, stream_in, stream_out
from engine.kinds import Anything, Item


class WaitUntil(Operator):
    """Drop every item until the run has sampled `env_steps`, then pass on all.

    Takes items of any kind, gives the later ones. What counts are the env steps of the whole run, not those of the
    items. Counts nothing. Waits until enough was sampled.

    Example: env_steps 10000 before a learner lets a replay buffer fill first.
    RLlib Flow: WaitUntilTimestepsElapsed(target_num_timesteps).
    """

    section = "Flow"
    short = "wait"
    rllib = "WaitUntilTimestepsElapsed"

    items = stream_in(Anything, "what to hold back", where="local")
    passed = stream_out(Anything, "everything after that", where="local", same_as="items")

    env_steps: int = param(10_000, at_least=0, unit="env steps", help="how many the run must have sampled")

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the run's counters."""
        self.counters = run.counters

    def each(self, item: Item) -> Iterable[Item]:
        """Give the item if enough was sampled."""
        return (item,) if self.counters.env_steps >= self.env_steps else ()
