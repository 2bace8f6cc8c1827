"""The shards of one replay buffer: what remote ones and the one in this process have in common.

The driver keeps account: how many transitions each shard holds, how many were stored and drawn in all. So it asks a
shard for a batch only when there is one to give; nobody asks in vain, and while learning has not begun the stream
says what it lacks.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.actors.answer import Answer
from engine.actors.host import Load, Trouble, stage_of
from engine.dataflow import Meter, Parallel, Shards
from engine.declare import Operator, Run
from engine.events import Log
from engine.kinds import Batch, Item, Replay
from engine.problems import Place, Problem, RunFailed
from engine.replay.memory import SMALL, in_words, row_bytes, saving
from engine.replay.shard import Filling, ShardPlan, shards_of

REPORT_EVERY: Final = 500  # batches between two reports of the replay ratio
ACCOUNTS: Final = ("stored", "drawn", "batches", "turn")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the node that reads a buffer wants of it.

    Attributes:
        node: its id.
        batch_size: transitions; if the buffer keeps sequences, as many of these as find room in it.
        learning_starts: transitions in all shards before the first batch.
        ratio: rows drawn for each row stored since then, at most; 0 sets no bound.
    """

    node: str
    batch_size: int
    learning_starts: int
    ratio: float = 0.0


class ReplayGroup(Replay, Shards):
    """What local and remote shards share: their names, and the accounts of what is stored and drawn.

    Attributes:
        memory: bytes that the shards may take together, as far as that is known.
        save_up_to: bytes of contents above which checkpoints leave them out.
        full_bytes: what the shards take when they are full; 0 before the first rows have come.
    """

    memory = math.inf
    save_up_to = math.inf

    def __init__(self, node: str, plans: Sequence[ShardPlan], run: Run) -> None:
        self.node = node
        self.sources = tuple(plan.source for plan in plans)
        self.plans = dict(zip(self.sources, plans, strict=True))
        self.run = run
        self.filled = dict.fromkeys(self.sources, Filling())
        self.stored = self.drawn = self.batches = self.turn = 0
        self.reading = Reading(node, 1, 1)
        self.is_read = self.started = False
        self.asked = dict.fromkeys(self.sources, 0)  # batches that a gather waits for,
        self.coming = dict.fromkeys(self.sources, 0)  # and those of them that are being drawn
        self.batch_rows = 0
        self.full_bytes = 0.0
        self.unsent: deque[tuple[str, str, tuple[Any, ...]]] = deque()
        self.inbox: deque[Item] = deque()
        self.meters: dict[str, Meter] = {}
        self.nodes: tuple[str, ...] = ()
        self.stages: tuple[Operator, ...] = ()

    def read(self, reading: Reading) -> Parallel:
        """Return the parallel stream of the batches that one node draws.

        Raises:
            RunFailed: another node reads the buffer already.
        """
        if self.is_read:
            what = f"{self.reading.node} draws from {self.node} already"
            raise RunFailed(Problem(Place(reading.node, "buffer"), what, "give each Replay a buffer of its own"))
        self.reading, self.is_read = reading, True
        return Parallel(self)

    def load(self, stages: Sequence[Operator]) -> None:
        """Make the shards ready, with copies of these operators behind them."""
        kept = self.contents() if self.started else {}
        self.stages = tuple(stages)
        self.nodes = (self.reading.node, *(stage.node for stage in stages))
        self.meters = {node: Meter() for node in self.nodes}
        self.started = True
        for source, plan in self.plans.items():
            self.start(source, replace(plan, batch_size=self.reading.batch_size))
        self.restore(kept)
        while self.unsent:
            source, method, arguments = self.unsent.popleft()
            self.tell(source, method, *arguments)

    @abstractmethod
    def start(self, source: str, plan: ShardPlan) -> None:
        """Make one shard ready."""

    @abstractmethod
    def tell(self, source: str, method: str, *arguments: Any) -> None:
        """Call a method of the shard, after all that it was told and asked before."""

    def loading(self, source: str, plan: ShardPlan) -> Load:
        """Return what a shard must be told."""
        return Load(self.reading.node, source, plan, tuple(stage_of(stage) for stage in self.stages), plan.seed)

    def store(self, item: Item) -> None:
        """Hand the batch of an item to the shard whose turn it is; one that has no room is passed over."""
        if not self.full_bytes:
            self._announce(item.value)
        source = next(filter(self.has_room, self._in_turn()))
        self.turn = (self.sources.index(source) + 1) % len(self.sources)
        self.stored += len(item.value)
        self._send(source, "store", item.value, item.version)

    def _announce(self, batch: Batch) -> None:
        """Say how much memory the buffer takes when it is full, by the first rows that come.

        Raises:
            RunFailed: this machine has less.
        """
        plan = self.plans[self.sources[0]]
        columns = {name: (rows.shape[1:], rows.dtype.name) for name, rows in batch.columns.items()}
        each = row_bytes(columns, bool(plan.prioritising), batch.sequence if plan.sequences else 1)
        capacity = plan.capacity * len(self.plans)
        self.full_bytes = each * capacity
        words = f"room for {capacity} transitions of {each:g} bytes, {in_words(self.full_bytes)} when full"
        if self.full_bytes > self.memory:
            what = f"{words}, and this machine has {in_words(self.memory)}"
            hint = f"try a capacity of {int(0.5 * self.memory / each)}"
            raise RunFailed(Problem(Place(self.node, "capacity"), what, hint))
        self.run.tell(Log(level="info", text=f"{words}; {saving(self.full_bytes, self.save_up_to)}", node=self.node))

    @property
    def kept(self) -> int:
        """How many transitions all shards keep now, as far as they have told."""
        return sum(filling.kept for filling in self.filled.values())

    @property
    def held_bytes(self) -> float:
        """How many bytes the rows take that are kept now."""
        return self.full_bytes * self.kept / sum(plan.capacity for plan in self.plans.values())

    def _in_turn(self) -> tuple[str, ...]:
        return self.sources[self.turn :] + self.sources[: self.turn]

    @property
    def full(self) -> bool:
        """Whether no shard has room for one more batch just now."""
        return not any(map(self.has_room, self.sources))

    def has_room(self, source: str) -> bool:
        """Whether the shard can take one more batch just now."""
        return True

    def update(self, source: str, indexes: NDArray[np.int64], errors: NDArray[np.float32]) -> None:
        """Tell each shard the absolute TD errors of those rows that it gave."""
        if source not in self.plans:
            return
        numbers = shards_of(indexes)
        for number in np.unique(numbers).tolist():
            own = numbers == number
            self._send(self.sources[number], "update", indexes[own], errors[own])

    def _send(self, source: str, method: str, *arguments: Any) -> None:
        if not self.started and not self.is_read:
            self.load(())
        if self.started:
            self.tell(source, method, *arguments)
        else:
            self.unsent.append((source, method, arguments))

    def ready(self, source: str) -> bool:
        """Whether the shard has enough to draw from, or all that it can hold, and may be drawn from."""
        kept, went_round = self.filled[source]
        return (went_round or kept >= max(1, self.reading.learning_starts // len(self.sources))) and not self.ahead

    def can_serve(self, source: str) -> bool:
        """Whether the shard was asked for a batch that it can draw now."""
        return self.asked[source] > self.coming[source] and self.ready(source)

    @property
    def ahead(self) -> bool:
        """Whether as much has been drawn as the ratio allows for what was stored."""
        ratio, coming = self.reading.ratio, sum(self.coming.values()) * self.batch_rows
        return ratio > 0 and self.drawn + coming > ratio * (self.stored - self.reading.learning_starts)

    @property
    def lacking(self) -> str:
        """What must be stored before a shard that was asked can give anything."""
        if any(self.coming.values()) or not any(self.asked.values()) or any(map(self.can_serve, self.sources)):
            return ""
        if self.ahead:
            return f"more rows in {self.node}, for a ratio of {self.reading.ratio:g}"
        return f"learning to start: {self.node} has {self.kept} of {self.reading.learning_starts} rows"

    def receive(self, answer: Answer | Trouble) -> bool:
        """Put a shard's item in the inbox; return whether there was one.

        Raises:
            RunFailed: the shard or one of its operators failed.
        """
        self.refuse(answer)
        assert isinstance(answer, Answer)
        for node, meter in zip(self.nodes, answer.meters, strict=True):
            self.meters[node].add(meter)
        if answer.item is None:
            return False
        self.asked[answer.item.source] -= 1
        self.batch_rows = len(answer.item.value)
        self.drawn += self.batch_rows
        self.inbox.append(answer.item)
        return True

    def refuse(self, answer: Any) -> None:
        """Raise what a shard tells of its trouble, if it does."""
        if isinstance(answer, Trouble):
            if answer.trace:
                self.run.tell(Log(level="error", text=answer.trace, node=answer.node or self.node))
            raise answer.failure(self.node)

    def taken(self, item: Item) -> None:
        """Report the replay ratio now and then."""
        self.batches += 1
        if self.batches % REPORT_EVERY == 0:
            self.run.report(self.reading.node, self.figures())

    @property
    def ratios(self) -> Mapping[str, Mapping[str, float]]:
        """The replay ratio, wanted (if bounded) and actual: rows drawn for each row stored since learning began."""
        since = max(1, self.stored - self.reading.learning_starts)
        wanted = {"ratio_wanted": self.reading.ratio} if self.reading.ratio else {}
        return {self.reading.node: {"ratio": self.drawn / since, **wanted}}

    def figures(self) -> Mapping[str, float]:
        """Return the replay ratio, wanted (if it is bounded) and actual, and how many transitions are kept."""
        ratios = {f"replay_{name}": value for name, value in self.ratios[self.reading.node].items()}
        return {**ratios, "transitions_kept": float(self.kept)}

    def state(self) -> dict[str, Any]:
        """Return what `contents` gives if it is small enough to be written every few seconds."""
        return self.contents() if self.held_bytes <= min(SMALL, self.save_up_to) else {}

    def bulk(self) -> dict[str, Any]:
        """Return what `contents` gives if it is too large for that, but not for any checkpoint."""
        return self.contents() if SMALL < self.held_bytes <= self.save_up_to else {}

    def contents(self) -> dict[str, Any]:
        """Return what the shards keep, and the accounts; nothing if nothing came yet."""
        if not self.started and self.unsent:
            self.load(())
        if not self.started:
            return {}
        shards = {source: self.fetch(source, "state") for source in self.sources}
        return {"shards": shards, "accounts": {name: getattr(self, name) for name in ACCOUNTS}}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        if state:
            for name in ACCOUNTS:
                setattr(self, name, state["accounts"][name])
            for source, shard in state["shards"].items():
                self._send(source, "restore", shard)

    @abstractmethod
    def fetch(self, source: str, method: str) -> Any:
        """Call a method of the shard and wait for what it gives."""

    def close(self) -> None:
        """Let go of the shards."""
