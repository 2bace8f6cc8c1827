"""Streams on the actors, one shard on each, and the gathers that bring their items to the driver."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pydantic import JsonValue

from engine.dataflow.local import Local, Meter, Pulled, Waiting, failure_of
from engine.declare import Operator
from engine.kinds import Item, given_back, join, keep
from engine.problems import Place, Problem, RunFailed
from engine.turning import has_copy

LAGS: Final = 200  # items whose policy lag is remembered


class Shards(ABC):
    """A group of actors, each running the same operators over a source of its own.

    `load` hands them the operators; `ask` requests one item of a shard, at once or queued behind earlier requests;
    `arrived` gives what has come since the last call, without waiting; `taken` hears of each item when it goes on.
    A failed request is repeated here, so every `ask` is answered by one arrival. Shards may come and go between two
    pulls: one that leaves is asked no more, and what it still owes and holds back arrives all the same.

    Attributes:
        sources: the names of the shards that may be asked, in order; another tuple when shards came or went.
        meters: by node, what left the source and each operator on all shards together.
        stages: the operators that were loaded.
    """

    sources: tuple[str, ...]
    meters: dict[str, Meter]
    stages: tuple[Operator, ...] = ()

    @abstractmethod
    def load(self, stages: Sequence[Operator]) -> None:
        """Make every shard run its source through copies of these operators, in order."""

    @abstractmethod
    def ask(self, source: str) -> None:
        """Request one item of the shard called `source`."""

    @abstractmethod
    def arrived(self) -> Iterable[Item]:
        """Give the items that have come, in the order of arrival."""

    def set_param(self, node: str, name: str, value: JsonValue) -> None:
        """Let the shards' copies of the operator `node`, if they have any, use another value of a parameter.

        Raises:
            ValueError: these shards cannot be told; the text is a sentence.
        """
        if has_copy(self.stages, node):
            raise ValueError(f"{node} runs on shards that cannot be told: stop the run to change it")

    def has(self, source: str) -> bool:
        """Whether this is one of the shards, or was; asked for each item."""
        return source in self.sources

    def lag(self, item: Item) -> int | None:
        """Return how many updates the policy is ahead of the one that sampled the item; None where none samples."""
        return None

    @property
    def works_here(self) -> bool:
        """Whether the next `arrived` itself has work to do, in this process."""
        return False

    @property
    def ratios(self) -> Mapping[str, Mapping[str, float]]:
        """By node that replays: `ratio`, of rows drawn to rows stored, and `ratio_wanted`, if it is bounded."""
        return {}

    @property
    def on_machines(self) -> Mapping[str, int]:
        """Env steps that came from each machine of a cluster; nothing where all shards are on one."""
        return {}

    @property
    def lacking(self) -> str:
        """What the shards need from other branches of the graph before they can give anything; usually nothing."""
        return ""

    @abstractmethod
    def taken(self, item: Item) -> None:
        """Count what sampling this item took; told in the order in which a shard's items arrived."""

    def standing(self) -> dict[str, Any]:
        """Return where the shards stand, as far as their items depend on it, for a checkpoint.

        Nothing where that lies on other machines, or is kept by somebody else: those begin anew.
        """
        return {}

    def go_on(self, standing: Mapping[str, Any]) -> None:
        """Go on, once the shards are loaded, from where `standing` says; told before anything else."""
        return


@dataclass(frozen=True, slots=True)
class Parallel:
    """One shard on each actor: the group, and the operators that its items go through there."""

    shards: Shards
    stages: tuple[Operator, ...] = ()

    def through(self, operator: Operator) -> Parallel:
        """Return the stream that leaves `operator`, which will run on the actors."""
        return Parallel(self.shards, (*self.stages, operator))

    def branch(self, reader: str, port: str = "") -> Parallel:
        """Return the stream for the one wire that leaves here."""
        return self


Stream = Local | Parallel


class SideBySide(Shards):
    """The shards of several parallel streams as one group: each goes through the operators of its own stream first."""

    def __init__(self, streams: Sequence[Parallel]) -> None:
        self.streams = streams
        self.owners: dict[str, Shards] = {}

    @property
    def sources(self) -> tuple[str, ...]:  # type: ignore[override]  # one group keeps its own, here they are put together
        """The shards of all groups."""
        return tuple(source for stream in self.streams for source in stream.shards.sources)

    def has(self, source: str) -> bool:
        """Whether any group has or had the shard."""
        return any(stream.shards.has(source) for stream in self.streams)

    def load(self, stages: Sequence[Operator]) -> None:
        """Load each group with its own operators and then these."""
        for stream in self.streams:
            stream.shards.load((*stream.stages, *stages))

    def ask(self, source: str) -> None:
        """Request an item of the group that has the shard."""
        self._owner(source).ask(source)

    def arrived(self) -> Iterable[Item]:
        """Give what has come to any group."""
        for stream in self.streams:
            yield from stream.shards.arrived()

    def set_param(self, node: str, name: str, value: JsonValue) -> None:
        """Tell every group."""
        for stream in self.streams:
            stream.shards.set_param(node, name, value)

    def taken(self, item: Item) -> None:
        """Tell the group that the item came from."""
        self._owner(item.source).taken(item)

    def lag(self, item: Item) -> int | None:
        """Ask the group that the item came from."""
        return self._owner(item.source).lag(item)

    def _owner(self, source: str) -> Shards:
        """Return the group that has the shard; groups are asked once for each."""
        if source not in self.owners:
            self.owners[source] = next(stream.shards for stream in self.streams if stream.shards.has(source))
        return self.owners[source]

    def standing(self) -> dict[str, Any]:
        """Return where the groups stand, by their place among them; nothing if one of them cannot tell."""
        told = {str(place): stream.shards.standing() for place, stream in enumerate(self.streams)}
        return told if all(told.values()) else {}

    def go_on(self, standing: Mapping[str, Any]) -> None:
        """Let every group go on from where it stood."""
        for place, told in standing.items():
            self.streams[int(place)].shards.go_on(told)

    @property
    def works_here(self) -> bool:
        """Whether any group has work to do in this process."""
        return any(stream.shards.works_here for stream in self.streams)

    @property
    def lacking(self) -> str:
        """What every group lacks; nothing as long as one of them can give."""
        lacks = [stream.shards.lacking for stream in self.streams]
        return lacks[0] if all(lacks) else ""

    @property
    def meters(self) -> dict[str, Meter]:  # type: ignore[override]  # one group keeps its own, here they are added up
        """The meters of all groups; those of an operator that several of them run, added up."""
        together: dict[str, Meter] = {}
        for stream in self.streams:
            for node, meter in stream.shards.meters.items():
                together.setdefault(node, Meter()).add(meter)
        return together


def side_by_side(node: str, streams: Sequence[Stream]) -> Parallel:
    """Return the shards of several parallel streams as one parallel stream."""
    return Parallel(SideBySide([parallel(stream, node) for stream in streams]))


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


def parallel(stream: Stream, node: str) -> Parallel:
    """Return the stream as the parallel one that `node` needs.

    Raises:
        RunFailed: it is local.
    """
    if isinstance(stream, Parallel):
        return stream
    raise failure_of(node, ValueError("this node takes a parallel stream, and this one is already local"))


def local(stream: Stream, node: str) -> Local:
    """Return the stream as the local one that `node` needs.

    Raises:
        RunFailed: it is parallel.
    """
    if isinstance(stream, Local):
        return stream
    raise failure_of(node, ValueError("this node takes local streams; put a Gather Sync or Gather Async before it"))
