"""The DQN learner: that it finds known values, what each Rainbow part changes, and that it repeats bit by bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import checkpoints
from engine.counters import Counters
from engine.kinds import Batch, Environment
from engine.operators.setup.dqn_policy import DQNPolicy
from engine.policies.dqn import DQN, minibatches

METRICS = {"loss", "q_mean", "td_error", "gradient_norm", "epsilon", "learning_rate"}
RAINBOW = {"double": True, "dueling": True, "noisy": True, "atoms": 11, "v_max": 10}


def policy(environment: str = "CartPole-v1", *, normalise: bool = False, seed: int = 1, **params: Any) -> DQN:
    operator = DQNPolicy("policy_1", {"hidden": [16, 16], **params})
    return operator.build(Environment(environment, normalise_observations=normalise), seed, Counters())


def batch_for(rows: int = 64, seed: int = 0, **columns: Any) -> Batch:
    """Random transitions of CartPole's shape, a third of which terminate; read-only, as workers' results are."""
    rng = np.random.default_rng(seed)
    obs, next_obs = rng.standard_normal((2, rows, 4)).astype(np.float32)
    made = {
        "obs": obs,
        "action": rng.integers(2, size=rows),
        "reward": rng.random(rows, np.float32),
        "terminated": rng.random(rows) < 1 / 3,
        "next_obs": next_obs,
        **columns,
    }
    for column in made.values():
        column.flags.writeable = False
    return Batch(made)


def trained(learner: DQN, updates: int, first: int = 0) -> DQN:
    for update in range(first, first + updates):
        learner.learn(batch_for(seed=update), 1, 64, np.random.default_rng(update))
        learner.update_target(0.1)
    return learner


def values(learner: DQN, obs: np.ndarray) -> np.ndarray:
    learner.online.calm()
    return learner.online.expected(obs)


@pytest.mark.parametrize("parts", [{}, {"huber": False}, {"dueling": True}, {"atoms": 21, "v_max": 10}, RAINBOW])
def test_it_learns_the_values_of_a_chain_worked_by_hand(parts: dict[str, Any]) -> None:
    """State 0 leads to 1 for reward 1, and 1 to its end for reward 2 by action 0, or 4 by action 1; gamma is 0.5.

    So Q(1, .) is 2 and 4, and Q(0, .) = 1 + 0.5 * 4 = 3.
    """
    states = np.eye(4, dtype=np.float32)
    rows = [(0, 0, 1.0, False, 1), (0, 1, 1.0, False, 1), (1, 0, 2.0, True, 2), (1, 1, 4.0, True, 2)] * 8
    here, action, reward, over, there = (np.array(column) for column in zip(*rows, strict=True))
    batch = Batch(
        {
            "obs": states[here],
            "action": action,
            "reward": reward.astype(np.float32),
            "terminated": over,
            "next_obs": states[there],
        }
    )
    learner = policy(gamma=0.5, learning_rate=1e-2, **parts)
    rng = np.random.default_rng(0)
    for _ in range(600):
        result = learner.learn(batch, 1, 32, rng)
        learner.update_target(0.1)
    np.testing.assert_allclose(values(learner, states[:2]), [[3, 3], [2, 4]], atol=0.15)
    assert set(result.metrics) == METRICS
    assert result.metrics["q_mean"] == pytest.approx(3, abs=0.15)


def test_targets_come_from_the_target_network_alone() -> None:
    learner, obs = policy(double=False, learning_rate=1e-2), np.ones((8, 4), np.float32)
    frozen = values(learner, obs).max(1)[0]
    nothing = {"obs": obs, "next_obs": obs, "reward": np.zeros(8, np.float32), "terminated": np.zeros(8, np.bool_)}
    batch = batch_for(8, action=np.zeros(8, np.int64), discount=np.full(8, 0.5, np.float32), **nothing)
    for _ in range(300):
        learner.learn(batch, 1, 8, np.random.default_rng(0))
    assert values(learner, obs)[0, 0] == pytest.approx(0.5 * frozen, abs=1e-3)
    learner.update_target(1)
    np.testing.assert_array_equal(learner.target_vector, learner.vector)


def targets(learner: DQN, batch: Batch) -> np.ndarray:
    return learner._target(learner._seen(learner._columns(batch)))


def test_double_lets_the_learned_network_choose() -> None:
    """Where both networks agree nothing changes; where they differ, double targets are never higher."""
    plain, double, batch = policy(double=False), policy(double=True), batch_for(256)
    np.testing.assert_array_equal(targets(plain, batch), targets(double, batch))
    double.vector[:] = policy(seed=2).vector
    assert (targets(double, batch) <= targets(plain, batch)).all()
    assert (targets(double, batch) < targets(plain, batch)).any()


def test_a_batch_brings_its_own_discounts() -> None:
    discounts = np.full(64, 0.125, np.float32)
    brought = policy(gamma=0.9).learn(batch_for(discount=discounts), 1, 64, np.random.default_rng(0))
    own = policy(gamma=0.125).learn(batch_for(), 1, 64, np.random.default_rng(0))
    assert brought.metrics == own.metrics


def test_rows_of_no_weight_change_nothing_and_every_row_tells_its_error() -> None:
    one, other = policy(), policy()
    weight = np.ones(64, np.float32)
    weight[32:] = 0
    rewards = np.array(batch_for()["reward"])
    rewards[32:] = 100
    rng = np.random.default_rng(0)
    first = one.learn(batch_for(weight=weight), 1, 64, rng)
    second = other.learn(batch_for(weight=weight, reward=rewards), 1, 64, rng)
    np.testing.assert_array_equal(one.vector, other.vector)
    assert first.errors is not None
    assert second.errors is not None
    np.testing.assert_array_equal(first.errors[:32], second.errors[:32])
    assert second.errors[32:].min() > 90
    assert first.metrics["td_error"] == pytest.approx(first.errors.mean())


def test_every_row_tells_its_error_when_the_batch_is_shuffled() -> None:
    rewards = np.arange(10, dtype=np.float32) * 100
    result = policy().learn(batch_for(10, reward=rewards), 1, 4, np.random.default_rng(0))
    assert result.errors is not None
    np.testing.assert_allclose(result.errors, rewards, atol=5)


def test_the_gradient_of_the_loss_is_that_of_its_differences() -> None:
    """Central differences of the loss, in double precision: the whole way from weights to loss, worked again."""
    learner, batch = policy(huber=False, double=False, hidden=[5]), batch_for(16)
    gradient = learner.gradients(batch).vector.copy()
    assert learner.version == 0
    target = targets(learner, batch).astype(np.float64)[:, 0]
    taken = np.arange(16), batch["action"]

    def loss(vector: np.ndarray) -> float:
        w1, b1, w2, b2 = np.split(vector, np.cumsum([20, 5, 10]))
        hidden = np.maximum(batch["obs"] @ w1.reshape(4, 5) + b1, 0)
        return float(np.mean(((hidden @ w2.reshape(5, 2) + b2)[taken] - target) ** 2) / 2)

    vector, step = learner.vector.astype(np.float64), 1e-6
    moves = np.eye(len(vector)) * step
    wanted = [(loss(vector + move) - loss(vector - move)) / (2 * step) for move in moves]
    np.testing.assert_allclose(gradient, wanted, atol=1e-6)


def test_gradients_and_apply_are_a_learner_step_in_two() -> None:
    one, two = policy(), policy()
    one.learn(batch_for(), 1, 64, np.random.default_rng(0))
    metrics = two.apply(two.gradients(batch_for()))
    assert set(metrics) == METRICS
    assert (one.version, two.version) == (1, 1)
    np.testing.assert_array_equal(one.vector, two.vector)


@pytest.mark.parametrize("parts", [{}, RAINBOW])
def test_a_checkpoint_goes_on_bit_by_bit(parts: dict[str, Any], tmp_path: Any) -> None:
    learner = trained(policy(normalise=True, **parts), 3)
    state, _ = checkpoints.load(checkpoints.write(tmp_path, {"policy_1": learner.state()}, 80))
    other = policy(normalise=True, seed=9, **parts)
    other.restore(state["policy_1"])
    assert other.version == 3
    np.testing.assert_array_equal(trained(other, 2, 3).weights(), trained(learner, 2, 3).weights())


@pytest.mark.parametrize("parts", [{}, RAINBOW])
def test_a_copy_that_loads_the_weights_acts_alike(parts: dict[str, Any]) -> None:
    learner, copy = trained(policy(normalise=True, **parts), 2), policy(normalise=True, seed=9, **parts)
    copy.load(learner.weights(), learner.version)
    np.testing.assert_allclose(copy.weights(), learner.weights(), rtol=1e-6)
    assert copy.version == 2


def test_epsilon_falls_with_env_steps_and_travels_with_the_weights() -> None:
    learner = policy(epsilon_start=1.0, epsilon_end=0.1, epsilon_over=1000)
    seen = []
    for steps in (0, 500, 1000, 5000):
        learner.counters.env_steps = steps
        seen.append(float(learner.weights()[-1]))
    assert seen == pytest.approx([1, 0.55, 0.1, 0.1])
    assert policy(epsilon_over=0).epsilon == pytest.approx(0.02)


def test_the_learning_rate_falls_to_nothing_over_env_steps() -> None:
    learner = policy(learning_rate=1e-3, anneal_over=1000)
    learner.counters.env_steps = 250
    assert trained(learner, 1).learn(batch_for(), 1, 64, np.random.default_rng(0)).metrics["learning_rate"] == 7.5e-4
    learner.counters.env_steps = 1000
    before = learner.vector.copy()
    trained(learner, 1)
    np.testing.assert_array_equal(learner.vector, before)


def test_minibatches_take_every_row_once_an_epoch() -> None:
    rng = np.random.default_rng(0)
    parts = list(minibatches(5, 2, 2, rng))
    assert [len(part) for part in parts] == [2, 2, 1, 2, 2, 1]
    assert sorted(np.concatenate(parts[:3])) == sorted(np.concatenate(parts[3:])) == [0, 1, 2, 3, 4]
    assert list(minibatches(5, 2, 5, rng)) == [slice(None)] * 2


def test_actions_that_are_not_one_choice_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="DQN Policy needs one Discrete action a step, and Pendulum-v1 has others"):
        policy("Pendulum-v1")


def test_a_batch_without_the_next_observation_is_refused_in_words() -> None:
    batch = batch_for()
    without = Batch({name: column for name, column in batch.columns.items() if name != "next_obs"})
    with pytest.raises(ValueError, match="needs batches with next_obs"):
        policy().learn(without, 1, 64, np.random.default_rng(0))


def test_a_loss_that_is_no_number_is_told() -> None:
    with pytest.raises(ValueError, match="loss is nan after update 1"):
        policy().learn(batch_for(reward=np.full(64, np.nan, np.float32)), 1, 64, np.random.default_rng(0))


def test_a_distribution_that_spans_nothing_is_refused() -> None:
    (problem,) = DQNPolicy("policy_1", {"atoms": 51, "v_min": 10, "v_max": 10}).check(None)
    assert problem.where.field == "v_max"
    assert not list(DQNPolicy("policy_1", {"v_min": 10, "v_max": 10}).check(None))
