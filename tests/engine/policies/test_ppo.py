"""The PPO learner: what a step changes, that it repeats bit by bit, and that trouble is told in a sentence."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest

from engine import checkpoints
from engine.kinds import Batch, Environment
from engine.operators.setup.ppo_policy import PPOPolicy
from engine.policies.moments import Moments
from engine.policies.ppo import PPO

METRICS = {
    "policy_loss",
    "value_loss",
    "entropy",
    "kl",
    "clip_fraction",
    "explained_variance",
    "gradient_norm",
    "learning_rate",
}


def policy(environment: str = "CartPole-v1", *, normalise: bool = False, seed: int = 1, **params: Any) -> PPO:
    operator = PPOPolicy("policy_1", {"hidden": [8, 8], **params})
    return PPO(operator, Environment(environment, normalise_observations=normalise), seed)


class Pictures(gymnasium.Env[Any, Any]):
    """Shows pictures, and is never stepped."""

    observation_space = gymnasium.spaces.Box(0, 255, (36, 36, 3), np.uint8)
    action_space = gymnasium.spaces.MultiDiscrete([2, 3])


@pytest.fixture(autouse=True)
def pictures() -> Iterator[None]:
    gymnasium.register("Pictures-v0", Pictures)
    yield
    del gymnasium.registry["Pictures-v0"]


def batch_for(learner: PPO, rows: int = 40, seed: int = 0) -> Batch:
    """Random observations, acted on by the policy itself; advantages favour one action by its number."""
    rng = np.random.default_rng(seed)
    acting = learner.blueprint.build()
    acting.load(learner.weights())
    shape, dtype = acting.observation
    drawn = rng.integers(0, 256, (rows, *shape)) if dtype == "uint8" else rng.normal(2, 3, (rows, *shape))
    obs = drawn.astype(dtype)
    action, records = acting.act(obs, rng)
    columns = acting.finish({"obs": obs, "action": action, **{n: np.array(r) for n, r in records.items()}})
    advantage = action.reshape(rows, -1).sum(1).astype(np.float32)
    columns["advantage"] = (advantage - advantage.mean()) / (advantage.std() + 1e-6)
    columns["value_target"] = obs.reshape(rows, -1)[:, :4].sum(1, dtype=np.float32)
    for column in columns.values():
        column.flags.writeable = False  # as workers' results are
    return Batch(columns)


def trained(learner: PPO, updates: int, first: int = 0) -> PPO:
    for update in range(first, first + updates):
        learner.learn(batch_for(learner, seed=update), 2, 16, np.random.default_rng(update))
    return learner


@pytest.mark.parametrize("environment", ["CartPole-v1", "Pendulum-v1"])
def test_learning_makes_favoured_actions_likelier_and_the_critic_better(environment: str) -> None:
    learner = policy(environment, learning_rate=1e-2)
    batch = batch_for(learner, rows=400)
    rng = np.random.default_rng(0)
    first = learner.learn(batch, 1, 400, rng).metrics
    last = [learner.learn(batch, 1, 400, rng).metrics for _ in range(40)][-1]
    assert set(first) == METRICS
    assert first["policy_loss"] == pytest.approx(0, abs=1e-5)  # the ratio is 1 and advantages have mean 0
    assert first["kl"] == pytest.approx(0, abs=1e-6)
    assert last["policy_loss"] < -0.05
    assert last["value_loss"] < first["value_loss"] / 2
    assert last["kl"] > 0.001


def test_the_start_is_of_the_known_size_and_the_seed_decides_it() -> None:
    one, same, other = (policy(seed=seed, hidden=[64, 64]).weights() for seed in (1, 1, 2))
    assert one.shape == (9155,)
    assert one.dtype == np.float32
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


def test_weights_are_a_copy() -> None:
    learner = policy()
    before = learner.weights()
    kept = before.copy()
    trained(learner, 1)
    np.testing.assert_array_equal(before, kept)
    assert (learner.weights() != kept).any()


@pytest.mark.parametrize("environment", ["CartPole-v1", "Pendulum-v1"])
def test_the_same_seed_and_batches_give_the_same_weights_bit_by_bit(environment: str) -> None:
    one, same = (trained(policy(environment, normalise=True), 3).weights() for _ in range(2))
    np.testing.assert_array_equal(one, same)


def test_a_checkpoint_goes_on_bit_by_bit(tmp_path: Any) -> None:
    learner = trained(policy("Pendulum-v1", normalise=True, anneal_over=1000), 2)
    folder = checkpoints.write(tmp_path, {"policy_1": learner.state()}, 80)
    state, _ = checkpoints.load(folder)
    other = policy("Pendulum-v1", normalise=True, anneal_over=1000, seed=9)
    other.restore(state["policy_1"])
    assert other.version == 2
    np.testing.assert_array_equal(other.weights(), learner.weights())
    np.testing.assert_array_equal(trained(other, 2, 2).weights(), trained(learner, 2, 2).weights())


def test_a_state_is_a_copy_and_can_be_taken_over_directly() -> None:
    learner = trained(policy(), 1)
    state, weights = learner.state(), learner.weights()
    trained(learner, 1)
    learner.restore(state)
    assert learner.version == 1
    np.testing.assert_array_equal(learner.weights(), weights)


def test_versions_count_updates() -> None:
    learner = policy()
    assert learner.version == 0
    assert trained(learner, 3).version == 3


def test_the_learning_rate_falls_with_the_rows_trained_on_and_stays_at_nil() -> None:
    learner = policy(learning_rate=0.1, anneal_over=80)
    rng = np.random.default_rng(0)
    rates = [learner.learn(batch_for(learner), 2, 16, rng).metrics["learning_rate"] for _ in range(4)]
    assert rates == pytest.approx([0.1, 0.05, 0, 0])


def test_parameters_may_be_turned_while_it_learns() -> None:
    learner = policy()
    rng = np.random.default_rng(0)
    learner.settings.learning_rate = 0.25
    assert learner.learn(batch_for(learner), 1, 40, rng).metrics["learning_rate"] == 0.25


def test_every_row_is_trained_on_in_every_pass_and_the_last_minibatch_may_be_shorter() -> None:
    learner, seen = policy(), []
    step = learner._step
    learner._step = lambda rate, *rows: (seen.append(rows[0].copy()), step(rate, *rows))[1]  # type: ignore[method-assign]
    batch = batch_for(learner, rows=10)
    learner.learn(batch, 2, 4, np.random.default_rng(0))
    assert [len(part) for part in seen] == [4, 4, 2, 4, 4, 2]
    passes = [np.concatenate(seen[:3]), np.concatenate(seen[3:])]
    assert (passes[0] != passes[1]).any()
    for rows in passes:
        np.testing.assert_array_equal(rows[rows[:, 0].argsort()], batch["obs"][batch["obs"][:, 0].argsort()])


def test_long_gradients_are_scaled_down_before_the_optimizer_sees_them() -> None:
    learner = policy(max_gradient_norm=0.01)
    metrics = learner.learn(batch_for(learner), 1, 40, np.random.default_rng(0)).metrics
    gradient = learner.descent.gradient
    assert gradient is not None
    assert metrics["gradient_norm"] > 0.01
    assert gradient.norm().item() == pytest.approx(0.01, rel=1e-3)


def test_observations_are_normalised_with_what_was_known_when_they_were_acted_on() -> None:
    learner, moments = policy(normalise=True), Moments(4)
    for update in range(2):
        batch = batch_for(learner, seed=update)
        metrics = learner.learn(batch, 1, 40, np.random.default_rng(0)).metrics
        assert metrics["kl"] == pytest.approx(0, abs=1e-6)  # else the learner's ratio would not start at 1
        moments.update(batch["obs"])
        sent = learner.weights()[-8:]
        np.testing.assert_allclose(sent, [*moments.mean, *moments.deviation], rtol=1e-5)


def test_images_and_several_choices_are_learned_from_too() -> None:
    learner = policy("Pictures-v0", learning_rate=1e-3)
    batch = batch_for(learner, rows=60)
    rng = np.random.default_rng(0)
    first = learner.learn(batch, 1, 60, rng).metrics
    last = [learner.learn(batch, 1, 60, rng).metrics for _ in range(10)][-1]
    assert first["kl"] == pytest.approx(0, abs=1e-6)
    assert first["entropy"] == pytest.approx(math.log(2) + math.log(3), abs=1e-3)
    assert last["policy_loss"] < first["policy_loss"] - 0.05
    assert last["value_loss"] < first["value_loss"]


def test_entropy_of_a_gaussian_follows_its_deviation() -> None:
    learner = policy("Pendulum-v1", initial_log_std=-1.0)
    metrics = learner.learn(batch_for(learner), 1, 40, np.random.default_rng(0)).metrics
    assert metrics["entropy"] == pytest.approx(0.5 * math.log(2 * math.pi * math.e) - 1, abs=1e-5)


def test_a_loss_that_is_no_number_is_told_with_its_name() -> None:
    learner = policy()
    batch = batch_for(learner)
    with pytest.raises(ValueError, match="value_loss is nan after update 1, so the policy is lost: try a lower"):
        learner.learn(batch.having(value_target=np.full(40, np.nan, np.float32)), 1, 40, np.random.default_rng(0))


def test_a_penalty_holds_the_policy_near_the_one_that_sampled() -> None:
    free, held = (policy(learning_rate=1e-2, kl_coefficient=weight) for weight in (0.0, 10.0))
    kl = [learner.learn(batch_for(learner), 8, 16, np.random.default_rng(0)).metrics["kl"] for learner in (free, held)]
    assert kl[1] < kl[0] / 2


def test_the_weight_of_the_penalty_is_part_of_a_checkpoint() -> None:
    learner, other = policy(kl_coefficient=0.2), policy(kl_coefficient=0.2)
    assert learner.adapt_kl(1) == pytest.approx(0.3)
    other.restore(learner.state())
    assert other.kl_coefficient == learner.kl_coefficient


def test_a_batch_without_advantages_says_what_to_put_where() -> None:
    learner = policy()
    batch = batch_for(learner)
    rest = Batch({name: rows for name, rows in batch.columns.items() if name not in ("advantage", "value_target")})
    with pytest.raises(ValueError, match="PPO Policy needs batches with advantage, value_target: put Compute Adv"):
        learner.learn(rest, 1, 40, np.random.default_rng(0))


@pytest.mark.parametrize("environment", ["CartPole-v1", "Pendulum-v1"])
def test_gradients_by_hand_train_as_autograds_do(environment: str) -> None:
    ours, theirs = (policy(environment, autograd=autograd) for autograd in (False, True))
    assert ours.by_hand
    assert not theirs.by_hand
    batch = batch_for(ours)
    first, second = (learner.learn(batch, 2, 16, np.random.default_rng(0)).metrics for learner in (ours, theirs))
    np.testing.assert_allclose(ours.weights(), theirs.weights(), atol=1e-5)
    assert first == pytest.approx(second, rel=1e-3, abs=1e-6)


def test_networks_that_see_images_are_left_to_autograd() -> None:
    assert not policy("Pictures-v0").by_hand
