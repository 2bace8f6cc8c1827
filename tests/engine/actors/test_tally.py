"""Returns and lengths of episodes, across fragments and environments."""

from __future__ import annotations

import numpy as np

from engine.actors.tally import Tally
from engine.kinds import Episode


def rewards(*columns: list[float]) -> np.ndarray:
    return np.array(columns, np.float64).T


def test_an_episode_goes_on_in_the_next_fragment() -> None:
    tally = Tally(1)
    assert tally.add(rewards([1, 2, 3, 4]), [(1, 0)]) == (Episode(3.0, 2),)
    assert (tally.returns, tally.lengths) == ([7.0], [2])
    assert tally.add(rewards([5, 6]), [(0, 0), (1, 0)]) == (Episode(12.0, 3), Episode(6.0, 1))
    assert (tally.returns, tally.lengths) == ([0.0], [0])


def test_environments_are_counted_apart_in_order_of_time() -> None:
    tally = Tally(2)
    assert tally.add(rewards([1, 1, 1], [10, 10, 10]), [(0, 1), (2, 0)]) == (Episode(10.0, 1), Episode(3.0, 3))
    assert tally.state() == {"returns": [0.0, 20.0], "lengths": [0, 2]}


def test_rewards_are_added_one_after_another_as_a_loop_adds_them() -> None:
    drawn = np.random.default_rng(0).standard_normal(50)
    total = 0.0
    for reward in drawn.tolist():
        total += reward
    first = Tally(1)
    first.add(drawn[:20, None], [])
    second = Tally(1)
    second.restore(first.state())
    (episode,) = second.add(drawn[20:, None], [(29, 0)])
    assert (episode.episode_return, episode.length) == (total, 50)
