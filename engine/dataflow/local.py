"""A stream on the driver: what a pull gives, what is counted on the way, and an operator between two streams."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final, Literal

from engine.dataflow.failing import failure_of
from engine.declare import Operator
from engine.kinds import Item, given_back, keep
from engine.problems import FAILURES, RunFailed


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing to give yet: `node` waits for `what`.

    `moved` says that something went forward, so pull again; `elsewhere`, that only another branch of the graph can
    bring what is missing, so that a union which takes turns must not wait here. `behind` is what keeps the branches
    of a union, if it is they that wait.
    """

    node: str
    what: str
    moved: bool = False
    elsewhere: bool = False
    behind: tuple[Waiting, ...] = ()

    def roots(self) -> Iterator[Waiting]:
        """Give what is waited for in the end: of a union, what its branches wait for."""
        for waiting in self.behind:
            yield from waiting.roots()
        if not self.behind:
            yield self


class _End(Enum):
    ENDED = "ended"


ENDED: Final = _End.ENDED
Pulled = Item | Waiting | Literal[_End.ENDED]


@dataclass(slots=True)
class Meter:
    """What left a node so far: items and their env steps; and the seconds its code has run, or stood blocked.

    A node is blocked while it has something to give and nobody makes room for it. `since` is when that began
    (monotonic seconds), None while it is not so.
    """

    items: int = 0
    env_steps: int = 0
    busy: float = 0.0
    blocked: float = 0.0
    since: float | None = None

    def count(self, item: Item) -> None:
        """Count an item that leaves."""
        self.items += 1
        self.env_steps += item.env_steps

    def add(self, other: Meter) -> None:
        """Add what another meter says."""
        self.items += other.items
        self.env_steps += other.env_steps
        self.busy += other.busy

    def block(self) -> None:
        """Note that the node stands blocked; again and again, as long as it does."""
        if self.since is None:
            self.since = time.monotonic()

    def go_on(self) -> None:
        """Note that it is blocked no longer."""
        if self.since is not None:
            self.blocked, self.since = self.blocked_until(time.monotonic()), None

    def blocked_until(self, now: float) -> float:
        """Return the seconds for which the node stood blocked until `now`, in monotonic seconds."""
        return self.blocked + (now - self.since if self.since is not None else 0.0)


class Metered:
    """Something at a node that counts what leaves it, and may hold items back: a local stream or a queue."""

    def __init__(self, node: str) -> None:
        self.node = node
        self.meter = Meter()

    @property
    def depth(self) -> int:
        """How many items wait here."""
        return 0


class Local(Metered, ABC):
    """One iterator on the driver, at the output of `node`."""

    @abstractmethod
    def pull(self) -> Pulled:
        """Give the next item, or say why there is none; never block."""

    def through(self, operator: Operator) -> Local:
        """Return the stream that leaves `operator` when this one enters it."""
        return Transform(self, operator)

    def branch(self, reader: str, port: str = "") -> Local:
        """Return the stream for the wire from this node's `port` to the node `reader`; few streams have several."""
        return self

    def state(self) -> dict[str, Any]:
        """Return the items that wait here, and whatever else the next ones depend on; nothing if nothing does.

        Asked between two pulls of the graph's sinks, for a checkpoint.
        """
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave; before the first pull."""

    def pull_from(self, old: Local, new: Local) -> bool:
        """Pull `new` from now on where this node pulled `old`; say whether it did.

        So something can be put into a wire of a running graph, and taken out again, at no cost while it is not there.
        """
        return False


class Reader(Local):
    """A stream that pulls one other."""

    def __init__(self, node: str, upstream: Local) -> None:
        super().__init__(node)
        self.upstream = upstream

    def pull_from(self, old: Local, new: Local) -> bool:
        """Pull `new` instead, here or where this stream has another one before it at the same node."""
        if self.upstream is old:
            self.upstream = new
            return True
        return self.upstream.node == self.node and self.upstream.pull_from(old, new)


class Transform(Reader):
    """An operator on the driver: each item that comes in gives any number of items.

    A chain of them is pulled in a loop, not by recursion: a graph may be thousands of operators long.
    """

    def __init__(self, upstream: Local, operator: Operator) -> None:
        super().__init__(operator.node, upstream)
        self.operator = operator
        self.outgoing: deque[Item] = deque()
        self.hungry = Waiting(operator.node, "more items", moved=True)
        self.ended = False

    def pull(self) -> Pulled:
        """Give an item; if none is left over here, let one in from the nearest stream before that has one."""
        empty: list[Transform] = []
        stream: Local = self
        while isinstance(stream, Transform) and not stream.outgoing:
            empty.append(stream)
            stream = stream.upstream
        pulled = stream._next() if isinstance(stream, Transform) else stream.pull()
        while empty and not isinstance(pulled, Waiting):
            transform = empty.pop()
            transform._take(pulled)
            pulled = transform._next()
        return pulled

    @property
    def depth(self) -> int:
        """How many items are left over."""
        return len(self.outgoing)

    def state(self) -> dict[str, Any]:
        """Return what is left over."""
        return {"outgoing": keep(self.outgoing)} if self.outgoing else {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.outgoing.extend(given_back(state["outgoing"]))

    def _next(self) -> Pulled:
        """Give what is left over, counted."""
        if not self.outgoing:
            return ENDED if self.ended else self.hungry
        item = self.outgoing.popleft()
        self.meter.count(item)
        return item

    def _take(self, pulled: Pulled) -> None:
        """Let an item in; at the stream's end ask, once, for what the operator held back."""
        if pulled is ENDED and self.ended:
            return
        item = pulled if isinstance(pulled, Item) else None
        self.ended = item is None
        start = time.perf_counter()
        try:
            self.outgoing.extend(self.operator.each(item) if item else self.operator.rest())
        except RunFailed:
            raise
        except FAILURES as error:
            raise failure_of(self.node, error, item) from error
        finally:
            self.meter.busy += time.perf_counter() - start
