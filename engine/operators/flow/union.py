"""The Union operator."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from pydantic import JsonValue

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Anything
from engine.problems import Place, Problem

if TYPE_CHECKING:
    from engine.dataflow import Stream


LEAST: Final = 0.001  # turns in a round
MOST: Final = 1000


class Union(Operator):
    """Merge several streams into one, pulling them in turn or as they are ready.

    Takes any number of local streams; gives the items of those on `items`, and only keeps those on `driven` running,
    whose items end here. `round_robin` takes one item from each branch in turn and waits for it, except for what only
    another branch can bring; `async` takes from whichever branch has one, starting after the one served last. A
    branch that has ended is left out. Counts nothing. Waits while the branch in turn (round_robin) or every branch
    (async) has nothing.

    `weights` gives a branch, named by the node that it leaves, other than 1 turn a round: 4 for four items in a row,
    0.5 for one item in every second round, "*" for as many as are ready (100 at most) without waiting.

    Example: branches 1, 2 and 10, 20 give 1, 10, 2, 20 in round_robin. With weights {"train_1": 0.5}, the branch that
    leaves train_1 has 1 item for 2 of the other's: 1, 2, 10, 3, 4, 20.
    RLlib Flow: Concurrently(mode, output_indexes, round_robin_weights), LocalIterator.union. There a fraction of a turn
    is drawn at random; here it is saved up until it is a whole turn, so that runs repeat.
    """

    section = "Flow"
    short = "union"
    rllib = "Concurrently union"

    items = stream_in(Anything, "branches whose items go on", where="local", many=True)
    driven = stream_in(Anything, "branches that are only kept running", where="local", many=True, required=False)
    merged = stream_out(Anything, "the items of all branches on `items`", where="local", same_as="items")

    mode: str = param("round_robin", choices=("round_robin", "async"), help="in strict turn, or as they are ready")
    weights: dict[str, JsonValue] = param(
        {}, help='turns in a round by the node that a branch leaves, or "*" for as many as are ready', live=True
    )

    def check(self, entering: int | None) -> Iterable[Problem]:
        """Refuse weights that are no turns, or where there are none."""
        where = Place(self.node, "weights")
        for node, weight in self.weights.items():
            if weight != "*" and not turns(weight):
                what = f"{node} must have {LEAST} to {MOST} turns, or as many as are ready, not {weight!r}"
                yield Problem(where, what, f'try {{"{node}": 2}} or {{"{node}": "*"}}')
        if self.weights and self.mode == "async":
            yield Problem(where, "branches have no turns in mode async", "set mode to round_robin, or take weights out")

    def why_not_deterministic(self) -> str:
        """Say that the branches' speed decides, unless they have turns."""
        return "takes items from whichever branch is ready" if self.mode == "async" else ""

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the merged stream."""
        from engine.dataflow import union

        emitted, driven = upstreams["items"], upstreams.get("driven", ())
        return union(self.node, emitted, driven, in_turn=self.mode == "round_robin", turns=self._turns)

    def _turns(self) -> Mapping[str, float]:
        return {node: math.inf if weight == "*" else float(str(weight)) for node, weight in self.weights.items()}


def turns(weight: JsonValue) -> float:
    """Return the turns a round that a weight gives; 0 where it gives no fixed number, or none that may be.

    Example: 4 gives 4 and 0.5 gives 0.5; "*", 0 and true give 0.
    """
    if isinstance(weight, bool) or not isinstance(weight, int | float):
        return 0.0
    return float(weight) if LEAST <= weight <= MOST else 0.0
