"""A tap: items pass it, are held by it, and it leaves the wire when nobody looks any more."""

from __future__ import annotations

import pytest

from engine.dataflow import Tap, Transform, Waiting, duplicate, enqueue, union
from engine.dataflow.gate import gated
from engine.dataflow.queue import BoundedQueue
from tests.engine.dataflow.numbers import Doubled, Items, items, values


def numbers(node="items"):
    return Items(node, items(1, 2, 3))


def test_items_that_are_not_held_pass_and_are_seen():
    upstream, seen = numbers(), []
    reader = Transform(upstream, Doubled("doubled"))
    Tap(reader, upstream, lambda item: seen.append(item.value))
    assert values(reader) == [2, 4, 6]
    assert seen == [1, 2, 3]


def test_an_item_that_is_held_is_given_by_the_next_pull():
    upstream = numbers()
    reader = Transform(upstream, Doubled("doubled"))
    tap = Tap(reader, upstream, lambda item: item.value == 2)
    assert reader.pull().value == 2
    held = reader.pull()
    assert isinstance(held, Waiting)
    assert held.moved  # the session pulls again, unless it pauses
    assert tap.held.value == 2
    assert values(reader) == [4, 6]


def test_an_item_that_is_dropped_goes_no_further():
    upstream = numbers()
    reader = Transform(upstream, Doubled("doubled"))
    tap = Tap(reader, upstream, lambda item: item.value == 2)
    reader.pull()
    reader.pull()
    tap.held = None
    assert values(reader) == [6]


def test_a_tap_that_nobody_looks_through_leaves_the_wire_at_the_next_pull():
    upstream = numbers()
    reader = Transform(upstream, Doubled("doubled"))
    tap = Tap(reader, upstream, lambda item: True)
    reader.pull()
    assert reader.upstream is tap
    tap.look = None
    assert reader.pull().value == 2  # what it held comes first
    assert reader.upstream is upstream
    assert not tap.stands


@pytest.mark.parametrize(
    "reader_of",
    [
        lambda stream: Transform(stream, Doubled("reader")),
        lambda stream: gated(stream, Doubled("reader"), lambda: False, "room"),
        lambda stream: duplicate("reader", stream, 2),
        lambda stream: union("reader", [Items("other", ()), stream], [], in_turn=True),
        lambda stream: union("reader", [stream], [Items("other", ())], in_turn=False),
    ],
    ids=["transform", "gate", "duplicate", "union in turn", "union as ready"],
)
def test_a_tap_can_stand_before_every_stream_that_pulls_another(reader_of):
    upstream, seen = numbers(), []
    reader = reader_of(upstream)
    first = reader.branch("first")
    Tap(reader, upstream, lambda item: seen.append(item.value))
    values(first)
    assert seen == [1, 2, 3]


def test_a_tap_can_stand_before_a_queue():
    upstream, seen = numbers(), []
    queue = BoundedQueue("queue", room=4)
    queue.takers = 1
    reader = enqueue("reader", upstream, queue)
    Tap(reader, upstream, lambda item: seen.append(item.value))
    assert values(reader) == seen == [1, 2, 3]


def test_a_tap_cannot_stand_where_no_wire_is():
    reader = Transform(numbers(), Doubled("doubled"))
    with pytest.raises(ValueError, match="doubled does not pull what leaves other: its items cannot be held"):
        Tap(reader, numbers("other"), lambda item: True)
