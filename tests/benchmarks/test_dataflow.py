"""What the driver itself costs: the pull loop, without any operator's work, and waking up."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future

import pytest

from engine.actors.calls import Call, Calls
from engine.dataflow import (
    ENDED,
    BoundedQueue,
    Local,
    Meter,
    Parallel,
    Pulled,
    Shards,
    dequeue,
    duplicate,
    enqueue,
    gather_async,
    union,
)
from engine.declare import Operator
from engine.kinds import Item

pytestmark = pytest.mark.bench


class Same(Local):
    """Gives the same item so many times."""

    def __init__(self, times: int) -> None:
        super().__init__("source_1")
        self.left = times
        self.item = Item(1, "a", env_steps=1)

    def pull(self) -> Pulled:
        if not self.left:
            return ENDED
        self.left -= 1
        return self.item


class Passing(Operator):
    """Pass everything on."""


def seconds_to_drain(stream: Local) -> float:
    """Seconds of this process alone: what else the machine does is no cost of ours."""
    start = time.process_time()
    while stream.pull() is not ENDED:
        pass
    return time.process_time() - start


def report(name: str, microseconds: float) -> float:
    print(f"{name}: {microseconds:.2f} µs")  # noqa: T201  # a benchmark's whole point
    return microseconds


@pytest.mark.parametrize("operators", [10, 100, 1000, 5000])
def test_an_item_costs_at_most_5_microseconds_an_operator(operators: int) -> None:
    items = 200_000 // operators
    stream: Local = Same(items)
    for index in range(operators):
        stream = stream.through(Passing(f"pass_{index}"))
    each = seconds_to_drain(stream) / items / operators
    assert report(f"{operators} operators, an item and operator", 1e6 * each) < 5


def test_a_union_of_duplicated_branches_costs_at_most_5_microseconds_an_item_and_operator() -> None:
    items = 20_000
    whole = duplicate("copy_1", Same(items), bound=16)
    branches = [whole.branch(f"pass_{index}").through(Passing(f"pass_{index}")) for index in range(4)]
    merged = union("union_1", branches[:2], branches[2:], in_turn=True)
    each = seconds_to_drain(merged) / items / 6  # duplicate, four operators, union
    assert report("duplicate, 4 branches and union, an item and operator", 1e6 * each) < 5


@pytest.mark.parametrize("in_turn", [True, False])
def test_an_item_through_a_queue_costs_at_most_5_microseconds_an_operator(in_turn: bool) -> None:
    items = 20_000
    queue = BoundedQueue("queue_1", 4)
    put, taken = enqueue("enqueue_1", Same(items), queue), dequeue("dequeue_1", queue)
    each = seconds_to_drain(union("union_1", [taken], [put], in_turn=in_turn)) / items / 3
    assert report(f"through a queue, in turn {in_turn}, an item and operator", 1e6 * each) < 5


class Ready(Shards):
    """Shards whose every call is answered at once: what is left is the ledger and the gather."""

    def __init__(self, count: int) -> None:
        self.calls, self.inbox = Calls(), deque[Item]()
        self.sources = tuple(f"a/{index}" for index in range(count))
        self.meters: dict[str, Meter] = {}

    def load(self, stages: Sequence[Operator]) -> None:
        pass

    def ask(self, source: str) -> None:
        future: Future[Item] = Future()
        self.calls.submit(future, Call(source, lambda _, item: self.inbox.append(item), _fail, 0.0, 1e9))
        future.set_result(Item(1, source, env_steps=1))

    def arrived(self) -> Iterable[Item]:
        if not self.inbox:
            self.calls.poll(0)
        while self.inbox:
            yield self.inbox.popleft()

    def taken(self, item: Item) -> None:
        pass


def test_a_call_costs_hardly_more_with_many_actors_than_with_two() -> None:
    def seconds_each(actors: int) -> float:
        gathered, items = gather_async(Parallel(Ready(actors)), "gather_1", num_async=2), 20_000
        start = time.process_time()
        for _ in range(items):
            assert isinstance(gathered.pull(), Item)
        return report(f"{actors} actors, a call and its item", 1e6 * (time.process_time() - start) / items)

    few, *_, many = [seconds_each(actors) for actors in (2, 8, 32, 128)]
    assert many < 4 * few  # memory lies further apart, but nothing is searched for


def test_the_driver_wakes_within_a_millisecond_of_a_thread_that_is_done() -> None:
    calls, delays = Calls(), []
    for _ in range(200):
        future: Future[float] = Future()
        calls.submit(future, Call("a", lambda source, done: delays.append(time.perf_counter() - done), _fail, 0.0, 1e9))
        thread = threading.Timer(0.001, lambda future: future.set_result(time.perf_counter()), [future])
        thread.start()
        assert calls.poll(10)
        thread.join()
    assert report("waking up, median", 1e6 * sorted(delays)[len(delays) // 2]) < 1000


def _fail(source: str, error: Exception) -> None:
    raise error
