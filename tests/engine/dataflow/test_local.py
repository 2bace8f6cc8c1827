"""A stream on the driver, shown on a few numbers."""

from __future__ import annotations

import pytest

from engine.dataflow import ENDED, Meter, Transform, Waiting
from engine.declare import Operator
from engine.problems import RunFailed
from tests.engine.dataflow.numbers import Broken, Doubled, Items, Odd, Twice, items, values


def test_a_transform_gives_what_its_operator_gives():
    assert values(Transform(Items("a", items(1, 2, 3)), Doubled("d"))) == [2, 4, 6]


def test_a_transform_that_drops_an_item_says_that_it_moved():
    stream = Transform(Items("a", items(2, 3)), Odd("o"))
    assert stream.pull() == Waiting("o", "more items", moved=True)
    assert stream.pull().value == 3
    assert stream.pull() is ENDED


def test_a_transform_counts_what_leaves_it():
    stream = Transform(Items("a", items(1, 2, 3)), Odd("o"))
    values(stream)
    assert (stream.meter.items, stream.meter.env_steps) == (2, 2)


def test_an_error_in_an_operator_names_its_node():
    stream = Transform(Items("a", items(3)), Broken("filter_7"))
    with pytest.raises(RunFailed, match=r"^filter_7: three is too many \(look at line \d+ of \w+\.py, in each;"):
        stream.pull()


def test_a_transform_holds_what_an_operator_gives_at_once_until_it_is_pulled():
    stream = Transform(Items("a", items(1, 2)), Twice("t"))
    stream.pull()
    assert stream.depth == 1
    assert values(stream) == [1, 2, 2]


def test_a_meter_adds_up_the_time_that_its_node_stood_blocked():
    meter = Meter(blocked=1.0, since=100.0)
    meter.block()
    assert meter.blocked_until(102.5) == 3.5  # blocked since then, however often it is told
    meter.go_on()
    assert meter.since is None
    assert meter.blocked == meter.blocked_until(200.0) != 1.0


def test_the_roots_of_a_wait_are_what_the_innermost_branches_wait_for():
    rain, snow = Waiting("a", "rain"), Waiting("b", "snow")
    inner = Waiting("u", "its branches", behind=(rain, snow))
    assert list(Waiting("v", "its branches", behind=(inner, rain)).roots()) == [rain, snow, rain]
    assert list(rain.roots()) == [rain]


def test_a_chain_may_be_thousands_of_operators_long():
    stream = Items("a", items(1, 2))
    for index in range(3000):
        stream = Transform(stream, Odd(f"o{index}"))
    assert values(stream) == [1]


class Pairs(Operator):
    """Give each two numbers together, and one that is left at the end alone."""

    def __init__(self, node):
        super().__init__(node)
        self.parts = []

    def each(self, item):
        self.parts.append(item.value)
        return self.rest() if len(self.parts) == 2 else ()

    def rest(self):
        parts, self.parts = self.parts, []
        return items(tuple(parts)) if parts else ()


def test_when_a_stream_ends_an_operator_gives_what_it_held_back_and_then_it_has_ended_for_ever():
    stream = Transform(Transform(Items("a", items(1, 2, 3)), Pairs("pairs_1")), Doubled("double_1"))
    assert values(stream) == [(1, 2, 1, 2), (3, 3)]
    assert [stream.pull() for _ in range(3)] == [ENDED] * 3


def test_what_is_left_over_is_kept_and_given_when_the_run_goes_on():
    stream = Transform(Items("a", items(1)), Twice("twice_1"))
    first = stream.pull().value
    resumed = Transform(Items("a", items(2)), Twice("twice_1"))
    resumed.restore(stream.state())
    assert [first, *values(resumed)] == values(Transform(Items("a", items(1, 2)), Twice("twice_1")))
