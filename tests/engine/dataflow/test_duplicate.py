"""One stream that several nodes read."""

from __future__ import annotations

from engine.dataflow import Meter, Waiting, duplicate
from tests.engine.dataflow.numbers import Items, items, values


def test_duplicate_gives_every_item_to_each_branch():
    whole = duplicate("d", Items("a", items(1, 2)), bound=3)
    first, second = whole.branch("r"), whole.branch("s")
    assert values(first) == [1, 2]
    assert values(second) == [1, 2]


def test_duplicate_lets_no_branch_run_further_ahead_than_its_bound():
    whole = duplicate("d", Items("a", items(1, 2, 3)), bound=2)
    fast, slow = whole.branch("r"), whole.branch("s")
    assert [fast.pull().value, fast.pull().value] == [1, 2]
    assert fast.pull() == Waiting("d", "s to take some of the 2 items that it is behind", elsewhere=True)
    assert slow.pull().value == 1
    assert fast.pull().value == 3


def test_a_duplicate_counts_each_item_once():
    whole = duplicate("d", Items("a", items(1, 2)), bound=2)
    values(whole.branch("r"))
    assert whole.meter == Meter(items=2, env_steps=2)


def test_a_duplicate_is_blocked_as_long_as_one_branch_is_too_far_behind():
    whole = duplicate("d", Items("a", items(1, 2, 3)), bound=1)
    fast, slow = whole.branch("r"), whole.branch("s")
    fast.pull()
    assert whole.depth == 1
    assert whole.meter.since is None
    fast.pull()
    assert whole.meter.since is not None
    slow.pull()
    fast.pull()
    assert whole.meter.since is None
    assert whole.meter.blocked > 0


def test_what_waits_for_a_branch_is_kept_once_and_comes_back():
    whole = duplicate("d", Items("a", items(1, 2, 3)), bound=3)
    fast, slow = whole.branch("r"), whole.branch("s")
    assert [fast.pull().value, fast.pull().value, slow.pull().value] == [1, 2, 1]
    assert len(whole.state()["items"]) == 1
    again = duplicate("d", Items("a", items(3)), bound=3)
    fast, slow = again.branch("r"), again.branch("s")
    again.restore(whole.state())
    assert (values(fast), values(slow)) == ([3], [2, 3])
