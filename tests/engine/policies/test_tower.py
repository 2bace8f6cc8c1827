"""A tower whose biases are weights of a unit that is always 1: the numbers of the plain formula."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from engine.policies.tower import AT_ONCE, Tower
from engine.policies.towers import ACTIVATIONS, ONES

Layer = tuple[np.ndarray, np.ndarray]


def layers(*widths: int) -> list[Layer]:
    rng = np.random.default_rng(0)
    return [(rng.standard_normal((i, o), np.float32), rng.standard_normal(o, np.float32)) for i, o in pairwise(widths)]


def plain(obs: np.ndarray, made: list[Layer], activation: str) -> np.ndarray:
    """The textbook's formula in double precision."""
    *hidden, (weight, bias) = [(weight.astype(float), bias.astype(float)) for weight, bias in made]
    for inner, inner_bias in hidden:
        obs = obs @ inner + inner_bias
        obs = np.tanh(obs) if activation == "tanh" else np.maximum(obs, 0)
    return obs @ weight + bias


def tower(made: list[Layer], activation: str = "tanh") -> Tower:
    built = Tower(ACTIVATIONS[activation], ONES[activation])
    built.load(made)
    return built


@pytest.mark.parametrize("activation", ["tanh", "relu"])
@pytest.mark.parametrize("widths", [(3, 2), (3, 8, 2), (3, 8, 5, 2)])
def test_it_computes_an_mlp(widths: tuple[int, ...], activation: str) -> None:
    made, obs = layers(*widths), np.random.default_rng(1).standard_normal((7, 3))
    np.testing.assert_allclose(tower(made, activation)(obs), plain(obs, made, activation), atol=1e-5)


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_unit_that_is_one_is_exactly_one(activation: str) -> None:
    one = np.full(17, ONES[activation], np.float32)
    assert set(ACTIVATIONS[activation](one, out=one).tolist()) == {1.0}


def test_more_and_fewer_rows_and_other_weights_follow_one_another() -> None:
    first, second = layers(3, 8, 2), layers(3, 4, 1)
    obs, built = np.random.default_rng(1).standard_normal((9, 3)), tower(first)
    for made in (first, second):
        built.load(made)
        for rows in (2, 9, 1, 2):
            np.testing.assert_allclose(built(obs[:rows]), plain(obs[:rows], made, "tanh"), atol=1e-5)


def test_many_rows_go_through_in_parts_and_stay() -> None:
    made, obs = layers(3, 8, 2), np.random.default_rng(1).standard_normal((2 * AT_ONCE + 5, 3))
    built = tower(made)
    seen = built.in_parts(obs)
    built.in_parts(-obs)
    np.testing.assert_allclose(seen, plain(obs, made, "tanh"), atol=1e-5)
