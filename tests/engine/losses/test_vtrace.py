"""V-trace: worked by hand, against the paper's sums written out, and against what it must become on-policy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.kinds import Batch
from engine.losses.advantages import generalised_advantages
from engine.losses.vtrace import VTrace

Floats = NDArray[np.float32]


def floats(*numbers: float) -> Floats:
    return np.array(numbers, np.float32)


def fragment(reward: Floats, terminated: list[int], truncated: list[int], sequence: int) -> Batch:
    ends = {"terminated": np.array(terminated, bool), "truncated": np.array(truncated, bool)}
    return Batch({"reward": reward, **ends}, sequence)


def going_on(*rewards: float, sequence: int = 0) -> Batch:
    nowhere = [0] * len(rewards)
    return fragment(floats(*rewards), nowhere, nowhere, sequence or len(rewards))


def test_a_surprise_is_weighted_by_how_likely_the_learner_is_to_repeat_it() -> None:
    """delta = 0.5 (1), 1 (1 + 2); the second is carried back by c = 0.5: 0.5 + 0.5 * 3."""
    target, advantage = VTrace(1)(going_on(1, 1), np.log(floats(0.5, 4)), floats(0, 0), floats(0, 2))
    np.testing.assert_allclose(target, [2, 3])
    np.testing.assert_allclose(advantage, [0.5 * (1 + 3), 3])


def test_each_bar_cuts_its_own_weight() -> None:
    """rho = min(3, 4) weighs the errors, c = min(2, 4) carries them: 3 * 1 + 2 * (3 * 1)."""
    correct = VTrace(1, rho_bar=3, c_bar=2)
    target, advantage = correct(going_on(1, 1), np.log(floats(4, 4)), floats(0, 0), floats(0, 0))
    np.testing.assert_allclose(target, [9, 3], rtol=1e-6)
    np.testing.assert_allclose(advantage, [3 * (1 + 3), 3], rtol=1e-6)


def test_a_ratio_beyond_floating_point_is_cut_like_any_other() -> None:
    target, _ = VTrace(1)(going_on(1, 1), floats(1000, -1000), floats(0, 0), floats(0, 0))
    np.testing.assert_allclose(target, [1, 0])


def test_an_episode_that_terminates_counts_nothing_after_it() -> None:
    batch = fragment(floats(1, 1, 99), [0, 1, 0], [0, 0, 0], 3)
    target, advantage = VTrace(1)(batch, np.zeros(3), floats(0.5, 0.5, 7), floats(0.5, 50, 60))
    np.testing.assert_allclose(target[:2], [2, 1])
    np.testing.assert_allclose(advantage[:2], [1.5, 0.5])


def test_an_episode_cut_off_counts_the_value_of_its_own_last_observation() -> None:
    batch = fragment(floats(1, 1, 99), [0, 0, 0], [0, 1, 0], 3)
    target, advantage = VTrace(1)(batch, np.zeros(3), floats(0.5, 0.5, 7), floats(0.5, 5, 60))
    np.testing.assert_allclose(target[:2], [7, 6])
    np.testing.assert_allclose(advantage[:2], [6.5, 5.5])


def test_sequences_of_one_batch_do_not_touch_each_other() -> None:
    ratios, value, next_value = np.log(floats(0.5, 1, 2, 0.1)), floats(1, 2, 3, 4), floats(2, 9, 4, 8)
    correct = VTrace(0.9, 0.8)
    both = correct(going_on(1, 2, 3, 4, sequence=2), ratios, value, next_value)
    first = correct(going_on(1, 2), ratios[:2], value[:2], next_value[:2])
    second = correct(going_on(3, 4), ratios[2:], value[2:], next_value[2:])
    np.testing.assert_array_equal(both, np.concatenate([first, second], 1))


def test_an_action_that_the_learner_never_takes_leaves_the_critic_and_the_actor_alone() -> None:
    target, advantage = VTrace(0.9)(going_on(5, 5), floats(-np.inf, 0), floats(1, 2), floats(2, 3))
    assert target[0] == 1
    assert advantage[0] == 0


CASES = given(
    seed=st.integers(0, 10_000),
    sequences=st.integers(1, 4),
    steps=st.integers(1, 9),
    gamma=st.floats(0, 1),
    lam=st.floats(0, 1),
    rho_bar=st.sampled_from([0.5, 1, 2.5, math.inf]),
    c_bar=st.sampled_from([0.5, 1, 2.5]),
)


@CASES
def test_it_is_the_sum_of_the_paper(
    seed: int, sequences: int, steps: int, gamma: float, lam: float, rho_bar: float, c_bar: float
) -> None:
    rng = np.random.default_rng(seed)
    batch, value, next_value = _drawn(rng, sequences, steps)
    log_ratio = rng.standard_normal(len(batch)).astype(np.float32)
    correct = VTrace(gamma, lam, rho_bar, c_bar)
    target, advantage = correct(batch, log_ratio, value, next_value)
    assert target.dtype == advantage.dtype == np.float32
    ratio = np.exp(log_ratio.astype(float))
    v = [_target(correct, batch, ratio, value, next_value, start) for start in range(len(batch))]
    np.testing.assert_allclose(target, v, rtol=1e-4, atol=1e-3)
    for t in range(len(batch)):
        ended = batch["terminated"][t] or batch["truncated"][t] or (t + 1) % steps == 0
        later = 0 if batch["terminated"][t] else next_value[t] if ended else v[t + 1]
        wanted = min(rho_bar, ratio[t]) * (batch["reward"][t] + gamma * later - value[t])
        assert advantage[t] == pytest.approx(wanted, rel=1e-4, abs=1e-3)


def _drawn(rng: np.random.Generator, sequences: int, steps: int) -> tuple[Batch, Floats, Floats]:
    """Rows whose next value is the next row's value, but for the ends, which have their own."""
    rows = sequences * steps
    reward, value, own = rng.standard_normal((3, rows)).astype(np.float32)
    terminated = rng.random(rows) < 0.2
    truncated = (rng.random(rows) < 0.2) & ~terminated
    next_value = np.append(value[1:], 0).astype(np.float32)
    ends = terminated | truncated | (np.arange(1, rows + 1) % steps == 0)
    next_value[ends] = own[ends]
    return Batch({"reward": reward, "terminated": terminated, "truncated": truncated}, steps), value, next_value


