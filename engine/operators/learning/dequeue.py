"""The Dequeue operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.declare import Operator, Run, handle_in, stream_out
from engine.kinds import Anything, LearnerQueue

if TYPE_CHECKING:
    from engine.dataflow import BoundedQueue, Stream


class Dequeue(Operator):
    """Take items out of a queue, in the order in which they were put in.

    Takes the queue, gives its items, on the driver. Use it to train in the driver's own thread behind a queue, with
    Train One Step; Learner does both in one, in another thread. Counts nothing. Waits while the queue is empty.

    Example: after Enqueue has put in 1, 2 and 3, it gives 1, 2, 3.
    RLlib Flow: Dequeue(input_queue).
    """

    section = "Learning"
    short = "dequeue"
    rllib = "Dequeue"

    queue = handle_in(LearnerQueue, "the queue")
    items = stream_out(Anything, "what was put in", where="local")

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the queue."""
        self.drained: BoundedQueue = handles["queue"]

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the stream of what is in the queue."""
        from engine.dataflow import dequeue

        return dequeue(self.node, self.drained)
