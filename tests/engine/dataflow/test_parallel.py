"""Parallel streams side by side, shown on a few numbers."""

from __future__ import annotations

import pytest

from engine.dataflow import Meter, Parallel, gather_async, gather_sync, side_by_side
from engine.problems import RunFailed
from tests.engine.dataflow.numbers import Doubled, Items, Ranges, items


def test_streams_side_by_side_are_gathered_in_rounds_of_all_their_shards():
    first, second = Ranges(a=[1, 2]), Ranges(b=[10], c=[20])
    gathered = gather_sync(side_by_side("s", [Parallel(first), Parallel(second)]), "g")
    gathered.pull()
    for shards, name in ((second, "c"), (first, "a"), (second, "b")):
        shards.finish(name)
    assert [gathered.pull().value for _ in range(3)] == [1, 10, 20]
    assert (first.counted, second.counted) == ([1], [10, 20])


def test_streams_side_by_side_go_through_their_own_operators_and_then_the_common_ones():
    first, second = Ranges(a=[1]), Ranges(b=[10])
    both = side_by_side("s", [Parallel(first).through(Doubled("d")), Parallel(second)])
    gathered = gather_async(both.through(Doubled("e")), "g", num_async=1)
    gathered.pull()
    first.finish("a")
    second.finish("b")
    assert [gathered.pull().value for _ in range(2)] == [4, 20]


def test_streams_side_by_side_add_up_the_meters_of_an_operator_that_both_run():
    first, second = Ranges(a=[1]), Ranges(b=[10])
    first.meters = {"r1": Meter(3), "e": Meter(2)}
    second.meters = {"r2": Meter(4), "e": Meter(5)}
    meters = side_by_side("s", [Parallel(first), Parallel(second)]).shards.meters
    assert {node: meter.items for node, meter in meters.items()} == {"r1": 3, "e": 7, "r2": 4}


def test_streams_side_by_side_lack_something_only_if_none_can_give():
    first, second = Ranges(a=[1]), Ranges(b=[10])
    both = side_by_side("s", [Parallel(first), Parallel(second)]).shards
    first.lacking = "rows"
    assert both.lacking == ""
    second.lacking = "rows too"
    assert both.lacking == "rows"


def test_a_local_stream_cannot_stand_beside_a_parallel_one():
    with pytest.raises(RunFailed, match=r"^s: this node takes a parallel stream"):
        side_by_side("s", [Parallel(Ranges(a=[1])), Items("i", items(1))])


def test_streams_side_by_side_may_have_shards_that_come():
    first, second = Ranges(a=[1], c=[3]), Ranges(b=[10])
    first.sources = ("a",)
    gathered = gather_async(side_by_side("s", [Parallel(first), Parallel(second)]), "g", num_async=1)
    gathered.pull()
    first.sources = ("a", "c")
    gathered.pull()
    first.finish("c")
    assert gathered.pull().value == 3
    assert (first.asked, first.counted) == (["a", "c", "c"], [3])
