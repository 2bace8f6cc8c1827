"""The Mix In Replay operator."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from engine.declare import Operator, Run, param, stream_in, stream_out
from engine.kinds import Batch, Item, given_back, keep

ROUNDING: Final = 1e-9  # of batches: ten times 0.1 is to be one


class MixInReplay(Operator):
    """Let old batches follow new ones, so that each is learned from more than once.

    Takes batches, gives each on at once, and after it `proportion` of those that came before, drawn uniformly from the
    last `slots`. A fraction adds up over the batches, so that 0.5 replays one after every second; nothing is rounded at
    random. A replayed item stands for no env steps, since those were counted, keeps its own policy version, and carries
    the source of the new batch that it follows, whose worker waits for weights. Counts nothing. Waits for nothing.
    On a parallel stream it runs on the actors.

    Example: proportion 1.5 and batches a, b, c give a, b, a, c and two of a and b.
    RLlib Flow: MixInReplay(num_slots, replay_proportion); IMPALA's replay_buffer_num_slots.
    """

    section = "Replay"
    short = "mix"
    rllib = "MixInReplay replay_proportion replay_buffer_num_slots"

    batches = stream_in(Batch, "new batches")
    mixed = stream_out(Batch, "new and old batches")

    slots: int = param(100, at_least=1, at_most=1_000_000, unit="batches", help="how many are kept")
    proportion: float = param(0.5, at_least=0, at_most=1000, help="old batches for each new one", live=True)

    def __init__(self, node: str, params: Any = None) -> None:
        """Start with nothing kept."""
        super().__init__(node, params)
        self.kept: deque[Item] = deque(maxlen=self.slots)
        self.owed = 0.0

    def provide(self, run: Run, **handles: Any) -> None:
        """Take a generator of its own to draw with."""
        import numpy as np

        self.rng = np.random.default_rng(run.seed(self.node))

    def each(self, item: Item) -> Iterable[Item]:
        """Give the item, then as many old ones as are due."""
        count = 0
        if self.kept:
            self.owed += self.proportion
            count = int(self.owed + ROUNDING)
            self.owed -= count
        drawn = [self.kept[index] for index in self.rng.integers(len(self.kept), size=count)] if count else []
        self.kept.append(item)
        return (item, *(replace(old, source=item.source, env_steps=0) for old in drawn))

    def state(self) -> dict[str, Any]:
        """Return what is owed, and the generator's state."""
        return {"owed": self.owed, "rng": self.rng.bit_generator.state}

    def bulk(self) -> dict[str, Any]:
        """Return the batches that are kept."""
        return {"kept": keep(self.kept)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` and `bulk` gave."""
        self.owed, self.rng.bit_generator.state = state["owed"], state["rng"]
        self.kept.extend(given_back(state.get("kept", ())))
