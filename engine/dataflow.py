"""The lazy iterators that graphs compile to: pulled from their sinks, one item at a time, in the driver's one thread.

A `Parallel` stream is a group of shards (actors, or one in this process) and the operators that run there. A `Local`
stream is one iterator on the driver. Only a gather turns the first into the second.

Pulling never blocks. `pull` gives an `Item`; or `Waiting`, which says which node waits for what and whether
anything moved on the way; or `ENDED`. Operators never see the last two: "not ready" is handled in this file and
nowhere else. Each pull does a bounded piece of work (at most one item moves one operator further), so that the
session can stop, pause and tell numbers between any two.

Weights, priorities and metrics do not travel in streams' side pockets: what an item is made of is in the item, and
feedback goes through handles.

Example: the union in turn of a stream of 1, 2 and one of 10, 20 gives 1, 10, 2, 20, then `ENDED` for ever.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final, Literal

from engine.declare import Operator
from engine.kinds import Item
from engine.problems import Place, Problem, RunFailed


@dataclass(frozen=True, slots=True)
class Waiting:
    """Nothing to give yet: `node` waits for `what`.

    `moved` says that something went forward, so pull again; `elsewhere`, that only another branch of the graph can
    bring what is missing, so that a union which takes turns must not wait here.
    """

    node: str
    what: str
    moved: bool = False
    elsewhere: bool = False


class _End(Enum):
    ENDED = "ended"


ENDED: Final = _End.ENDED
Pulled = Item | Waiting | Literal[_End.ENDED]


@dataclass(slots=True)
class Meter:
    """What left a node so far: items and their env steps; and the seconds its code has run."""

    items: int = 0
    env_steps: int = 0
    busy: float = 0.0

    def count(self, item: Item) -> None:
        """Count an item that leaves."""
        self.items += 1
        self.env_steps += item.env_steps

    def add(self, other: Meter) -> None:
        """Add what another meter says."""
        self.items += other.items
        self.env_steps += other.env_steps
        self.busy += other.busy


class Local(ABC):
    """One iterator on the driver, at the output of `node`."""

    def __init__(self, node: str) -> None:
        self.node = node
        self.meter = Meter()

    @abstractmethod
    def pull(self) -> Pulled:
        """Give the next item, or say why there is none; never block."""

    def through(self, operator: Operator) -> Local:
        """Return the stream that leaves `operator` when this one enters it."""
        return Transform(self, operator)

    def branch(self) -> Local:
        """Return the stream for one wire that leaves here; only a duplicated stream has several."""
        return self


class Shards(ABC):
    """A group of actors, each running the same operators over a source of its own.

    `load` hands them the operators; `ask` requests one item of a shard, at once or queued behind earlier requests;
    `arrived` gives what has come since the last call, without waiting; `taken` hears of each item when it goes on.
    A failed request is repeated here, so every `ask` is answered by one arrival.

    Attributes:
        works_here: whether `arrived` itself does the work, in this process.
        lacking: what the shards need from other branches of the graph before they can give anything; usually nothing.
        sources: the names of the shards, in order.
        meters: by node, what left the source and each operator on all shards together.
    """

    works_here: ClassVar[bool] = False
    lacking: str = ""
    sources: tuple[str, ...]
    meters: dict[str, Meter]

    @abstractmethod
    def load(self, stages: Sequence[Operator]) -> None:
        """Make every shard run its source through copies of these operators, in order."""

    @abstractmethod
    def ask(self, source: str) -> None:
        """Request one item of the shard called `source`."""

    @abstractmethod
    def arrived(self) -> Iterable[Item]:
        """Give the items that have come, in the order of arrival."""

    @abstractmethod
    def taken(self, item: Item) -> None:
        """Count what sampling this item took; told in the order in which a shard's items arrived."""


@dataclass(frozen=True, slots=True)
class Parallel:
    """One shard on each actor: the group, and the operators that its items go through there."""

    shards: Shards
    stages: tuple[Operator, ...] = ()

    def through(self, operator: Operator) -> Parallel:
        """Return the stream that leaves `operator`, which will run on the actors."""
        return Parallel(self.shards, (*self.stages, operator))

    def branch(self) -> Parallel:
        """Return the stream for the one wire that leaves here."""
        return self


