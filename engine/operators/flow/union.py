"""The Union operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Anything

if TYPE_CHECKING:
    from engine.dataflow import Stream


class Union(Operator):
    """Merge several streams into one, pulling them in turn or as they are ready.

    Takes any number of local streams; gives the items of those on `items`, and only keeps those on `driven` running,
    whose items end here. `round_robin` takes one item from each branch in turn and waits for it; `async` takes
    from whichever branch has one, starting after the one served last. A branch that has ended is left out. Counts
    nothing. Waits while the branch in turn (round_robin) or every branch (async) has nothing.

    Example: branches 1, 2 and 10, 20 give 1, 10, 2, 20 in round_robin.
    RLlib Flow: Concurrently(mode, output_indexes), LocalIterator.union.
    """

    section = "Flow"
    short = "union"
    rllib = "Concurrently union"

    items = stream_in(Anything, "branches whose items go on", where="local", many=True)
    driven = stream_in(Anything, "branches that are only kept running", where="local", many=True, required=False)
    merged = stream_out(Anything, "the items of all branches on `items`", where="local", same_as="items")

    mode: str = param("round_robin", choices=("round_robin", "async"), help="in strict turn, or as they are ready")

    def why_not_deterministic(self) -> str:
        """Say that the branches' speed decides, unless they have turns."""
        return "takes items from whichever branch is ready" if self.mode == "async" else ""

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the merged stream."""
        from engine.dataflow import union

        return union(self.node, upstreams["items"], upstreams.get("driven", ()), in_turn=self.mode == "round_robin")
