"""The Learner Queue operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.declare import Operator, Run, handle_out, param
from engine.kinds import LearnerQueue as Queue
from engine.kinds import given_back, keep


class LearnerQueue(Operator):
    """Hold batches between those who gather them and a learner that trains in a thread of its own.

    Takes nothing, gives the queue, for Enqueue on one side and Learner (or Dequeue) on the other. It keeps the order,
    and at most `size` items: when it is full, Enqueue waits, then whatever feeds it, and in the end the workers. So a
    batch is at most `size` updates old when it is trained on, besides the policy lag of its fragments. What is in it
    when the run ends is trained on when it is resumed. Counts nothing. Waits for nothing itself.

    Example: size 2 and a learner that needs 20 ms a batch keep a batch waiting 40 ms at most.
    RLlib: the in-queue of LearnerThread (learner_queue_size 16).
    """

    section = "Setup"
    short = "queue"
    rllib = "LearnerThread learner_queue_size"

    queue = handle_out(Queue, "the queue, for both its ends")

    size: int = param(4, at_least=1, at_most=10_000, unit="items", help="how many find room")

    def provide(self, run: Run, **handles: Any) -> Queue:
        """Make an empty queue."""
        from engine.dataflow import BoundedQueue

        self.waiting = BoundedQueue(self.node, self.size)
        return self.waiting

    def bulk(self) -> dict[str, Any]:
        """Return the items that wait in it."""
        return {"items": keep(self.waiting.items)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `bulk` gave."""
        for item in given_back(state["items"]):
            self.waiting.put(item)