Stream = Local | Parallel


class Transform(Local):
    """An operator on the driver: each item that comes in gives any number of items."""

    def __init__(self, upstream: Local, operator: Operator) -> None:
        super().__init__(operator.node)
        self.upstream = upstream
        self.operator = operator
        self.outgoing: deque[Item] = deque()

    def pull(self) -> Pulled:
        """Give an item; if none is left over, let one more item in."""
        if not self.outgoing:
            pulled = self.upstream.pull()
            if not isinstance(pulled, Item):
                return pulled
            self._take(pulled)
        if not self.outgoing:
            return Waiting(self.node, "more items", moved=True)
        item = self.outgoing.popleft()
        self.meter.count(item)
        return item

    def _take(self, item: Item) -> None:
        start = time.perf_counter()
        try:
            self.outgoing.extend(self.operator.each(item))
        except RunFailed:
            raise
        except Exception as error:
            raise failure_of(self.node, error) from error
        finally:
            self.meter.busy += time.perf_counter() - start


def failure_of(node: str, error: Exception) -> RunFailed:
    """Return the failure of `node` that `error` means; the text of plain exceptions gets their class's name."""
    text = str(error) if isinstance(error, ValueError) and str(error) else f"{type(error).__name__}: {error}"
    return RunFailed(Problem(Place(node), text))


class Gathered(Local):
    """What both gathers share: the shards' arrivals, and the meter of what came through."""

    def __init__(self, parallel: Parallel, node: str) -> None:
        super().__init__(node)
        self.shards = parallel.shards
        self.stages = parallel.stages
        self.outgoing: deque[Item] = deque()
        self.started = False

    def pull(self) -> Pulled:
        """Give the next item of the shards, or wait for one."""
        if not self.started:
            self.started = True
            self.shards.load(self.stages)
            self.start()
        if not self.outgoing:
            self.receive()
        if not self.outgoing:
            lacking = self.shards.lacking
            return Waiting(self.node, lacking or "its workers", self.shards.works_here and not lacking, bool(lacking))
        item = self.outgoing.popleft()
        self.meter.count(item)
        self.given(item)
        return item

    def start(self) -> None:
        """Make the first requests."""

    def receive(self) -> None:
        """Take what has arrived."""
        self.take(self.shards.arrived())

    def take(self, items: Iterable[Item]) -> None:
        """Queue these items, which counts them."""
        for item in items:
            self.shards.taken(item)
            self.outgoing.append(item)

    def given(self, item: Item) -> None:
        """Do what follows from giving `item`."""


class _Rounds(Gathered):
    """Gather Sync: one item of each shard a round; the next round is asked for when this one has been pulled.

    Items count when their round is whole, in shard order: who was first must not show in any number.
    """

    def __init__(self, parallel: Parallel, node: str) -> None:
        super().__init__(parallel, node)
        self.round: dict[str, Item] = {}
        self.asked = False

    def receive(self) -> None:
        if not self.asked:
            self.asked = True
            for source in self.shards.sources:
                self.shards.ask(source)
        for item in self.shards.arrived():
            self.round[item.source] = item
        if len(self.round) == len(self.shards.sources):
            self.take(self.round[source] for source in self.shards.sources)
            self.round, self.asked = {}, False


class _Completion(Gathered):
    """Gather Async: `num_async` requests in flight on each shard; taking an item makes its shard's next request."""

    def __init__(self, parallel: Parallel, node: str, num_async: int) -> None:
        super().__init__(parallel, node)
        self.num_async = num_async

    def start(self) -> None:
        for _ in range(self.num_async):
            for source in self.shards.sources:
                self.shards.ask(source)

    def given(self, item: Item) -> None:
        self.shards.ask(item.source)


