"""DQN with a memory: it learns what only the past tells, from sequences, and acts as it learns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine import checkpoints
from engine.counters import Counters
from engine.kinds import Batch, Environment
from engine.operators.setup.dqn_policy import DQNPolicy
from engine.policies.dqn_recurrent import RecurrentDQN
from engine.policies.q_memory import QMemory
from engine.policies.q_network import QNetwork

LENGTH = 6


def policy(seed: int = 1, **params: Any) -> RecurrentDQN:
    settings = {"hidden": [8], "recurrent": "lstm", "memory_size": 8, **params}
    learner = DQNPolicy("policy_1", settings).build(Environment("CartPole-v1"), seed, Counters())
    assert isinstance(learner, RecurrentDQN)
    return learner


def memory_of(network: QNetwork) -> QMemory:
    assert isinstance(network.front, QMemory)
    return network.front


def sequences(count: int = 4, seed: int = 0, length: int = LENGTH, **columns: Any) -> Batch:
    """Random sequences of CartPole's shape; read-only, as workers' results are."""
    rng = np.random.default_rng(seed)
    rows = count * length
    obs, next_obs = rng.standard_normal((2, rows, 4)).astype(np.float32)
    made = {
        "obs": obs,
        "action": rng.integers(2, size=rows),
        "reward": rng.random(rows, np.float32),
        "terminated": rng.random(rows) < 0.1,
        "truncated": np.zeros(rows, np.bool_),
        "next_obs": next_obs,
        "state": rng.standard_normal((rows, 16)).astype(np.float32),
        **columns,
    }
    for column in made.values():
        column.flags.writeable = False
    return Batch(made, length)


def test_it_learns_what_only_the_first_step_of_an_episode_showed() -> None:
    """The first observation says which action pays 1 in the last step, four steps later; all others look the same."""
    shown, length, rng = np.tile([1.0, -1.0], 16), 5, np.random.default_rng(0)
    obs = np.zeros((32, length, 4), np.float32)
    obs[:, 0, 0] = shown
    action = rng.integers(2, size=(32, length))
    reward = np.zeros((32, length), np.float32)
    reward[:, -1] = action[:, -1] == (shown > 0)
    over = np.zeros((32, length), np.bool_)
    over[:, -1] = True
    columns = {"obs": obs, "action": action, "reward": reward, "terminated": over, "truncated": ~over & False}
    columns |= {"next_obs": np.roll(obs, -1, 1), "state": np.zeros((32, length, 16), np.float32)}
    batch = Batch({name: column.reshape(-1, *column.shape[2:]) for name, column in columns.items()}, length)
    learner = policy(learning_rate=1e-2, gamma=0.9)
    for _ in range(500):
        result = learner.learn(batch, 1, len(batch), rng)
        learner.update_target(0.1)
    assert result.metrics["td_error"] < 0.15
    acting = learner.blueprint.build()
    acting.load(learner.weights())
    for _, first in zip(range(2), (0, 16), strict=True):
        for index in range(2):
            acting.reset(index)
        for step in range(length):
            chosen = acting.act_greedily(obs[first : first + 2, step])
        assert chosen.tolist() == [1, 0]


@pytest.mark.parametrize("steps", [1, 3])
def test_the_targets_are_those_of_one_step_after_the_other(steps: int) -> None:
    """Worked again, by steps: read the sequence in order, forget where it began anew, look beyond the last step."""
    truncated = np.zeros(4 * LENGTH, np.bool_)
    truncated[[3, 8]] = True
    learner = policy(double=True, gamma=0.9, steps=steps)
    learner.target_vector[:] = policy(seed=2).vector
    batch = sequences(truncated=truncated)
    got = learner._target(learner._seen(learner._columns(batch)))[:, 0]
    ended = batch["terminated"] | truncated

    def value_after(start: int, row: int) -> float:
        states = [batch["state"][start : start + 1]] * 2
        memories = [memory_of(network) for network in (learner.online, learner.target)]
        for step in range(start, row + 1):
            if step > start and ended[step - 1]:
                states = [np.zeros((1, 16), np.float32)] * 2
            states = [m.step(batch["obs"][step][None], state) for m, state in zip(memories, states, strict=True)]
        online, target = (
            m.step(batch["next_obs"][row][None], state)[:, :8] for m, state in zip(memories, states, strict=True)
        )
        return float(learner.target.expected(target)[0, learner.online.expected(online).argmax()])

    for start in range(0, len(batch), LENGTH):
        for row in range(start, start + LENGTH):
            last = row
            while last - row + 1 < steps and last + 1 < start + LENGTH and not ended[last]:
                last += 1
            wanted = sum(0.9**k * batch["reward"][row + k] for k in range(last - row + 1))
            if not batch["terminated"][last]:
                wanted += 0.9 ** (last - row + 1) * value_after(start, last)
            assert got[row] == pytest.approx(wanted, abs=1e-5)


def test_the_burn_in_is_neither_learned_from_nor_judged() -> None:
    rewards = np.array(sequences()["reward"]).reshape(-1, LENGTH)
    rewards[:, :2] = 100
    one, other = policy(burn_in=2), policy(burn_in=2)
    first = one.learn(sequences(), 1, 100, np.random.default_rng(0))
    second = other.learn(sequences(reward=rewards.reshape(-1)), 1, 100, np.random.default_rng(0))
    np.testing.assert_array_equal(one.vector, other.vector)
    assert first.errors is not None
    assert second.errors is not None
    np.testing.assert_array_equal(first.errors, second.errors)
    told = np.isfinite(first.errors.reshape(-1, LENGTH))
    assert told.tolist() == [[False] * 2 + [True] * 4] * 4
    assert first.metrics["td_error"] == pytest.approx(np.nanmean(first.errors))


@pytest.mark.parametrize("burn_in", [0, 2])
def test_the_gradient_is_that_of_differences(burn_in: int) -> None:
    """The loss moved a little each way along random directions, with the target held."""
    learner = policy(double=False, huber=False, burn_in=burn_in, activation="tanh")  # relu has kinks
    batch = sequences()
    gradient = learner.gradients(batch).vector
    columns = learner._columns(batch)
    target = learner._target(learner._seen(columns))[:, 0]
    warm = memory_of(learner.online).unroll(columns["obs"], columns["state"], columns["begins"])[:, burn_in - 1]
    rest = {name: columns[name][:, burn_in:] for name in ("obs", "begins", "action")}
    state, rows = (warm if burn_in else columns["state"]), len(target)

    def loss() -> float:
        after = memory_of(learner.online).unroll(rest["obs"], state, rest["begins"])
        values = learner.online(after.reshape(rows, -1)[:, :8])[np.arange(rows), rest["action"].reshape(-1), 0]
        return float(np.mean((values.astype(np.float64) - target) ** 2) / 2)

    rng = np.random.default_rng(0)
    for _ in range(5):
        way = rng.standard_normal(learner.vector.size).astype(np.float32)
        around = []
        for step in (1e-3, -1e-3):
            learner.vector += np.float32(step) * way
            around.append(loss())
            learner.vector -= np.float32(step) * way
        assert (around[0] - around[1]) / 2e-3 == pytest.approx(float(gradient @ way), rel=0.02, abs=1e-3)


def test_minibatches_are_whole_sequences() -> None:
    result = policy().learn(sequences(4), 1, 2 * LENGTH, np.random.default_rng(0))
    assert result.errors is not None
    assert result.errors.shape == (4 * LENGTH,)
    assert result.rows == 4 * LENGTH


def test_a_worker_remembers_each_environment_and_records_what_it_remembered() -> None:
    learner, rng = policy(), np.random.default_rng(0)
    acting = learner.blueprint.build()
    acting.load(learner.weights())
    obs = sequences()["obs"][:2]
    recorded = [acting.act(obs, rng)[1]["state"] for _ in range(2)]
    assert not recorded[0].any()
    np.testing.assert_array_equal(recorded[1], memory_of(learner.online).step(obs, np.zeros((2, 16), np.float32)))
    assert acting.records == {"state": ((16,), "float32")}
    acting.reset(1)
    assert acting.state is not None
    assert acting.state[0].any()
    assert not acting.state[1].any()
    kept = acting.state.copy()
    acting.values(obs, np.ones((2, 16), np.float32))
    np.testing.assert_array_equal(acting.state, kept)


def test_a_checkpoint_goes_on_bit_by_bit(tmp_path: Any) -> None:
    learner, rng = policy(rescaled=True), np.random.default_rng(0)
    learner.learn(sequences(), 1, 100, rng)
    state, _ = checkpoints.load(checkpoints.write(tmp_path, {"policy_1": learner.state()}, 80))
    other = policy(seed=9, rescaled=True)
    other.restore(state["policy_1"])
    for each in (learner, other):
        each.learn(sequences(seed=1), 1, 100, np.random.default_rng(1))
    np.testing.assert_array_equal(other.weights(), learner.weights())


def test_steps_left_out_and_sequences_too_short_are_refused_in_words() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="take that node out"):
        policy().learn(sequences(discount=np.ones(4 * LENGTH, np.float32)), 1, 100, rng)
    with pytest.raises(ValueError, match="nothing to learn after a burn-in of 6"):
        policy(burn_in=6).learn(sequences(), 1, 100, rng)
