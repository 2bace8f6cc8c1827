"""Gradients that are computed in one place and applied in another: the same as training in one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.kinds import Batch, Environment
from engine.operators.learning.average_gradients import average
from engine.operators.setup.actor_critic_policy import ActorCriticPolicy
from engine.policies.policy_gradient import PolicyGradient


def policy(seed: int = 1, **environment: Any) -> PolicyGradient:
    operator = ActorCriticPolicy("policy_1", {"hidden": [8, 8]})
    return PolicyGradient(operator, Environment("CartPole-v1", **environment), seed)


def batch(rows: int = 12, seed: int = 0) -> Batch:
    rng = np.random.default_rng(seed)
    columns = {name: rng.normal(size=rows).astype(np.float32) for name in ("advantage", "value_target", "value")}
    obs = rng.normal(size=(rows, 4)).astype(np.float32)
    logp = np.full(rows, -0.7, np.float32)
    return Batch({**columns, "obs": obs, "action": rng.integers(0, 2, rows), "logp": logp})


def part(whole: Batch, start: int, stop: int) -> Batch:
    return Batch({name: column[start:stop] for name, column in whole.columns.items()})


def test_applying_a_batch_s_gradient_is_training_on_it_once() -> None:
    trained, applied = policy(), policy()
    trained.learn(batch(), 1, 12, np.random.default_rng(0))
    applied.apply(applied.gradients(batch()))
    np.testing.assert_allclose(applied.weights(), trained.weights(), atol=1e-6)
    assert applied.version == trained.version == 1


def test_computing_a_gradient_changes_nothing() -> None:
    learner = policy()
    before = learner.weights()
    learner.gradients(batch())
    assert (learner.weights() == before).all()
    assert learner.version == 0


def test_a_copy_with_the_same_weights_computes_the_same_gradient() -> None:
    original, copy = policy(seed=1), policy(seed=2)
    copy.load(original.weights(), version=7)
    assert (copy.gradients(batch()).vector == original.gradients(batch()).vector).all()
    assert copy.version == 7


def test_the_average_over_parts_is_the_gradient_over_the_whole() -> None:
    learner, whole = policy(), batch(12)
    parts = [learner.gradients(part(whole, 0, 4)), learner.gradients(part(whole, 4, 12))]
    together = average(parts)
    np.testing.assert_allclose(together.vector, learner.gradients(whole).vector, atol=1e-6)
    assert together.rows == 12
    assert together.metrics["policy_loss"] == pytest.approx(learner.gradients(whole).metrics["policy_loss"], abs=1e-6)


def test_gradients_with_normalised_observations_are_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match="use Train One Step"):
        policy(normalise_observations=True).gradients(batch())
