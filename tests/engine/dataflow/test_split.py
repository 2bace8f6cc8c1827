"""One stream of which parts go different ways."""

from __future__ import annotations

import pytest

from engine.dataflow import Meter, Waiting, split
from engine.problems import RunFailed
from tests.engine.dataflow.numbers import Items, items, values


def odd_and_even(item):
    return {"odd" if item.value % 2 else "even": item}


def parted(*numbers, bound=4):
    whole = split("s", Items("a", items(*numbers)), bound, odd_and_even)
    return whole, whole.branch("r", "odd"), whole.branch("t", "even")


def test_each_branch_gives_what_leaves_at_its_port():
    whole, odd, even = parted(1, 2, 3, 4)
    assert values(odd) == [1, 3]
    assert values(even) == [2, 4]
    assert whole.meter.items == 4


def test_a_branch_for_which_nothing_came_says_that_something_moved():
    _, odd, even = parted(2, 1)
    assert odd.pull() == Waiting("s", "items for this branch", moved=True)
    assert odd.pull().value == 1
    assert even.pull().value == 2


def test_no_branch_runs_further_ahead_than_the_bound():
    _, odd, even = parted(2, 4, 6, 1, bound=2)
    odd.pull(), odd.pull()
    assert odd.pull() == Waiting("s", "t to take some of the 2 items that it is behind", elsewhere=True)
    assert even.pull().value == 2
    assert odd.pull().moved


def test_what_waits_comes_back():
    whole, odd, _ = parted(2, 4, 1)
    odd.pull(), odd.pull()
    again, odd, even = parted(1)
    again.restore(whole.state())
    assert values(even) == [2, 4]
    assert values(odd) == [1]


def test_an_error_names_the_node_and_the_item_counts():
    whole = split("s", Items("a", items(1)), 4, lambda item: {}[item.value])
    with pytest.raises(RunFailed, match="KeyError: 1") as error:
        whole.branch("r", "odd").pull()
    assert error.value.problems[0].where.node == "s"
    assert whole.meter.items == Meter(items=1).items
