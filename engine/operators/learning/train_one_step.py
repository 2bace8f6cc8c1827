"""The Train One Step operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.declare import Operator, Run, handle_in, param, stream_in, stream_out
from engine.kinds import Batch, Item, Policy, TrainResult
from engine.policies.minibatches import too_large
from engine.problems import Problem


class TrainOneStep(Operator):
    """Train the policy on each batch: several epochs over shuffled minibatches.

    Takes batches and the policy; gives one train result for each, with the mean metrics of its minibatches (explained
    in the policy's help) and `policy_lag`: how many updates the policy is ahead of the one that sampled the batch.
    Every pass uses all rows; the last minibatch may be shorter. Counts updates (one a batch) and trained_steps.
    Waits for nothing: the driver does nothing else while it trains.

    Example: 2048 rows, minibatches of 256 and 4 epochs are 32 gradient steps, one update.
    RLlib Flow: TrainOneStep(num_sgd_iter, sgd_minibatch_size). Weights are sent by Broadcast Weights, not here.
    """

    section = "Learning"
    short = "train"
    rllib = "TrainOneStep MultiGPUTrainOneStep"

    batches = stream_in(Batch, "train batches", where="local")
    policy = handle_in(Policy, "what to train")
    results = stream_out(TrainResult, "one for each batch", where="local")

    epochs: int = param(4, at_least=1, at_most=1000, help="passes over each batch", live=True)
    minibatch: int = param(256, at_least=1, unit="rows", help="rows per gradient step", live=True)

    def check(self, entering: int | None) -> Iterable[Problem]:
        """Doubt minibatches that are larger than the batch."""
        return too_large(self.node, self.minibatch, entering)

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the policy, and a generator of its own for shuffling."""
        import numpy as np

        self.counters = run.counters
        self.learner: Policy = handles["policy"]
        self.rng = np.random.default_rng(run.seed(self.node))

    def each(self, item: Item) -> Iterable[Item]:
        """Train on the item's batch and give the result."""
        trained = self.learner.train(item, self.epochs, self.minibatch, self.rng)
        self.counters.trained(trained.value.rows)
        return (trained,)

    def state(self) -> dict[str, Any]:
        """Return the generator's state."""
        return {"rng": self.rng.bit_generator.state}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.rng.bit_generator.state = state["rng"]
