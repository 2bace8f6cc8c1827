"""The Learner operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.declare import Operator, Run, handle_in, param, stream_out
from engine.kinds import Item, LearnerQueue, Policy, TrainResult
from engine.policies.minibatches import too_large
from engine.problems import Problem

if TYPE_CHECKING:
    from engine.dataflow import Stream


class Learner(Operator):
    """Train the policy on the batches of a queue, in a thread of its own, while the driver gathers the next ones.

    Takes the queue and the policy; gives one train result for each batch, with the metrics of Train One Step
    (explained in the policy's help; `policy_lag` is larger here, by what the queue holds) and the batch's provenance:
    its source, version and env steps. While a result goes through the nodes behind it, the thread is at rest: Update
    Target Network and Update KL of this policy must stand there, with no Duplicate or queue in between and no other
    branch merged in; whatever else trains this policy is refused. Broadcast Weights may stand anywhere; while a batch
    is trained on it sends the weights from before. It trains on the policy's `device`, on a GPU if that is one. Counts
    updates (one a batch) and trained_steps. Waits while the queue is empty, and for its thread. Pause and Stop let it
    end the batch that it is at.

    Example: a queue that holds batches of 800 rows gives, with epochs 1 and minibatch 400, 2 gradient steps and one
    result for each, 800 trained steps.
    RLlib Flow: LearnerThread, MultiGPULearnerThread, Dequeue of its out-queue.
    """

    section = "Learning"
    short = "learner"
    rllib = "LearnerThread MultiGPULearnerThread"

    queue = handle_in(LearnerQueue, "where batches come from")
    policy = handle_in(Policy, "what to train")
    results = stream_out(TrainResult, "one for each batch", where="local")

    epochs: int = param(1, at_least=1, at_most=1000, help="passes over each batch", live=True)
    minibatch: int = param(4096, at_least=1, unit="rows", help="rows per gradient step", live=True)

    def check(self, entering: int | None) -> Iterable[Problem]:
        """Doubt minibatches that are larger than the batches in the queue."""
        return too_large(self.node, self.minibatch, entering)

    def why_not_deterministic(self) -> str:
        """Say that two threads take turns as they come."""
        return "trains in a thread while the workers go on"

    def provide(self, run: Run, **handles: Any) -> None:
        """Take queue and policy, start nothing yet."""
        import numpy as np

        from engine.actors.learner import LearnerThread

        self.learner: Policy = handles["policy"]
        self.rng = np.random.default_rng(run.seed(self.node))
        self.thread = LearnerThread(self.node, handles["queue"], self.learner, self._train, run)

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the stream of train results."""
        return self.thread

    def _train(self, item: Item) -> Item:
        return self.learner.train(item, self.epochs, self.minibatch, self.rng)

    def state(self) -> dict[str, Any]:
        """Return the generator's state."""
        return {"rng": self.rng.bit_generator.state}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.rng.bit_generator.state = state["rng"]

    def settle(self) -> None:
        """Wait for the batch in training."""
        self.thread.settle()

    def close(self) -> None:
        """End the thread, after the batch that it has."""
        self.thread.close()
