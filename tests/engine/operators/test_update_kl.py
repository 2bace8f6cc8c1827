"""Update KL: a heavier penalty after long steps, a lighter one after short ones."""

from __future__ import annotations

import pytest

from engine.kinds import Environment
from engine.operators.learning.update_kl import UpdateKL
from engine.operators.setup.ppo_policy import PPOPolicy
from engine.policies.ppo import PPO
from tests.engine.operators.pieces import TinyRun, result, through


def ready(kl_coefficient: float = 0.2) -> tuple[UpdateKL, PPO]:
    params = {"hidden": [4], "kl_coefficient": kl_coefficient, "kl_target": 0.01}
    policy = PPO(PPOPolicy("policy_1", params), Environment("CartPole-v1"), seed=1)
    operator = UpdateKL("kl_1")
    operator.provide(TinyRun(), policy=policy)
    return operator, policy


def test_the_example_of_the_docstring() -> None:
    operator, policy = ready()
    given = through(operator, result(kl=0.03), result(kl=0.01), result(kl=0.004))
    assert [item.value.metrics["kl_coefficient"] for item in given] == pytest.approx([0.3, 0.3, 0.15])
    assert policy.kl_coefficient == pytest.approx(0.15)


def test_results_pass_on_with_all_else_that_they_say() -> None:
    operator, _ = ready()
    (given,) = through(operator, result(source="rollouts_1/1", kl=0.01, entropy=0.5))
    assert (given.source, given.env_steps, given.value.version, given.value.rows) == ("rollouts_1/1", 8, 1, 8)
    assert given.value.metrics["entropy"] == 0.5


def test_a_result_without_a_divergence_is_refused() -> None:
    operator, _ = ready()
    with pytest.raises(ValueError, match="a train result has no metric 'kl'; it has entropy"):
        through(operator, result(entropy=0.5))


def test_a_policy_without_a_penalty_says_what_to_set() -> None:
    operator, _ = ready(kl_coefficient=0)
    with pytest.raises(ValueError, match="PPO Policy has no KL penalty: set its kl_coefficient above 0, or take Upd"):
        through(operator, result(kl=0.03))
