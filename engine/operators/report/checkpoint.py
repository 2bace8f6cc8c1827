"""The Checkpoint operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.declare import Operator, Run, param, stream_in, stream_out
from engine.kinds import Anything, Item


class Checkpoint(Operator):
    """Write everything that the run must remember into its folder, now and then.

    Takes items, gives each of them. When `every` env steps have gone by, a whole checkpoint is written below
    `checkpoints/` in the run folder: parameters, optimizers, buffers, items on their way, where local environments
    stand; with a digest for each file. The two newest complete ones are kept. Every run also writes one at its end, and
    every 10 seconds one without what is large or on its way.
    Counts nothing. Waits for nothing; the stream stands still while it writes, a few milliseconds for small
    networks.

    Example: every 50000 in a run of 150000 env steps writes at the first items after 50000, 100000 and 150000.
    RLlib: checkpoint_freq.
    """

    section = "Report"
    short = "checkpoint"
    rllib = "checkpoint_freq"

    items = stream_in(Anything, "what sets it off", where="local")
    passed = stream_out(Anything, "the same items", where="local", same_as="items")

    every: int = param(50_000, at_least=1, unit="env steps", help="write when this many have gone by", live=True)

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the run to write for."""
        self.run = run
        self.due = run.counters.due(self.every)

    def each(self, item: Item) -> Iterable[Item]:
        """Write if it is time, then give the item."""
        if self.run.counters.env_steps >= self.due:
            self.due = self.run.counters.due(self.every)
            self.run.checkpoint()
        return (item,)

    def state(self) -> dict[str, Any]:
        """Return when it writes next."""
        return {"due": self.due}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave; with a smaller `every` than then it writes sooner."""
        self.due = min(self.due, int(state["due"]))
