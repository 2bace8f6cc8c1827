"""Generalised advantages: worked by hand, and against the definition written as a double sum."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.kinds import Batch
from engine.losses.advantages import generalised_advantages


def fragment(
    reward: list[float],
    value: list[float],
    next_value: list[float],
    terminated: list[int] | None = None,
    truncated: list[int] | None = None,
    sequence: int | None = None,
) -> Batch:
    floats = {"reward": reward, "value": value, "next_value": next_value}
    ends = {"terminated": terminated or [0] * len(reward), "truncated": truncated or [0] * len(reward)}
    columns = {name: np.array(column, np.float32) for name, column in floats.items()}
    columns |= {name: np.array(column, bool) for name, column in ends.items()}
    return Batch(columns, sequence or len(reward))


def test_an_episode_that_terminates_counts_no_value_after_it() -> None:
    batch = fragment([1, 1], [0.5, 0.5], [0.5, 2], terminated=[0, 1])
    np.testing.assert_allclose(generalised_advantages(batch, 1, 1), [1.5, 0.5])


def test_an_episode_cut_off_counts_the_value_of_its_own_last_observation() -> None:
    batch = fragment([1, 1], [0.5, 0.5], [0.5, 2], truncated=[0, 1])
    np.testing.assert_allclose(generalised_advantages(batch, 1, 1), [3.5, 2.5])


def test_nothing_of_the_next_episode_reaches_back_over_a_cut() -> None:
    before = fragment([1, 1, 0], [0, 0, 0], [0, 4, 0], truncated=[0, 1, 0])
    after = fragment([1, 1, 99], [0, 0, 50], [0, 4, 70], truncated=[0, 1, 0])
    first, second = (generalised_advantages(batch, 0.5, 0.5)[:2] for batch in (before, after))
    np.testing.assert_allclose(first, [1 + 0.25 * 3, 1 + 0.5 * 4])
    np.testing.assert_array_equal(first, second)


def test_lambda_zero_trusts_the_critic_for_all_but_one_step() -> None:
    batch = fragment([1, 2], [3, 4], [4, 5])
    np.testing.assert_allclose(generalised_advantages(batch, 0.9, 0), [1 + 0.9 * 4 - 3, 2 + 0.9 * 5 - 4], rtol=1e-6)


def test_sequences_of_one_batch_do_not_touch_each_other() -> None:
    one = fragment([1, 2], [0, 0], [0, 3])
    other = fragment([5, 6], [0, 0], [0, 7])
    both = fragment([1, 2, 5, 6], [0, 0, 0, 0], [0, 3, 0, 7], sequence=2)
    parts = [generalised_advantages(batch, 0.9, 0.8) for batch in (one, other)]
    np.testing.assert_array_equal(generalised_advantages(both, 0.9, 0.8), np.concatenate(parts))


def test_rows_that_are_no_whole_sequences_are_refused() -> None:
    with pytest.raises(ValueError, match="3 rows cannot be divided into sequences of 2"):
        generalised_advantages(fragment([1, 1, 1], [0, 0, 0], [0, 0, 0], sequence=2), 1, 1)


def by_definition(batch: Batch, gamma: float, lam: float) -> list[float]:
    """A_t = sum_k (gamma lam)^k delta_t+k, up to the end of the episode or the sequence."""
    rows = len(batch)
    reward, value, following = (batch[name].astype(float) for name in ("reward", "value", "next_value"))
    delta = [reward[t] + (0 if batch["terminated"][t] else gamma * following[t]) - value[t] for t in range(rows)]
    advantages = []
    for start in range(rows):
        total, weight = 0.0, 1.0
        for t in range(start, (start // batch.sequence + 1) * batch.sequence):
            total += weight * delta[t]
            weight *= gamma * lam
            if batch["terminated"][t] or batch["truncated"][t]:
                break
        advantages.append(total)
    return advantages


@given(
    seed=st.integers(0, 10_000),
    sequences=st.integers(1, 4),
    steps=st.integers(1, 9),
    gamma=st.floats(0, 1),
    lam=st.floats(0, 1),
)
def test_it_is_the_discounted_sum_of_errors(seed: int, sequences: int, steps: int, gamma: float, lam: float) -> None:
    rng = np.random.default_rng(seed)
    rows = sequences * steps
    floats = {name: rng.standard_normal(rows).astype(np.float32) for name in ("reward", "value", "next_value")}
    ends = {name: rng.random(rows) < 0.2 for name in ("terminated", "truncated")}
    batch = Batch({**floats, **ends}, steps)
    advantages = generalised_advantages(batch, gamma, lam)
    assert advantages.dtype == np.float32
    np.testing.assert_allclose(advantages, by_definition(batch, gamma, lam), atol=1e-4)
