"""Streams on the actors, one shard on each; `gather` brings their items to the driver."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from engine.dataflow.failing import failure_of
from engine.dataflow.local import Local, Meter
from engine.declare import Operator
from engine.kinds import Item
from engine.turning import has_copy


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
