"""The Enqueue operator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.declare import Operator, Run, handle_in, stream_in, stream_out
from engine.kinds import Anything, LearnerQueue

if TYPE_CHECKING:
    from engine.dataflow import BoundedQueue, Stream


class Enqueue(Operator):
    """Put every item in a queue, and pass it on.

    Takes items, usually train batches, and the queue; gives each item once it is in. Waits while the queue is full,
    and lets nothing in meanwhile: the streams before it stop, and the workers behind those. Put what follows an
    enqueued batch behind it, such as Broadcast Weights to its source, and connect the end to `driven` of Union. Counts
    nothing: the learner counts.

    Example: a queue of size 2 takes items 1 and 2 at once, and item 3 when the learner has taken item 1.
    RLlib Flow: Enqueue(output_queue).
    """

    section = "Learning"
    short = "enqueue"
    rllib = "Enqueue"

    items = stream_in(Anything, "what to put in the queue", where="local")
    queue = handle_in(LearnerQueue, "the queue")
    passed = stream_out(Anything, "the same items, once they are in", where="local", same_as="items")

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the queue."""
        self.fed: BoundedQueue = handles["queue"]

    def stream(self, upstreams: Mapping[str, Sequence[Stream]]) -> Stream:
        """Return the stream that fills the queue."""
        from engine.dataflow import enqueue

        (upstream,) = upstreams["items"]
        return enqueue(self.node, upstream, self.fed)
