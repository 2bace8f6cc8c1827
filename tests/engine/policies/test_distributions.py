"""Actions chosen in numpy: the right frequencies, and the log-probabilities that the learner computes."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
import torch

from engine.losses import likelihoods
from engine.policies.distributions import Categorical, DiagonalGaussian, Distribution

NOTHING = np.empty(0, np.float32)
ONE = Categorical((3,), (0,))
SEVERAL = Categorical((3, 2), (0, 0), many=True)
REALS = DiagonalGaussian((-1.0, -1.0), (1.0, 2.0), (2,))


def numbers(rows: int, size: int) -> np.ndarray:
    return np.random.default_rng(3).standard_normal((rows, size)).astype(np.float32)


def test_choices_come_as_often_as_the_softmax_says() -> None:
    rows = 40_000
    probabilities = np.array([0.1, 0.2, 0.7])
    logits = np.tile(np.log(probabilities).astype(np.float32), (rows, 1))
    (noise,) = ONE.noise(np.random.default_rng(0), 1, rows)
    shares = np.bincount(ONE.sample(logits, NOTHING, noise), minlength=3) / rows
    deviations = np.sqrt(probabilities * (1 - probabilities) / rows)
    assert (np.abs(shares - probabilities) < 4 * deviations).all()


def test_several_choices_are_independent_of_each_other() -> None:
    rows = 20_000
    logits = np.zeros((rows, 5), np.float32)
    (noise,) = SEVERAL.noise(np.random.default_rng(0), 1, rows)
    actions = SEVERAL.sample(logits, NOTHING, noise)
    pairs = np.bincount(actions[:, 0] * 2 + actions[:, 1], minlength=6) / rows
    assert np.abs(pairs - 1 / 6).max() < 4 * math.sqrt(1 / 6 * 5 / 6 / rows)


def test_a_gaussian_has_its_mean_and_deviation() -> None:
    rows = 40_000
    (noise,) = REALS.noise(np.random.default_rng(0), 1, rows)
    actions = REALS.sample(np.full((rows, 2), 3, np.float32), np.log(np.array([0.5, 2], np.float32)), noise)
    np.testing.assert_allclose(actions.mean(0), [3, 3], atol=4 * 2 / math.sqrt(rows))
    np.testing.assert_allclose(actions.std(0), [0.5, 2], rtol=0.02)


@pytest.mark.parametrize("distribution", [ONE, SEVERAL, REALS])
def test_every_sample_is_a_row_of_the_action_column(distribution: Distribution) -> None:
    free = np.zeros(distribution.free, np.float32)
    (noise,) = distribution.noise(np.random.default_rng(0), 1, 4)
    given = numbers(4, distribution.size)
    for actions in (distribution.sample(given, free, noise), distribution.mode(given)):
        shape, dtype = distribution.row
        assert actions.shape == (4, *shape)
        assert actions.dtype == dtype


def test_the_mode_is_the_largest_logit_and_the_mean() -> None:
    assert ONE.mode(np.array([[0, 2, 1]], np.float32)).tolist() == [1]
    assert SEVERAL.mode(np.array([[0, 2, 1, 5, 4]], np.float32)).tolist() == [[1, 0]]
    assert REALS.mode(np.array([[3, 4]], np.float32)).tolist() == [[3, 4]]


def test_log_probabilities_are_those_of_the_learner() -> None:
    given, free = numbers(6, 5), np.array([0.3, -1], np.float32)
    one, several, reals = np.array([0, 1, 2, 2, 1, 0]), np.array([[0, 1]] * 3 + [[2, 0]] * 3), numbers(6, 2) * 2
    pairs = [
        (
            ONE.log_probability(given[:, :3], NOTHING, one),
            likelihoods.categorical(torch.tensor(given[:, :3]), torch.tensor(one))[0],
        ),
        (
            SEVERAL.log_probability(given, NOTHING, several),
            likelihoods.categoricals(torch.tensor(given), torch.tensor(several), (3, 2))[0],
        ),
        (
            REALS.log_probability(given[:, :2], free, reals),
            likelihoods.gaussian(torch.tensor(given[:, :2]), torch.tensor(free), torch.tensor(reals))[0],
        ),
    ]
    for ours, theirs in pairs:
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-5, atol=1e-6)


def test_large_logits_do_not_overflow() -> None:
    logp = ONE.log_probability(np.array([[1000, 0, 0]], np.float32), NOTHING, np.array([0]))
    assert logp.tolist() == [0]


def test_environments_get_plain_numbers_counted_from_their_start() -> None:
    actions = Categorical((3,), (5,)).to_environment(np.array([0, 2]))
    assert actions == [5, 7]
    assert {type(action) for action in actions} == {int}


def test_environments_get_vectors_counted_from_their_starts() -> None:
    first, _ = Categorical((3, 2), (0, 10), many=True).to_environment(np.array([[2, 1], [0, 0]]))
    assert first.tolist() == [2, 11]


def test_real_actions_are_clipped_to_their_bounds_and_shaped() -> None:
    reals = DiagonalGaussian((-1.0, -math.inf), (1.0, math.inf), (2, 1))
    (action,) = reals.to_environment(np.array([[-3, -3]], np.float32))
    assert action.tolist() == [[-1], [-3]]
    assert action.dtype == np.float32


@pytest.mark.parametrize("distribution", [ONE, SEVERAL, REALS])
def test_distributions_travel(distribution: Distribution) -> None:
    assert pickle.loads(pickle.dumps(distribution)) == distribution
