"""The Broadcast Weights operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.declare import Operator, Run, handle_in, param, stream_in, stream_out
from engine.kinds import Anything, Item, Policy, Workers


class BroadcastWeights(Operator):
    """Send the policy's newest weights to the rollout workers whenever an item passes.

    Takes items (usually train results), the policy and the workers; gives each item after sending. Workers take the
    weights over before their next fragment; fragments in flight keep the version they began with. Without this
    node the workers act on the first weights for ever. Counts nothing. Waits for nothing.

    Example: `to` all and every 1 after Train One Step is PPO's synchronous loop; `to` source sends only to the worker
    that the item came from, as A3C does. Joined items name only the source of their last part, so `to` source belongs
    before Concat Batches.
    RLlib Flow: the broadcast inside TrainOneStep, UpdateWorkerWeights, BroadcastUpdateLearnerWeights.
    """

    section = "Weights"
    short = "broadcast"
    rllib = "UpdateWorkerWeights BroadcastUpdateLearnerWeights"

    items = stream_in(Anything, "what sets it off, usually train results", where="local")
    policy = handle_in(Policy, "whose weights to send")
    workers = handle_in(Workers, "whom to send them to")
    passed = stream_out(Anything, "the same items, after sending", where="local", same_as="items")

    to: str = param("all", choices=("all", "source"), help="all workers, or only the one that the item came from")
    every: int = param(1, at_least=1, unit="items", help="send at every n-th item", live=True)

    def __init__(self, node: str, params: Any = None) -> None:
        """Start with no item seen."""
        super().__init__(node, params)
        self.seen = 0

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the policy and the workers."""
        self.learner: Policy = handles["policy"]
        self.receivers: Workers = handles["workers"]

    def each(self, item: Item) -> Iterable[Item]:
        """Send if it is time, then give the item."""
        self.seen += 1
        if self.seen % self.every == 0:
            to = None if self.to == "all" else (item.source,)
            self.receivers.send(self.learner, to)
        return (item,)

    def state(self) -> dict[str, Any]:
        """Return how many items have passed."""
        return {"seen": self.seen}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.seen = int(state["seen"])
