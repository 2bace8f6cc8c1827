"""What is told of a plan while it runs: how much waits, who is blocked, and by whom."""

from __future__ import annotations

import pytest

from engine.compiling import Opened
from engine.counters import Counters
from engine.dataflow import BoundedQueue, Waiting, dequeue, enqueue
from engine.events import NodeState, Telemetry
from engine.telemetry import Gauges
from tests.engine.dataflow.numbers import Items, items


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
    watched.gauges.waiting([Waiting("union_1", "its branches", behind=(pulled,))])
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
