"""The Gather Sync operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Anything

if TYPE_CHECKING:
    from engine.dataflow import Stream


class GatherSync(Operator):
    """Bring one item from every actor to the driver, in rounds with a barrier between them.

    Takes a parallel stream, gives a local one: each round asks every shard for one item and passes the items on in
    shard order. No shard starts the next round before all items of this one were pulled, so weights broadcast
    between rounds reach every worker: the policy that samples is the policy that was just trained. Counts nothing
    itself. Waits for the slowest shard. With `joined`, the batches of a round are one item: all rows in shard order,
    the oldest policy version, all env steps.

    Example: shards that give 1, 2, ... and 10, 20, ... become 1, 10, 2, 20, ...; joined, batches of 512 rows from 2
    shards become batches of 1024.
    RLlib Flow: gather_sync, batch_across_shards, ParallelRollouts(mode="bulk_sync").
    """

    section = "Rollouts"
    short = "gather"
    rllib = "gather_sync bulk_sync batch_across_shards"

    shards = stream_in(Anything, "a parallel stream", where="parallel")
    items = stream_out(Anything, "its items on the driver, round by round", where="local", same_as="shards")

    joined: bool = param(False, help="give each round of batches as one joined batch")

    def rows(self, entering: int | None) -> int | None:
        """Return the rows of a shard's batch; how many shards are joined, nobody knows before they run."""
        return None if self.joined else entering

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the local stream of rounds."""
        from engine.dataflow import gather_sync

        (parallel,) = upstreams["shards"]
        return gather_sync(parallel, self.node, joined=self.joined)
