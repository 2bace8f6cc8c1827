"""What is told of a plan while it runs: how much waits, who is blocked, and by whom."""

from __future__ import annotations

import time

import psutil
import pytest

from engine.compiling import Opened
from engine.counters import Counters
from engine.dataflow import BoundedQueue, Parallel, Waiting, dequeue, enqueue, gather_async
from engine.events import NodeState, Telemetry
from engine.kinds import Item
from engine.telemetry import Gauges
from tests.engine.dataflow.numbers import Items, Ranges, items


class Watched:
    """A queue of 2 between two streams, and the gauges on them."""

    def __init__(self) -> None:
        self.queue = BoundedQueue("queue_1", 2)
        self.putting = enqueue("enqueue_1", Items("a", items(*range(9))), self.queue)
        self.taking = dequeue("dequeue_1", self.queue)
        streams = {"enqueue_1": self.putting, "dequeue_1": self.taking}
        self.gauges = Gauges(Opened((), streams, {"queue_1": self.queue}), {}, 0)

        self.states: dict[str, NodeState] = {}

    def read(self) -> Telemetry:
        """The numbers since the last reading; the states that were told so far are kept."""
        *states, numbers = self.gauges.read(Counters(), 1.0)
        assert isinstance(numbers, Telemetry)
        self.states |= {state.node: state for state in states if isinstance(state, NodeState)}
        return numbers


def test_a_queue_tells_how_much_waits_in_it_and_how_much_went_through() -> None:
    watched = Watched()
    watched.putting.pull()
    watched.putting.pull()
    watched.taking.pull()
    numbers = watched.read()
    queue = numbers.nodes["queue_1"]
    assert (queue.queued, queue.room, queue.items) == (1, 2, 1)
    assert (numbers.nodes["enqueue_1"].items, numbers.nodes["dequeue_1"].items) == (2, 1)


def test_who_finds_no_room_is_blocked_until_there_is_some_and_says_what_it_waits_for() -> None:
    watched = Watched()
    for _ in range(3):
        pulled = watched.putting.pull()
    assert isinstance(pulled, Waiting)
    with watched.gauges.waiting([Waiting("union_1", "its branches", behind=(pulled,))]):
        pass
    watched.read()
    numbers = watched.read()
    assert numbers.nodes["enqueue_1"].blocked == pytest.approx(1)
    assert (watched.states["enqueue_1"].state, watched.states["enqueue_1"].detail) == ("blocked", "room in queue_1")
    watched.taking.pull()
    watched.putting.pull()
    watched.read()
    numbers = watched.read()
    assert numbers.nodes["enqueue_1"].blocked == 0
    assert watched.states["enqueue_1"].state == "running"


def test_the_cores_of_the_machine_are_told_with_their_work() -> None:
    watched = Watched()
    until = time.monotonic() + 0.1
    while time.monotonic() < until:
        pass
    numbers = watched.read()
    assert numbers.cores == psutil.cpu_count()
    assert 0 < numbers.cores_busy <= 1


def test_who_gets_nothing_waits_and_so_does_who_comes_after_it_but_nobody_before() -> None:
    streams = {name: Items(name, items(1)) for name in ("gather_1", "train_1", "store_1")}
    wires = {"store_1.stored→gather_1.shards": "store_1", "gather_1.items→train_1.batches": "gather_1"}
    gauges = Gauges(Opened((), streams, {}), wires, 0)
    with gauges.waiting([Waiting("gather_1", "its workers")]):
        waited_from = time.monotonic()
        while time.monotonic() - waited_from < 0.01:
            pass
    *_, numbers = gauges.read(Counters(), 1.0)
    shares = {node: round(each.waiting, 1) for node, each in numbers.nodes.items()}
    assert shares == {"gather_1": pytest.approx(1, abs=0.2), "train_1": pytest.approx(1, abs=0.2), "store_1": 0}


class Aged(Ranges):
    """Numbers that are as many updates old as they say."""

    def lag(self, item: Item) -> int:
        return int(item.value)


def test_a_gather_tells_how_old_the_policies_are_that_sampled_what_it_gives() -> None:
    shards = Aged(a=[0, 0, 1, 9])
    gathered = gather_async(Parallel(shards), "gather_1", num_async=1)
    gauges = Gauges(Opened((), {"gather_1": gathered}, {}), {}, 0)
    gathered.pull()
    for _ in range(4):
        shards.finish("a")
        gathered.pull()
    *_, numbers = gauges.read(Counters(), 1.0)
    assert (numbers.nodes["gather_1"].lag, numbers.nodes["gather_1"].lag_p95) == (0, 9)