def _target(
    vtrace: VTrace, batch: Batch, ratio: NDArray[np.float64], value: Floats, next_value: Floats, start: int
) -> float:
    """v_s = V(x_s) + sum over t of gamma^(t-s) (product of c_i for s <= i < t) delta_t: equation 1."""
    total, weight = float(value[start]), 1.0
    for t in range(start, (start // batch.sequence + 1) * batch.sequence):
        future = 0 if batch["terminated"][t] else vtrace.gamma * next_value[t]
        total += weight * min(vtrace.rho_bar, ratio[t]) * (batch["reward"][t] + future - value[t])
        weight *= vtrace.gamma * vtrace.lam * min(vtrace.c_bar, ratio[t])
        if batch["terminated"][t] or batch["truncated"][t]:
            break
    return total


@CASES
def test_on_the_policy_that_sampled_the_targets_are_those_of_generalised_advantages(
    seed: int, sequences: int, steps: int, gamma: float, lam: float, rho_bar: float, c_bar: float
) -> None:
    batch, value, next_value = _drawn(np.random.default_rng(seed), sequences, steps)
    target, _ = VTrace(gamma, lam, max(1, rho_bar), max(1, c_bar))(batch, np.zeros(len(batch)), value, next_value)
    advantage = generalised_advantages(batch.having(value=value, next_value=next_value), gamma, lam)
    np.testing.assert_allclose(target, advantage + value, rtol=1e-4, atol=1e-3)
