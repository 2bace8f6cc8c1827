"""Acting at random: what is drawn, how often, and that nothing is learned from it."""

from __future__ import annotations

import numpy as np
import pytest

from engine.kinds import Batch, Environment
from engine.policies.at_random import AtRandom, choices
from engine.policies.distributions import Categorical, DiagonalGaussian


def test_discrete_actions_are_equally_likely() -> None:
    drawn = choices(Categorical((3,), (0,)), np.random.default_rng(1), (1000, 3))
    assert drawn.shape == (1000, 3)
    assert np.bincount(drawn.ravel()) == pytest.approx([1000, 1000, 1000], rel=0.1)


def test_several_choices_are_drawn_within_their_own_sizes() -> None:
    drawn = choices(Categorical((2, 5), (0, 0), many=True), np.random.default_rng(1), (100, 1))
    assert drawn.max((0, 1)).tolist() == [1, 4]


def test_real_actions_are_uniform_between_bounds_and_normal_without() -> None:
    actions = DiagonalGaussian((-2.0, -np.inf), (2.0, np.inf), (2,))
    bounded, free = np.moveaxis(choices(actions, np.random.default_rng(1), (2000, 2)), 2, 0)
    assert (bounded.min(), bounded.max()) == pytest.approx((-2, 2), abs=0.01)
    assert bounded.std() == pytest.approx(4 / np.sqrt(12), rel=0.05)
    assert (free.mean(), free.std()) == pytest.approx((0, 1), abs=0.05)


def test_the_same_generator_gives_the_same_actions() -> None:
    def drawn() -> list[list[int]]:
        acting = AtRandom("Random Policy", Environment("CartPole-v1")).blueprint.build()
        rng = np.random.default_rng(3)
        return [acting.act(np.zeros((4, 4)), rng)[0].tolist() for _ in range(300)]

    assert drawn() == drawn()


def test_it_refuses_to_learn() -> None:
    policy = AtRandom("Random Policy", Environment("CartPole-v1"))
    with pytest.raises(ValueError, match="Random Policy cannot learn"):
        policy.learn(Batch({"obs": np.zeros((2, 4))}), 1, 2, np.random.default_rng(0))