def gather_sync(parallel: Stream, node: str) -> Local:
    """Return a local stream of rounds: one item of each shard in shard order, with a barrier between rounds."""
    return _Rounds(_parallel(parallel, node), node)


def gather_async(parallel: Stream, node: str, num_async: int) -> Local:
    """Return a local stream in order of completion, with `num_async` requests in flight on each shard."""
    return _Completion(_parallel(parallel, node), node, num_async)


def _parallel(stream: Stream, node: str) -> Parallel:
    if isinstance(stream, Parallel):
        return stream
    raise failure_of(node, ValueError("a gather takes a parallel stream, and this one is already local"))


class _Union(Local):
    """Several branches in one: in strict turn, or whichever has something."""

    def __init__(self, node: str, emitted: Sequence[Local], driven: Sequence[Local], in_turn: bool) -> None:
        super().__init__(node)
        self.branches: deque[tuple[Local, bool]] = deque([(s, True) for s in emitted] + [(s, False) for s in driven])
        self.in_turn = in_turn

    def pull(self) -> Pulled:
        """Give an item of the branch in turn (or of the first that has one); swallow those of driven branches."""
        moved = False
        for _ in range(len(self.branches)):
            branch, emits = self.branches[0]
            pulled = branch.pull()
            if pulled is ENDED:
                self.branches.popleft()
                moved = True
            elif isinstance(pulled, Waiting) and self.in_turn and not pulled.elsewhere:
                return pulled
            else:
                self.branches.rotate(-1)
                if isinstance(pulled, Item) and emits:
                    self.meter.count(pulled)
                    return pulled
                moved = moved or isinstance(pulled, Item) or pulled.moved
            if self.in_turn and moved:
                break
        return Waiting(self.node, "its branches", moved) if self.branches else ENDED


def union(node: str, emitted: Sequence[Stream], driven: Sequence[Stream], *, in_turn: bool) -> Local:
    """Merge local streams; those in `driven` are pulled too, but their items end here.

    Example: 1, 2 and 10, 20 in turn give 1, 10, 2, 20.
    """
    return _Union(node, [_local(s, node) for s in emitted], [_local(s, node) for s in driven], in_turn)


def _local(stream: Stream, node: str) -> Local:
    if isinstance(stream, Local):
        return stream
    raise failure_of(node, ValueError("this node takes local streams; put a Gather Sync or Gather Async before it"))


class _Duplicated(Local):
    """A stream that several branches read; each sees every item."""

    def __init__(self, node: str, upstream: Local, bound: int) -> None:
        super().__init__(node)
        self.upstream = upstream
        self.bound = bound
        self.queues: list[deque[Item]] = []
        self.ended = False

    def branch(self) -> Local:
        """Return a stream of every item, for one more wire."""
        self.queues.append(deque())
        return _Branch(self, self.queues[-1])

    def pull(self) -> Pulled:
        """Let one more item in and queue it for every branch."""
        if self.ended:
            return ENDED
        behind = max(range(len(self.queues)), key=lambda index: len(self.queues[index]))
        if len(self.queues[behind]) >= self.bound:
            return Waiting(self.node, f"its branch {behind + 1}, which is {self.bound} items behind")
        pulled = self.upstream.pull()
        if isinstance(pulled, Item):
            self.meter.count(pulled)
            for queue in self.queues:
                queue.append(pulled)
        self.ended = pulled is ENDED
        return pulled


class _Branch(Local):
    """One reader of a duplicated stream."""

    def __init__(self, whole: _Duplicated, queue: deque[Item]) -> None:
        super().__init__(whole.node)
        self.whole = whole
        self.queue = queue

    def pull(self) -> Pulled:
        """Give the oldest item that this branch has not had."""
        if not self.queue:
            pulled = self.whole.pull()
            if not isinstance(pulled, Item):
                return pulled
        return self.queue.popleft()


def duplicate(node: str, upstream: Stream, bound: int) -> Local:
    """Return a stream whose every `branch()` gives all items; none runs more than `bound` ahead of the slowest."""
    return _Duplicated(node, _local(upstream, node), bound)
