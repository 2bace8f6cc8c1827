"""A bounded queue between two streams."""

from __future__ import annotations

import pytest

from engine.dataflow import ENDED, BoundedQueue, Waiting, dequeue, enqueue, union
from engine.problems import RunFailed
from tests.engine.dataflow.numbers import Items, Never, items, values


def between(given, size):
    """A queue of that size, the stream that puts `given` in, and the one that takes it out."""
    queue = BoundedQueue("q", size)
    return queue, enqueue("e", given, queue), dequeue("d", queue)


def test_what_was_put_in_is_passed_on_and_comes_out_in_order():
    _, put, taken = between(Items("a", items(1, 2, 3)), size=4)
    assert values(put) == [1, 2, 3]
    assert values(taken) == [1, 2, 3]


def test_a_full_queue_lets_nothing_in_so_that_the_source_stands_still():
    source = Items("a", items(1, 2, 3))
    queue, put, _ = between(source, size=2)
    assert [put.pull().value, put.pull().value] == [1, 2]
    assert put.pull() == Waiting("e", "room in q", elsewhere=True)
    assert (queue.depth, next(source.given).value) == (2, 3)


def test_whoever_puts_goes_on_when_one_item_was_taken():
    _, put, taken = between(Items("a", items(1, 2)), size=1)
    put.pull()
    put.pull()
    assert put.meter.since is not None  # blocked
    assert taken.pull().value == 1
    assert put.pull().value == 2
    assert put.meter.since is None


def test_whoever_takes_from_an_empty_queue_waits_for_those_who_put():
    _, put, taken = between(Items("a", items(1)), size=1)
    assert taken.pull() == Waiting("d", "an item in q", elsewhere=True)
    put.pull()
    assert taken.pull().value == 1


def test_taking_ends_when_the_last_who_puts_has_ended():
    queue, put, taken = between(Items("a", items(1)), size=4)
    also = enqueue("f", Items("b", items(2)), queue)
    assert (values(put), put.pull()) == ([1], ENDED)
    assert taken.pull().value == 1
    assert taken.pull() == Waiting("d", "an item in q", elsewhere=True)
    assert values(also) == [2]
    assert values(taken) == [2]


@pytest.mark.parametrize("in_turn", [True, False])
def test_both_ends_in_one_union_keep_each_other_going_through_the_smallest_queue(in_turn):
    _, put, taken = between(Items("a", items(1, 2, 3)), size=1)
    assert values(union("u", [taken], [put], in_turn=in_turn)) == [1, 2, 3]


def test_each_end_counts_what_passes():
    queue, put, taken = between(Items("a", items(1, 2, 3)), size=4)
    values(put)
    taken.pull()
    assert (put.meter.items, queue.meter.items, taken.meter.items, queue.depth) == (3, 1, 1, 2)


def test_a_queue_that_nobody_empties_ends_the_run_and_says_what_to_connect():
    put = enqueue("e", Items("a", items(1, 2)), BoundedQueue("q", 1))
    with pytest.raises(RunFailed, match=r"^e: nobody takes items out of q: connect it to a Learner or a Dequeue$"):
        put.pull()


def test_a_queue_that_nobody_fills_ends_the_run_and_says_what_to_connect():
    with pytest.raises(RunFailed, match=r"^d: nobody puts items into q: connect it to an Enqueue$"):
        dequeue("d", BoundedQueue("q", 1)).pull()


def test_a_source_that_only_waits_leaves_both_ends_waiting():
    _, put, taken = between(Never("n"), size=1)
    assert put.pull() == Waiting("n", "rain")
    assert taken.pull() == Waiting("d", "an item in q", elsewhere=True)
