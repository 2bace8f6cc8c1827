"""Every T passes on one item an interval."""

from __future__ import annotations

from engine.kinds import Item
from engine.operators.flow.every_t import EveryT
from tests.engine.operators.pieces import through


def test_the_first_item_passes_and_those_within_the_interval_do_not() -> None:
    given = through(EveryT("every_1", {"seconds": 3600}), Item(1), Item(2), Item(3))
    assert [item.value for item in given] == [1]


def test_no_interval_lets_everything_pass() -> None:
    given = through(EveryT("every_1", {"seconds": 0}), Item(1), Item(2))
    assert [item.value for item in given] == [1, 2]
