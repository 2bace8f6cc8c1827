"""The Apply Gradients operator."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from engine.declare import Operator, Run, handle_in, stream_in, stream_out
from engine.kinds import Gradients, Item, Policy, TrainResult


class ApplyGradients(Operator):
    """Take one optimizer step of the policy along each gradient.

    Takes gradients and the policy, gives one train result for each, with the gradient's metrics, `gradient_norm`
    (before clipping), `learning_rate` and `policy_lag`: how many updates the policy is ahead of the one that sampled.
    Counts updates (one a gradient) and trained_steps. Waits for nothing. Weights are sent by Broadcast Weights.

    Example: 2 workers that each compute a gradient of 160 rows give 2 updates, 320 trained steps.
    RLlib Flow: ApplyGradients, which emits nothing and also sends the weights.
    """

    section = "Learning"
    short = "apply"
    rllib = "ApplyGradients"

    gradients = stream_in(Gradients, "what to follow", where="local")
    policy = handle_in(Policy, "what to train")
    results = stream_out(TrainResult, "one for each gradient", where="local")

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the policy."""
        self.counters = run.counters
        self.learner: Policy = handles["policy"]

    def each(self, item: Item) -> Iterable[Item]:
        """Take the step and give its result."""
        gradients: Gradients = item.value
        lag = self.learner.version - item.version
        metrics = self.learner.apply(gradients)
        self.counters.updates += 1
        self.counters.trained_steps += gradients.rows
        told = {**metrics, "policy_lag": float(lag)}
        return (item.carrying(TrainResult(told, self.learner.version, gradients.rows)),)
