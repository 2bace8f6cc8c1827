"""One stream on the driver that several nodes read, each seeing every item."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from engine.dataflow.local import ENDED, Local, Pulled, Reader, Waiting
from engine.dataflow.parallel import Stream, local
from engine.kinds import Item, given_back, keep


class _Duplicated(Reader):
    """A stream that several branches read; each sees every item."""

    def __init__(self, node: str, upstream: Local, bound: int) -> None:
        super().__init__(node, upstream)
        self.bound = bound
        self.branches: list[_Branch] = []
        self.ended = False

    def branch(self, reader: str) -> Local:
        """Return a stream of every item for the node `reader`."""
        self.branches.append(_Branch(self, reader))
        return self.branches[-1]

    @property
    def depth(self) -> int:
        """How many items the slowest branch is behind."""
        return max((len(branch.queue) for branch in self.branches), default=0)

    def state(self) -> dict[str, Any]:
        """Return what the slowest branch has before it, of which each has the last few, and how many."""
        slowest = max(self.branches, key=lambda branch: len(branch.queue))
        return {"items": keep(slowest.queue), "behind": [len(branch.queue) for branch in self.branches]}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        items = given_back(state["items"])
        for branch, behind in zip(self.branches, state["behind"], strict=True):
            branch.queue.extend(items[len(items) - behind :])

    def pull(self) -> Pulled:
        """Let one more item in and queue it for every branch."""
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
            for branch in self.branches:
                branch.queue.append(pulled)
        self.ended = pulled is ENDED
        return pulled


class _Branch(Local):
    """One reader of a duplicated stream."""

    def __init__(self, whole: _Duplicated, reader: str) -> None:
        super().__init__(whole.node)
        self.whole = whole
        self.reader = reader
        self.queue: deque[Item] = deque()

    def pull(self) -> Pulled:
        """Give the oldest item that this branch has not had."""
        if not self.queue:
            pulled = self.whole.pull()
            if not isinstance(pulled, Item):
                return pulled
        return self.queue.popleft()


def duplicate(node: str, upstream: Stream, bound: int) -> Local:
    """Return a stream whose every `branch(reader)` gives all items; none is more than `bound` ahead of the slowest."""
    return _Duplicated(node, local(upstream, node), bound)
