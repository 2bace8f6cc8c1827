"""Gathers, shown on a few numbers: rounds, completion, and shards that come and go."""

from __future__ import annotations

import pytest

from engine.dataflow import Parallel, Waiting, gather_async, gather_sync
from engine.problems import RunFailed
from tests.engine.dataflow.numbers import Doubled, Items, Leaving, Ranges, Sourceless
from tests.engine.operators.pieces import batch


def test_gather_sync_gives_rounds_in_shard_order_whoever_is_first():
    shards = Ranges(a=[1, 2], b=[10, 20])
    gathered = gather_sync(Parallel(shards), "g")
    assert gathered.pull() == Waiting("g", "its workers")
    shards.finish("b")
    assert gathered.pull() == Waiting("g", "its workers")
    shards.finish("a")
    assert [gathered.pull().value for _ in range(2)] == [1, 10]


def test_gather_sync_counts_a_round_when_it_is_whole_and_in_shard_order():
    shards = Ranges(a=[1, 2], b=[10, 20])
    gathered = gather_sync(Parallel(shards), "g")
    gathered.pull()
    shards.finish("b")
    gathered.pull()
    assert shards.counted == []
    shards.finish("a")
    gathered.pull()
    assert shards.counted == [1, 10]


def test_gather_sync_asks_for_the_next_round_only_when_this_one_has_been_pulled():
    shards = Ranges(a=[1, 2], b=[10, 20])
    gathered = gather_sync(Parallel(shards), "g")
    gathered.pull()
    shards.finish("a")
    shards.finish("b")
    gathered.pull()
    gathered.pull()
    assert shards.asked == ["a", "b"]
    gathered.pull()
    assert shards.asked == ["a", "b", "a", "b"]


def test_gather_async_gives_items_in_the_order_of_completion():
    shards = Ranges(a=[1, 2, 3], b=[10, 20])
    gathered = gather_async(Parallel(shards), "g", num_async=1)
    gathered.pull()
    shards.finish("b")
    shards.finish("a")
    assert [gathered.pull().value for _ in range(2)] == [10, 1]


def test_gather_async_keeps_num_async_calls_in_flight_and_refills_before_it_gives():
    shards = Ranges(a=[1, 2, 3])
    gathered = gather_async(Parallel(shards), "g", num_async=2)
    gathered.pull()
    assert shards.asked == ["a", "a"]
    shards.finish("a")
    assert gathered.pull().value == 1
    assert shards.asked == ["a", "a", "a"]


def test_operators_on_a_parallel_stream_are_loaded_onto_the_shards():
    shards = Ranges(a=[1])
    gathered = gather_sync(Parallel(shards).through(Doubled("d")), "g")
    gathered.pull()
    shards.finish("a")
    assert gathered.pull().value == 2


def test_a_gather_refuses_a_local_stream_by_name():
    with pytest.raises(RunFailed, match=r"^g: this node takes a parallel stream"):
        gather_sync(Items("a", []), "g")


def test_gather_sync_joined_gives_each_round_as_one_batch():
    shards = Ranges(a=[batch(reward=[1.0, 2.0])], b=[batch(reward=[3.0])])
    gathered = gather_sync(Parallel(shards), "g", joined=True)
    gathered.pull()
    shards.finish("b")
    shards.finish("a")
    item = gathered.pull()
    assert item.value["reward"].tolist() == [1, 2, 3]
    assert (item.env_steps, item.source) == (2, "b")
    assert gathered.meter.items == 1


def test_gather_sync_joined_refuses_what_is_no_batch_by_name():
    shards = Ranges(a=[1])
    gathered = gather_sync(Parallel(shards), "g", joined=True)
    gathered.pull()
    shards.finish("a")
    with pytest.raises(RunFailed, match=r"^g: "):
        gathered.pull()


def test_a_gather_holds_what_has_arrived_until_it_is_pulled():
    shards = Ranges(a=[1], b=[10])
    gathered = gather_async(Parallel(shards), "g", num_async=1)
    gathered.pull()
    shards.finish("a")
    shards.finish("b")
    gathered.pull()
    assert gathered.depth == 1


@pytest.mark.parametrize("gather", [gather_sync, lambda stream, node: gather_async(stream, node, num_async=1)])
def test_an_item_that_lost_its_source_is_told_with_what_to_do(gather):
    shards = Ranges(a=[1], b=[10])
    gathered = gather(Parallel(shards, (Sourceless("own"),)), "g")
    gathered.pull()
    shards.finish("a")
    with pytest.raises(RunFailed, match=r"g: an item came from '', which is none of a, b \(operators before it must"):
        gathered.pull()


def test_a_shard_that_comes_has_a_part_in_the_next_round():
    shards = Ranges(a=[1, 2], b=[10])
    gathered = gather_sync(Parallel(shards), "g")
    shards.sources = ("a",)
    gathered.pull()
    shards.sources = ("a", "b")
    shards.finish("a")
    assert gathered.pull().value == 1
    gathered.pull()
    shards.finish("b")
    shards.finish("a")
    assert [gathered.pull().value for _ in range(2)] == [2, 10]
    assert shards.asked == ["a", "a", "b"]


def test_what_a_shard_that_left_held_back_goes_on_behind_the_round_that_is_under_way():
    shards = Leaving(a=[1, 2], b=[10, 11])
    gathered = gather_sync(Parallel(shards), "g")
    gathered.pull()
    shards.sources = ("a",)
    for name in ("b", "b", "a"):
        shards.finish(name)
    assert [gathered.pull().value for _ in range(3)] == [1, 10, 11]
    assert shards.counted == [1, 10, 11]
    gathered.pull()
    assert shards.asked == ["a", "b", "a"]


def test_gather_async_asks_a_shard_that_comes_and_asks_none_that_left():
    shards = Leaving(a=[1, 2], b=[10, 20])
    gathered = gather_async(Parallel(shards), "g", num_async=2)
    shards.sources = ("a",)
    gathered.pull()
    shards.sources = ("a", "b")
    gathered.pull()
    assert shards.asked == ["a", "a", "b", "b"]
    shards.sources = ("a",)
    for name in ("b", "b", "a"):
        shards.finish(name)
    assert [gathered.pull().value for _ in range(3)] == [10, 20, 1]
    assert shards.asked == ["a", "a", "b", "b", "a"]


def test_a_shard_that_comes_back_while_it_still_owes_is_asked_only_for_what_is_missing():
    shards = Leaving(a=[1, 2], b=[10, 20, 30])
    gathered = gather_async(Parallel(shards), "g", num_async=2)
    gathered.pull()
    shards.sources = ("a",)
    shards.finish("b")
    assert gathered.pull().value == 10
    shards.sources = ("a", "b")
    gathered.pull()
    assert shards.asked == ["a", "b", "a", "b", "b"]
