"""One stream on the driver that several nodes read: each wire has a branch of its own, with the items that wait for it.

`Branching` is what this and `split` share: how far one branch may run ahead, and what is kept of them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from engine.dataflow.local import ENDED, Local, Pulled, Reader, Waiting
from engine.dataflow.parallel import Stream, local
from engine.kinds import Item, given_back, keep


class Branching(Reader):
    """A stream that several branches read; here each sees every item."""

    def __init__(self, node: str, upstream: Local, bound: int) -> None:
        super().__init__(node, upstream)
        self.bound = bound
        self.branches: list[_Branch] = []
        self.ended = False

    def branch(self, reader: str, port: str = "") -> Local:
        """Return the stream for the wire from `port` to the node `reader`."""
        self.branches.append(_Branch(self, reader, port))
        return self.branches[-1]

    @property
    def depth(self) -> int:
        """How many items the slowest branch is behind."""
        return max((len(branch.queue) for branch in self.branches), default=0)

    def state(self) -> dict[str, Any]:
        """Return what waits for each branch; items that wait for several once."""
        waiting = {id(item): item for branch in self.branches for item in branch.queue}
        places = {item: place for place, item in enumerate(waiting)}
        queues = [[places[id(item)] for item in branch.queue] for branch in self.branches]
        return {"items": keep(waiting.values()), "queues": queues}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        items = given_back(state["items"])
        for branch, queue in zip(self.branches, state["queues"], strict=True):
            branch.queue.extend(items[place] for place in queue)

    def pull(self) -> Pulled:
        """Let one more item in and queue it."""
        if self.ended:
            return ENDED
        slowest = max(self.branches, key=lambda branch: len(branch.queue))
        if len(slowest.queue) >= self.bound:
            self.meter.block()
            what = f"{slowest.reader} to take some of the {self.bound} items that it is behind"
            return Waiting(self.node, what, elsewhere=True)
        self.meter.go_on()
        pulled = self.upstream.pull()
        if isinstance(pulled, Item):
            self.meter.count(pulled)
            self.hand_out(pulled)
        self.ended = pulled is ENDED
        return pulled

    def hand_out(self, item: Item) -> None:
        """Queue the item for those branches that are to have it."""
        for branch in self.branches:
            branch.queue.append(item)


class _Branch(Local):
    """One reader of a stream that several read."""

    def __init__(self, whole: Branching, reader: str, port: str) -> None:
        super().__init__(whole.node)
        self.whole = whole
        self.reader = reader
        self.port = port
        self.queue: deque[Item] = deque()

    def pull(self) -> Pulled:
        """Give the oldest item that this branch has not had."""
        if not self.queue:
            pulled = self.whole.pull()
            if not isinstance(pulled, Item):
                return pulled
        return self.queue.popleft() if self.queue else Waiting(self.node, "items for this branch", moved=True)


def duplicate(node: str, upstream: Stream, bound: int) -> Local:
    """Return a stream whose every `branch(reader)` gives all items; none is more than `bound` ahead of the slowest."""
    return Branching(node, local(upstream, node), bound)
