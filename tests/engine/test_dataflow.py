"""The lazy iterators, shown on a few numbers."""

from __future__ import annotations

from collections import deque

import pytest

from engine.dataflow import (
    ENDED,
    Local,
    Meter,
    Parallel,
    Shards,
    Transform,
    Waiting,
    duplicate,
    gather_async,
    gather_sync,
    union,
)
from engine.declare import Operator
from engine.kinds import Item
from engine.problems import RunFailed


def items(*values, source=""):
    return [Item(value, source, env_steps=1) for value in values]


class Items(Local):
    """A local stream of the given items."""

    def __init__(self, node, given):
        super().__init__(node)
        self.given = iter(given)

    def pull(self):
        return next(self.given, ENDED)


def values(stream):
    """Pull until the stream ends; a stream that stands still fails."""
    pulled, given = stream.pull(), []
    while pulled is not ENDED:
        if isinstance(pulled, Item):
            given.append(pulled.value)
        else:
            assert pulled.moved, pulled
        pulled = stream.pull()
    return given


class Doubled(Operator):
    """Give each number twice over."""

    def each(self, item):
        return (item.carrying(item.value * 2),)


class Odd(Operator):
    """Give odd numbers only."""

    def each(self, item):
        return (item,) if item.value % 2 else ()


class Broken(Operator):
    """Fail at the number 3."""

    def each(self, item):
        if item.value == 3:
            raise ValueError("three is too many")
        return (item,)


class Ranges(Shards):
    """Shards that give numbers; a shard answers when `finish` says so, in that order."""

    def __init__(self, **shards):
        self.sources = tuple(shards)
        self.meters = {}
        self.numbers = {name: iter(numbers) for name, numbers in shards.items()}
        self.asked = []
        self.done = deque()
        self.counted = []

    def load(self, stages):
        self.stages = stages

    def ask(self, source):
        self.asked.append(source)

    def finish(self, source):
        item = Item(next(self.numbers[source]), source, env_steps=1)
        for stage in self.stages:
            (item,) = stage.each(item)
        self.done.append(item)

    def arrived(self):
        while self.done:
            yield self.done.popleft()

    def taken(self, item):
        self.counted.append(item.value)


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
    with pytest.raises(RunFailed, match=r"^filter_7: three is too many$"):
        stream.pull()


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


def test_union_takes_one_of_each_branch_in_turn():
    branches = [Items("a", items(1, 2)), Items("b", items(10, 20))]
    assert values(union("u", branches, [], in_turn=True)) == [1, 10, 2, 20]


def test_union_leaves_out_a_branch_that_ended():
    branches = [Items("a", items(1)), Items("b", items(10, 20, 30))]
    assert values(union("u", branches, [], in_turn=True)) == [1, 10, 20, 30]


def test_union_pulls_driven_branches_and_keeps_their_items():
    driven = Items("b", items(10, 20))
    assert values(union("u", [Items("a", items(1, 2))], [driven], in_turn=True)) == [1, 2]
    assert driven.pull() is ENDED


class Never(Local):
    """A branch that never has anything."""

    def pull(self):
        return Waiting(self.node, "rain")


def test_union_in_turn_waits_for_the_branch_in_turn():
    merged = union("u", [Never("n"), Items("a", items(1))], [], in_turn=True)
    assert merged.pull() == Waiting("n", "rain")
    assert merged.pull() == Waiting("n", "rain")


class Unfilled(Local):
    """A stream that another branch must fill first."""

    def __init__(self, node, lacks):
        super().__init__(node)
        self.lacks = lacks

    def pull(self):
        self.lacks -= 1
        return Item("full") if self.lacks < 0 else Waiting(self.node, "rows", elsewhere=True)


def test_union_in_turn_passes_over_a_branch_that_another_one_must_fill():
    merged = union("u", [Unfilled("r", lacks=2), Items("a", items(1, 2, 3))], [], in_turn=True)
    assert [merged.pull().value for _ in range(4)] == [1, 2, "full", 3]


def test_union_in_turn_stands_still_when_every_branch_waits_for_another():
    merged = union("u", [Unfilled("r", lacks=9), Unfilled("s", lacks=9)], [], in_turn=True)
    assert merged.pull() == Waiting("u", "its branches", moved=False)


def test_union_as_ready_passes_by_a_branch_that_has_nothing():
    merged = union("u", [Never("n"), Items("a", items(1, 2))], [], in_turn=False)
    assert [merged.pull().value, merged.pull().value] == [1, 2]
    assert merged.pull() == Waiting("u", "its branches", moved=True)  # the second branch ended
    assert merged.pull() == Waiting("u", "its branches", moved=False)


def test_duplicate_gives_every_item_to_each_branch():
    whole = duplicate("d", Items("a", items(1, 2)), bound=3)
    first, second = whole.branch(), whole.branch()
    assert values(first) == [1, 2]
    assert values(second) == [1, 2]


def test_duplicate_lets_no_branch_run_further_ahead_than_its_bound():
    whole = duplicate("d", Items("a", items(1, 2, 3)), bound=2)
    fast, slow = whole.branch(), whole.branch()
    assert [fast.pull().value, fast.pull().value] == [1, 2]
    assert fast.pull() == Waiting("d", "its branch 2, which is 2 items behind")
    assert slow.pull().value == 1
    assert fast.pull().value == 3


def test_a_duplicate_counts_each_item_once():
    whole = duplicate("d", Items("a", items(1, 2)), bound=2)
    values(whole.branch())
    assert whole.meter == Meter(items=2, env_steps=2)


def test_a_gather_refuses_a_local_stream_by_name():
    with pytest.raises(RunFailed, match=r"^g: a gather takes a parallel stream"):
        gather_sync(Items("a", []), "g")


def test_a_union_refuses_a_parallel_stream_and_says_what_to_insert():
    with pytest.raises(RunFailed, match=r"^u: .*put a Gather Sync or Gather Async before it"):
        union("u", [Parallel(Ranges(a=[1]))], [], in_turn=True)
