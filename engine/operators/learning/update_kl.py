"""The Update KL operator."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from engine.declare import Operator, Run, handle_in, stream_in, stream_out
from engine.kinds import Item, Policy, TrainResult


class UpdateKL(Operator):
    """Adapt the weight of the policy's KL penalty to how far each update moved the policy.

    Takes train results and the policy, gives the same results with one more metric, `kl_coefficient`: the weight from
    now on. It grows by half where the result's `kl` is above twice the policy's kl_target, and halves where it is
    below half of it, but not under 0.0001 (Schulman et al. 2017, arXiv 1707.06347, section 4). A weight that keeps
    growing means that steps are too large for the penalty to hold. Counts nothing. Waits for nothing.

    Example: weight 0.2 and kl_target 0.01: results with kl 0.03, 0.01 and 0.004 give 0.3, 0.3 and 0.15.
    RLlib: UpdateKL, the half of UpdateTargetAndKL.
    """

    section = "Learning"
    short = "kl"
    rllib = "UpdateKL UpdateTargetAndKL"

    results = stream_in(TrainResult, "results of a policy with a KL penalty", where="local")
    policy = handle_in(Policy, "whose penalty to adapt")
    passed = stream_out(TrainResult, "the same results, with kl_coefficient", where="local")

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the policy."""
        self.learner: Policy = handles["policy"]

    def each(self, item: Item) -> Iterable[Item]:
        """Adapt the weight; give the result with it."""
        result: TrainResult = item.value
        if "kl" not in result.metrics:
            raise ValueError(f"a train result has no metric 'kl'; it has {', '.join(sorted(result.metrics))}")
        coefficient = self.learner.adapt_kl(result.metrics["kl"])
        told = {**result.metrics, "kl_coefficient": coefficient}
        return (item.carrying(replace(result, metrics=told)),)
