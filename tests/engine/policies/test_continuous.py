"""Policies of continuous control: acting equals the torch network, and gradient steps do what the papers say."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch

from engine.counters import Counters
from engine.kinds import Batch, Environment
from engine.operators.setup.sac_policy import SACPolicy
from engine.operators.setup.td3_policy import TD3Policy
from engine.policies.continuous import Continuous
from engine.policies.continuous_acting import ContinuousActing
from engine.policies.sac import SAC
from engine.policies.td3 import TD3

PENDULUM = Environment("Pendulum-v1")
SMALL: dict[str, Any] = {"hidden": [16, 16], "uniform_steps": 0}


class Node:
    """As much of a run as a policy asks for."""

    def __init__(self) -> None:
        self.counters = Counters()

    def seed(self, node: str, *more: int) -> int:
        return 7


def learner(kind: type[SACPolicy] | type[TD3Policy], environment: Environment = PENDULUM, **params: Any) -> Any:
    return kind("policy_1", SMALL | params).build(environment, Node())  # type: ignore[arg-type]  # as much as it needs


def batch(rows: int = 32, seed: int = 0) -> Batch:
    rng = np.random.default_rng(seed)
    return Batch(
        {
            "obs": rng.standard_normal((rows, 3)).astype(np.float32),
            "action": rng.uniform(-1, 1, (rows, 1)).astype(np.float32),
            "reward": rng.standard_normal(rows).astype(np.float32),
            "terminated": rng.random(rows) < 0.2,
            "next_obs": rng.standard_normal((rows, 3)).astype(np.float32),
        }
    )


def acting(policy: Continuous) -> ContinuousActing:
    built = policy.blueprint.build()
    built.load(policy.weights())
    assert isinstance(built, ContinuousActing)
    return built


@pytest.mark.parametrize("kind", [SACPolicy, TD3Policy])
def test_acting_in_numpy_is_the_torch_actor(kind: Any) -> None:
    policy, obs = learner(kind), batch()["obs"]
    with torch.no_grad():
        numbers = policy.actor.network(torch.from_numpy(obs))[0][:, :1]
    np.testing.assert_allclose(acting(policy).act_greedily(obs), np.tanh(numbers.numpy()), atol=1e-5)


def test_actions_are_kept_within_one_and_stretched_to_the_bounds() -> None:
    part = acting(learner(TD3Policy, exploration_noise=5.0))
    actions, records = part.act(batch()["obs"], np.random.default_rng(0))
    assert (actions.min(), actions.max(), dict(records)) == (-1, 1, {})
    torques = part.to_environment(np.array([[-1.0], [0.5]], np.float32))
    assert [torque.tolist() for torque in torques] == [[-2.0], [1.0]]


def test_it_acts_uniformly_until_enough_was_sampled() -> None:
    policy = learner(SACPolicy, uniform_steps=100)
    assert policy.weights()[-1] == 1
    part = acting(policy)
    drawn = np.concatenate([part.act(np.zeros((50, 3), np.float32), part_rng)[0] for part_rng in [generator()] * 20])
    assert abs(drawn.mean()) < 0.1
    assert abs(drawn.std() - 3**-0.5) < 0.05
    policy.counters.env_steps = 100
    assert policy.weights()[-1] == 0


def generator() -> np.random.Generator:
    return np.random.default_rng(3)


def test_workers_of_a_ladder_explore_to_different_degrees() -> None:
    blueprint = learner(TD3Policy, noise_ladder=True, exploration_noise=0.1).blueprint
    deviations = [blueprint.build(worker, 4).deviation for worker in range(4)]
    assert deviations == pytest.approx([0.1, 0.2, 0.3, 0.4])


@pytest.mark.parametrize("kind", [SACPolicy, TD3Policy])
def test_a_batch_trained_on_again_and_again_is_predicted(kind: Any) -> None:
    """Targets stand still while nobody updates them, so critics come close to them."""
    policy, rng = learner(kind, critic_learning_rate=0.01, gamma=0.0), np.random.default_rng(0)
    first = policy.learn(batch(), 1, 32, rng)
    last = policy.learn(batch(), 200, 32, rng)
    assert last.errors.mean() < 0.2 * first.errors.mean()
    assert last.errors.shape == (32,)
    assert policy.version == 2


def test_targets_follow_only_when_told() -> None:
    policy = learner(SACPolicy)
    before = policy.critic.target_vector.clone()
    policy.learn(batch(), 1, 32, np.random.default_rng(0))
    assert torch.equal(policy.critic.target_vector, before)
    policy.update_target(0.25)
    expected = before + 0.25 * (policy.critic.descent.vector - before)
    torch.testing.assert_close(policy.critic.target_vector, expected)


def actor_moves(policy: TD3, times: int) -> list[bool]:
    """Of each of these gradient steps, whether the actor took one too."""
    rows, moves = policy._tensors(batch(), np.random.default_rng(0)), []
    for _ in range(times):
        before = policy.actor.descent.vector.clone()
        policy.step(rows)
        moves.append(not torch.equal(policy.actor.descent.vector, before))
    return moves


def test_a_delayed_actor_moves_at_every_second_step_of_the_critics() -> None:
    assert actor_moves(learner(TD3Policy, policy_delay=2), 4) == [True, False, True, False]


def test_every_minibatch_is_a_step_of_the_critics_and_a_restored_policy_goes_on_counting() -> None:
    first, second = learner(TD3Policy, policy_delay=2), learner(TD3Policy, policy_delay=2)
    first.learn(batch(32), 1, 11, np.random.default_rng(0))  # minibatches of 11, 11 and 10 rows
    second.restore(first.state())
    assert actor_moves(second, 2) == [False, True]


def test_ddpg_is_td3_without_its_mends() -> None:
    policy = learner(TD3Policy, twin_critics=False, policy_delay=1, target_noise=0.0)
    assert len(policy.critic.network.members) == 1
    assert policy.learn(batch(), 1, 32, np.random.default_rng(0)).metrics.keys() == {
        "critic_loss",
        "policy_loss",
        "q_mean",
    }


def test_the_actors_step_leaves_the_critics_alone() -> None:
    policy = learner(SACPolicy)
    rows = policy._tensors(batch(), np.random.default_rng(0))
    before = policy.critic.descent.vector.clone()
    policy._step_actor(rows, torch.ones(1))
    assert torch.equal(policy.critic.descent.vector, before)
    assert policy.critic.descent.gradient.abs().sum() == 0


@pytest.mark.parametrize("kind", [SACPolicy, TD3Policy])
def test_a_restored_policy_goes_on_as_the_first_would(kind: Any) -> None:
    first, second = learner(kind), learner(kind)
    first.learn(batch(), 3, 8, np.random.default_rng(0))
    first.update_target(0.5)
    second.restore(first.state())
    results = [policy.learn(batch(), 1, 8, np.random.default_rng(1)) for policy in (first, second)]
    assert results[0].metrics == results[1].metrics
    np.testing.assert_array_equal(first.weights(), second.weights())


@pytest.mark.parametrize("kind", [SACPolicy, TD3Policy])
def test_gradients_by_hand_and_by_autograd_make_the_same_policy(kind: Any) -> None:
    first, second = learner(kind), learner(kind, autograd=True)
    results = [policy.learn(batch(), 4, 16, np.random.default_rng(0)).metrics for policy in (first, second)]
    assert results[0] == pytest.approx(results[1], rel=1e-4, abs=1e-5)
    np.testing.assert_allclose(first.weights(), second.weights(), rtol=1e-4, atol=1e-5)
    assert not np.allclose(first.weights(), learner(kind).weights(), rtol=1e-2)


def test_a_discount_column_takes_the_place_of_gamma() -> None:
    """With no discount at all, the target is the reward."""
    policy = learner(SACPolicy)
    rows = batch().having(discount=np.zeros(32, np.float32))
    last = policy.learn(rows, 1, 32, np.random.default_rng(0))
    with torch.no_grad():
        values = policy.critic.network(torch.cat([torch.tensor(rows["obs"]), torch.tensor(rows["action"])], 1))
    assert last.errors.mean() == pytest.approx(np.abs(values.squeeze(2).numpy() - rows["reward"]).mean(), abs=0.1)


@pytest.mark.parametrize(
    ("environment", "text"),
    [(Environment("CartPole-v1"), "acts in Box"), (Environment("Pendulum-v1", {}, True), "as they are")],
)
def test_what_it_cannot_handle_is_refused_in_words(environment: Environment, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        learner(SACPolicy, environment)


def test_a_lost_policy_is_told_with_the_metric() -> None:
    rows = batch().having(reward=np.full(32, np.nan, np.float32))
    with pytest.raises(ValueError, match="critic_loss is nan after update 1"):
        learner(SACPolicy).learn(rows, 1, 32, np.random.default_rng(0))


def test_missing_columns_are_named() -> None:
    rest = {name: column for name, column in batch().columns.items() if name != "next_obs"}
    with pytest.raises(ValueError, match="needs batches with next_obs"):
        learner(TD3Policy).learn(Batch(rest), 1, 32, np.random.default_rng(0))


def test_a_single_gradient_is_refused() -> None:
    with pytest.raises(ValueError, match="use Train One Step or Learner"):
        learner(SACPolicy).gradients(batch())


def test_both_learners_are_what_their_operators_build() -> None:
    assert isinstance(learner(SACPolicy), SAC)
    assert isinstance(learner(TD3Policy), TD3)
    assert SimpleNamespace(**learner(SACPolicy).state()).version == 0
