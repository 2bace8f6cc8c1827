"""Every N passes on each n-th item, or one each n env steps."""

from __future__ import annotations

from engine.kinds import Item
from engine.operators.flow.every_n import EveryN
from tests.engine.operators.pieces import through


def test_the_third_and_the_sixth_of_six_items_pass() -> None:
    given = through(EveryN("every_1", {"n": 3}), *(Item(number) for number in range(1, 7)))
    assert [item.value for item in given] == [3, 6]


def test_of_items_of_512_env_steps_each_second_passes_for_a_thousand() -> None:
    items = [Item(number, env_steps=512) for number in range(1, 5)]
    given = through(EveryN("every_1", {"n": 1000, "count": "env_steps"}), *items)
    assert [item.value for item in given] == [2, 4]


def test_a_resumed_run_goes_on_counting() -> None:
    before, after = EveryN("every_1", {"n": 3}), EveryN("every_1", {"n": 3})
    through(before, Item(1), Item(2))
    after.restore(before.state())
    assert [item.value for item in through(after, Item(3), Item(4))] == [3]
