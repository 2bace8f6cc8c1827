"""The Parallel Union operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.declare import Operator, stream_in, stream_out
from engine.kinds import Anything

if TYPE_CHECKING:
    from engine.dataflow import Stream


class ParallelUnion(Operator):
    """Put the shards of several parallel streams side by side in one parallel stream.

    Takes any number of parallel streams, of several Rollouts nodes for instance, with other environments, fragment
    lengths or numbers of workers; gives one whose shards are all of theirs. Operators before it run on their own
    stream's shards only, those after it on all. One gather then takes from them all: in rounds of one item of each
    shard, or as they are done. Counts nothing. Waits for nothing itself.

    Example: streams with shards on 2 and 3 workers become one with 5; a Gather Sync behind it gives 5 items a round.
    RLlib Flow: ParallelIterator.union.
    """

    section = "Flow"
    short = "beside"
    rllib = "ParallelIterator.union"

    streams = stream_in(Anything, "parallel streams", where="parallel", many=True)
    together = stream_out(Anything, "one parallel stream of all their shards", where="parallel", same_as="streams")

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the stream of all shards."""
        from engine.dataflow import side_by_side

        return side_by_side(self.node, upstreams["streams"])
