"""A bounded queue between two streams of one graph: one puts items in, another takes them, each at its own pace.

Both ends belong to the driver's thread, which hands a learner's thread one item at a time; so there is no lock, and
the queue's depth is exact. A full queue makes whoever puts wait before it pulls: the source feels it.
"""

from __future__ import annotations

from collections import deque

from engine.dataflow.failing import failure_of
from engine.dataflow.local import ENDED, Local, Metered, Pulled, Reader, Waiting
from engine.dataflow.parallel import Stream, local
from engine.kinds import Item, LearnerQueue


class BoundedQueue(Metered, LearnerQueue):
    """Items on their way from the streams that put to those that take, in order, at most `room` of them.

    Attributes:
        room: how many items find room.
        givers: how many streams put items in.
        ended: how many of those have ended.
        takers: how many streams take items out.
    """

    def __init__(self, node: str, room: int) -> None:
        super().__init__(node)
        self.room = room
        self.items: deque[Item] = deque()
        self.givers = self.ended = self.takers = 0

    @property
    def depth(self) -> int:
        """How many items are in it."""
        return len(self.items)

    @property
    def full(self) -> bool:
        """Whether there is no room for one more; nor is there any if nobody will ever take one out."""
        return len(self.items) >= self.room or not self.takers

    def put(self, item: Item) -> None:
        """Add an item at the end; whoever puts has seen that there is room."""
        self.items.append(item)

    def take(self, node: str) -> Pulled:
        """Give the first item to `node`, or say that it must wait, or that all who put have ended.

        Raises:
            RunFailed: nobody puts anything in.
        """
        if self.items:
            item = self.items.popleft()
            self.meter.count(item)
            return item
        if not self.givers:
            raise failure_of(node, ValueError(f"nobody puts items into {self.node}: connect it to an Enqueue"))
        return Waiting(node, f"an item in {self.node}", elsewhere=True) if self.ended < self.givers else ENDED


class _Enqueued(Reader):
    """Puts each item in the queue, and passes it on."""

    def __init__(self, node: str, upstream: Local, queue: BoundedQueue) -> None:
        super().__init__(node, upstream)
        self.queue = queue
        self.ended = False
        queue.givers += 1

    def pull(self) -> Pulled:
        """Let one more item in if the queue has room for it."""
        if self.queue.full:
            return self._blocked()
        self.meter.go_on()
        pulled = self.upstream.pull()
        if isinstance(pulled, Item):
            self.queue.put(pulled)
            self.meter.count(pulled)
        elif pulled is ENDED and not self.ended:
            self.ended = True
            self.queue.ended += 1
        return pulled

    def _blocked(self) -> Waiting:
        """Say that the queue is full.

        Raises:
            RunFailed: it will be full for ever.
        """
        if not self.queue.takers:
            what = f"nobody takes items out of {self.queue.node}: connect it to a Learner or a Dequeue"
            raise failure_of(self.node, ValueError(what))
        self.meter.block()
        return Waiting(self.node, f"room in {self.queue.node}", elsewhere=True)


class _Dequeued(Local):
    """Takes items from the queue."""

    def __init__(self, node: str, queue: BoundedQueue) -> None:
        super().__init__(node)
        self.queue = queue
        queue.takers += 1

    def pull(self) -> Pulled:
        """Give the queue's first item."""
        pulled = self.queue.take(self.node)
        if isinstance(pulled, Item):
            self.meter.count(pulled)
        return pulled


def enqueue(node: str, upstream: Stream, queue: BoundedQueue) -> Local:
    """Return the stream again, each item of which lies in the queue when it is given."""
    return _Enqueued(node, local(upstream, node), queue)


def dequeue(node: str, queue: BoundedQueue) -> Local:
    """Return the stream of the items that are put in the queue."""
    return _Dequeued(node, queue)
