"""The Store To Replay operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine import kinds
from engine.declare import Operator, Run, handle_in, stream_in, stream_out
from engine.kinds import Batch, Item

if TYPE_CHECKING:
    from engine.dataflow import Stream


class StoreToReplay(Operator):
    """Put every batch that passes into a replay buffer.

    Takes batches and the buffer; gives each batch on after storing it. Where the buffer has several shards, they take
    turns, and one that does not keep up is passed over. Counts nothing. Waits while every shard has four batches to
    put away.

    Example: batches of 32 rows in a buffer of capacity 100: the fourth overwrites the first 28 rows.
    RLlib Flow: StoreToReplayBuffer(local_buffer or actors), which picks shards at random and waits for none.
    """

    section = "Replay"
    short = "store"
    rllib = "StoreToReplayBuffer"

    batches = stream_in(Batch, "what to keep", where="local")
    buffer = handle_in(kinds.Replay, "where to keep it")
    stored = stream_out(Batch, "the same batches, after storing", where="local")

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the buffer."""
        self.shards: kinds.Replay = handles["buffer"]

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the stream that leaves here, which stands still while the buffer has no room."""
        from engine.dataflow.gate import gated

        (upstream,) = upstreams["batches"]
        return gated(upstream, self, lambda: self.shards.full, "a shard that keeps up")

    def each(self, item: Item) -> Iterable[Item]:
        """Store the item's batch, then give the item."""
        self.shards.store(item)
        return (item,)
