"""Nothing enters an operator that has no room."""

from __future__ import annotations

from engine.dataflow import ENDED, Waiting
from engine.dataflow.gate import gated
from engine.declare import Operator
from tests.engine.dataflow.numbers import Items, items


class Kept(Operator):
    """Remember what came."""

    def __init__(self, node, params=None):
        super().__init__(node, params)
        self.came = []

    def each(self, item):
        self.came.append(item.value)
        return (item,)


def test_an_operator_that_is_full_lets_nothing_in_and_says_what_it_waits_for():
    operator, source = Kept("store_1"), Items("a", items(1, 2, 3))
    stream = gated(source, operator, lambda: len(operator.came) >= 2, "room in buffer_1")
    assert [stream.pull().value, stream.pull().value] == [1, 2]
    assert stream.pull() == Waiting("store_1", "room in buffer_1")
    assert stream.meter.since is not None  # blocked
    assert next(source.given).value == 3


def test_it_goes_on_when_there_is_room_again_and_counts_what_leaves():
    operator = Kept("store_1")
    stream = gated(Items("a", items(1, 2)), operator, lambda: len(operator.came) == 1, "room")
    stream.pull()
    stream.pull()
    operator.came.clear()
    assert stream.pull().value == 2
    assert (stream.meter.items, stream.meter.since) == (2, None)
    operator.came.clear()
    assert stream.pull() is ENDED
