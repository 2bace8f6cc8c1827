"""The Update Target Network operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.declare import Operator, Run, handle_in, param, stream_in, stream_out
from engine.kinds import Anything, Item, Policy


class UpdateTargetNetwork(Operator):
    """Move the policy's target network towards the learned one, every so often, when an item passes.

    Takes items (usually train results) and the policy; gives each item on, after the update if one was due. An update
    is due at each multiple of `every` units: env steps sampled, rows trained on, or updates. The first item that comes
    with it or past it brings it; one item brings at most one. `share` 1 copies the network, a small share follows it
    slowly (Polyak averaging; the tau of Lillicrap et al. 2016, arXiv 1509.02971). Counts nothing. Waits for nothing.

    Example: every 500 env_steps copies at the first items after 500, 1,000, 1,500, ... env steps; every 1 updates
    with share 0.005 goes half of the way in 139 updates.
    RLlib Flow: UpdateTargetNetwork(target_update_freq, by_steps_trained), with the policy's `tau`.
    """

    section = "Learning"
    short = "target"
    rllib = "UpdateTargetNetwork target_network_update_freq tau"

    items = stream_in(Anything, "what sets it off, usually train results", where="local")
    policy = handle_in(Policy, "whose target network")
    passed = stream_out(Anything, "the same items, after the update", where="local", same_as="items")

    every: int = param(1, at_least=1, help="how many units lie between two updates", live=True)
    unit: str = param("updates", choices=("updates", "env_steps", "trained_steps"), help="what is counted")
    share: float = param(1.0, above=0, at_most=1, help="of the way to the learned network; 1 copies it", live=True)

    def __init__(self, node: str, params: Any = None) -> None:
        """Start with nothing counted."""
        super().__init__(node, params)
        self.counted = 0  # units when the last item passed

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the policy and the counters."""
        self.counters = run.counters
        self.learner: Policy = handles["policy"]

    def each(self, item: Item) -> Iterable[Item]:
        """Update if it is time, then give the item."""
        before, self.counted = self.counted, getattr(self.counters, self.unit)
        if self.counted // self.every > before // self.every:
            self.learner.update_target(self.share)
        return (item,)

    def state(self) -> dict[str, Any]:
        """Return what was counted when the last item passed."""
        return {"last": self.counted}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.counted = int(state["last"])
