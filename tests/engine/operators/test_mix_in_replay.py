"""Mix In Replay lets old batches follow new ones, in an exact proportion."""

from __future__ import annotations

from collections import Counter

import pytest

from engine.kinds import Item
from engine.operators.replay.mix_in_replay import MixInReplay
from tests.engine.operators.pieces import TinyRun, fragment, through


def mixing(proportion: float, slots: int = 100) -> MixInReplay:
    operator = MixInReplay("mix_1", {"proportion": proportion, "slots": slots})
    operator.provide(TinyRun())
    return operator


def reward(item: Item) -> float:
    return float(item.value["reward"][0])


def test_one_and_a_half_gives_one_then_two_old_batches_after_each_new_one() -> None:
    given = [[reward(item) for item in mixing_each] for mixing_each in _each(mixing(1.5), 1, 2, 3, 4)]
    assert [rewards[0] for rewards in given] == [1, 2, 3, 4]
    assert [len(rewards) - 1 for rewards in given] == [0, 1, 2, 1]
    assert given[1] == [2, 1]
    assert set(given[2][1:]) <= {1, 2}


def _each(operator: MixInReplay, *rewards: float) -> list[list[Item]]:
    return [through(operator, fragment(value)) for value in rewards]


@pytest.mark.parametrize("proportion", [0.0, 0.3, 1.0, 2.5])
def test_the_proportion_is_exact_over_many_batches(proportion: float) -> None:
    given = through(mixing(proportion), *(fragment(value) for value in range(1001)))
    assert len(given) == 1001 + round(1000 * proportion)
    assert sum(item.env_steps for item in given) == 1001


def test_a_replayed_item_keeps_its_version_and_carries_the_new_ones_source() -> None:
    operator = mixing(1.0)
    through(operator, fragment(1, source="rollouts_1/0", version=3))
    fresh, old = through(operator, fragment(2, source="rollouts_1/1", version=8))
    assert (fresh.version, fresh.source, fresh.env_steps) == (8, "rollouts_1/1", 1)
    assert (old.version, old.source, old.env_steps, reward(old)) == (3, "rollouts_1/1", 0, 1)


def test_only_the_last_batches_are_drawn_and_each_as_often() -> None:
    operator = mixing(500.0, slots=4)
    through(operator, *(fragment(value) for value in range(10)))
    _, *old = through(operator, fragment(10))
    counts = Counter(map(reward, old))
    assert set(counts) == {6, 7, 8, 9}
    assert sum((count - 125) ** 2 / 125 for count in counts.values()) < 16.3  # 3 degrees of freedom, p = 0.001
