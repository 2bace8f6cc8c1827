"""The gathers, which bring the items of shards to the driver: round by round, or as they are ready."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from engine.dataflow.failing import failure_of
from engine.dataflow.local import Local, Pulled, Waiting
from engine.dataflow.parallel import Parallel, Stream, parallel
from engine.kinds import Item, given_back, join, keep
from engine.problems import Place, Problem, RunFailed

LAGS: Final = 200  # items whose policy lag is remembered


class Gathered(Local):
    """What both gathers share: the shards' arrivals, and the meter of what came through."""

    def __init__(self, gathering: Parallel, node: str) -> None:
        super().__init__(node)
        self.shards = gathering.shards
        self.stages = gathering.stages
        self.outgoing: deque[Item] = deque()
        self.lags: deque[int] = deque(maxlen=LAGS)
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
        if (lag := self.shards.lag(item)) is not None:
            self.lags.append(lag)
        self.given(item)
        return item

    @property
    def depth(self) -> int:
        """How many items have arrived and wait to be pulled."""
        return len(self.outgoing)

    def state(self) -> dict[str, Any]:
        """Return what has arrived and counts, and where the shards stand."""
        return {"outgoing": keep(self.outgoing), "shards": self.shards.standing()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.outgoing.extend(given_back(state["outgoing"]))
        self.shards.go_on(state["shards"])

    def start(self) -> None:
        """Make the first requests."""

    def receive(self) -> None:
        """Take what has arrived."""
        self.take(self.arrived())

    def arrived(self) -> Iterator[Item]:
        """Give what has arrived.

        Raises:
            RunFailed: an operator on the shards did not pass on where its items come from.
        """
        for item in self.shards.arrived():
            if not self.shards.has(item.source):
                what = f"an item came from {item.source!r}, which is none of {', '.join(self.shards.sources[:3])}"
                hint = "operators before it must give item.carrying(value), which keeps the source, not a new item"
                raise RunFailed(Problem(Place(self.node), what, hint))
            yield item

    def take(self, items: Iterable[Item]) -> None:
        """Queue these items, which counts them."""
        for item in items:
            self.shards.taken(item)
            self.outgoing.append(item)

    def given(self, item: Item) -> None:
        """Do what follows from giving `item`."""


class _Rounds(Gathered):
    """Gather Sync: one item of each shard a round; the next round is asked for when this one has been pulled.

    Items count when their round is whole, in shard order: who was first must not show in any number. Shards that come
    have a part in the next round; what one that left held back goes on behind the round that is under way.
    """

    def __init__(self, gathering: Parallel, node: str, joined: bool) -> None:
        super().__init__(gathering, node)
        self.joined = joined
        self.round: dict[str, Item] = {}
        self.late: list[Item] = []
        self.asked: tuple[str, ...] = ()  # who has a part in this round

    def receive(self) -> None:
        if not self.asked:
            self.asked = self.shards.sources
            for source in self.asked:
                if source not in self.round:
                    self.shards.ask(source)
        for item in self.arrived():
            if item.source in self.round or item.source not in self.asked:
                self.late.append(item)
            else:
                self.round[item.source] = item
        if len(self.round) == len(self.asked):
            self.take([*(self.round[source] for source in self.asked), *self.late])
            self.round, self.late, self.asked = {}, [], ()
            if self.joined:
                self._join()

    def state(self) -> dict[str, Any]:
        """Return the round too, if the shards can tell what its items took."""
        state = super().state()
        return {**state, "round": keep(self.round.values() if state["shards"] else ())}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave; shards of which an item is there are not asked again."""
        super().restore(state)
        self.round = {item.source: item for item in given_back(state["round"])}

    def _join(self) -> None:
        """Make one item of those of the round."""
        try:
            together = join(self.outgoing)
        except Exception as error:
            raise failure_of(self.node, error) from error
        self.outgoing = deque([together])


class _Completion(Gathered):
    """Gather Async: `num_async` requests in flight on each shard; taking an item makes its shard's next request."""

    def __init__(self, gathering: Parallel, node: str, num_async: int) -> None:
        super().__init__(gathering, node)
        self.num_async = num_async
        self.due: Counter[str] = Counter()  # by shard, what was asked for and not given yet
        self.served: tuple[str, ...] = ()  # the shards when they were last asked all together

    def start(self) -> None:
        self.due.update(item.source for item in self.outgoing)  # of a run that this one resumes: asked for when given

    def receive(self) -> None:
        if self.served != self.shards.sources:
            self.served = self.shards.sources
            for asked in range(self.num_async):
                for source in self.served:
                    if self.due[source] <= asked:
                        self._ask(source)
        super().receive()

    def given(self, item: Item) -> None:
        self.due[item.source] = max(0, self.due[item.source] - 1)  # what a shard that left held back was not asked for
        if item.source in self.served and self.due[item.source] < self.num_async:
            self._ask(item.source)

    def _ask(self, source: str) -> None:
        self.due[source] += 1
        self.shards.ask(source)


def gather_sync(stream: Stream, node: str, *, joined: bool = False) -> Local:
    """Return a local stream of rounds: one item of each shard in shard order, with a barrier between rounds.

    Args:
        stream: a parallel stream.
        node: the gather.
        joined: whether to give each round as one joined batch.
    """
    return _Rounds(parallel(stream, node), node, joined)


def gather_async(stream: Stream, node: str, num_async: int) -> Local:
    """Return a local stream in order of completion, with `num_async` requests in flight on each shard."""
    return _Completion(parallel(stream, node), node, num_async)
