"""The Fetch Weights operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.declare import Operator, Run, handle_in, stream_in, stream_out
from engine.kinds import Item, Policy, TrainResult


class FetchWeights(Operator):
    """Bring the policy on the driver to where its copies on the workers are.

    Takes the train results of All Reduce Train and the policy; gives each result, after the policy has taken over the
    state that it brings, optimizer included; so checkpoints, evaluation and a worker that must start again have the
    newest. Counts updates (one for each version) and trained_steps (of every worker). Waits for nothing.

    Example: a round of 2 workers with 1024 rows each is one update of 2048 trained steps.
    RLlib: keep_local_weights_in_sync of DD-PPO.
    """

    section = "Weights"
    short = "fetch"
    rllib = "keep_local_weights_in_sync DDPPO"

    items = stream_in(TrainResult, "results of copies on the workers", where="local")
    policy = handle_in(Policy, "what is to follow them")
    passed = stream_out(TrainResult, "the same results, without the state", where="local", same_as="items")

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the policy."""
        self.counters = run.counters
        self.learner: Policy = handles["policy"]
        self.newest = 0

    def each(self, item: Item) -> Iterable[Item]:
        """Take over the state that the result brings, count it, and give it without that state."""
        result: TrainResult = item.value
        if result.state is not None:
            self.learner.restore(result.state)
        if result.version > self.newest:
            self.newest = result.version
            self.counters.updates += 1
        self.counters.trained_steps += result.rows
        return (item.carrying(replace(result, state=None)),)

    def state(self) -> dict[str, Any]:
        """Return the newest version that was counted."""
        return {"newest": self.newest}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.newest = int(state["newest"])
