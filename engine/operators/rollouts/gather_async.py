"""The Gather Async operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Anything

if TYPE_CHECKING:
    from engine.dataflow import Stream


class GatherAsync(Operator):
    """Bring items from the actors to the driver as they are done, keeping every actor busy.

    Takes a parallel stream, gives a local one in the order of completion. Each shard has `num_async` calls in
    flight; taking an item starts that shard's next one at once, before the item is passed on. So what arrives was
    sampled with weights up to `num_async` fragments old: the policy lag. Counts nothing itself. Waits while no call
    is done.

    Example: num_async 1 keeps one fragment in flight on each worker while the learner trains on the last one.
    RLlib Flow: gather_async(num_async), ParallelRollouts(mode="async").
    """

    section = "Rollouts"
    short = "gather"
    rllib = "gather_async async"

    shards = stream_in(Anything, "a parallel stream", where="parallel")
    items = stream_out(Anything, "its items on the driver, first done first", where="local", same_as="shards")

    num_async: int = param(1, at_least=1, at_most=64, unit="calls", help="calls in flight on each actor")

    def why_not_deterministic(self) -> str:
        """Say that the actors' speed decides."""
        return "takes items in the order in which the actors finish"

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the local stream in order of completion."""
        from engine.dataflow import gather_async

        (parallel,) = upstreams["shards"]
        return gather_async(parallel, self.node, self.num_async)
