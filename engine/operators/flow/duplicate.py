"""The Duplicate operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Anything

if TYPE_CHECKING:
    from engine.dataflow import Stream


class Duplicate(Operator):
    """Give every item to each of several branches.

    Takes one local stream, gives every item on each of the wires that leave `copies`, any number of them. The branches
    share the items and must not change them. Waits when a branch is `bound` items ahead of the slowest, so that memory
    stays bounded. If nobody pulls the slow branch, the run stops and says which. Counts nothing; its items' env
    steps are those of the original, so do not add up both branches.

    Example: items 1, 2 with two wires give 1, 2 on each.
    RLlib Flow: LocalIterator.duplicate (there a branch may be one item ahead).
    """

    section = "Flow"
    short = "duplicate"
    rllib = "duplicate"

    items = stream_in(Anything, "what to copy", where="local")
    copies = stream_out(Anything, "every item, on every wire", where="local", many=True, same_as="items")

    bound: int = param(16, at_least=1, unit="items", help="how far one branch may run ahead of the slowest")

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the stream of which each leaving wire gets a branch."""
        from engine.dataflow import duplicate

        (upstream,) = upstreams["items"]
        return duplicate(self.node, upstream, self.bound)
