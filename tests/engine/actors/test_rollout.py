"""Exactness of sampling, on an environment whose observation says which transition it belongs to."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest

from engine.actors.rollout import RolloutPlan
from engine.kinds import Acting, Blueprint, Environment


class CountingEnv(gymnasium.Env[Any, Any]):
    """Observes (episode, step); an odd episode terminates after 3 steps, an even one is cut off after 4.

    The reward of a step is its number, from 1, times `reward`; what is seen last is multiplied by `last`.
    """

    observation_space = gymnasium.spaces.Box(0, 1000, (2,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, reward: float = 1.0, last: float = 1.0) -> None:
        self.reward, self.last = reward, last
        self.episode = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.episode += 1
        self.steps = 0
        return self._observe(), {}

    def step(self, action):
        self.steps += 1
        terminated = self.episode % 2 == 1 and self.steps == 3
        truncated = self.episode % 2 == 0 and self.steps == 4
        shown = self._observe() * (self.last if terminated or truncated else 1)
        return shown, self.reward * self.steps, terminated, truncated, {}

    def _observe(self):
        return np.array([self.episode, self.steps], np.float32)


class CountingActing(Acting):
    """V(s) is 100 * episode + step, so that each value tells of which observation it is."""

    observation = ((2,), "float32")
    action = ((), "int64")
    records = {"value": ((), "float32")}  # noqa: RUF012  a constant of this test

    def load(self, weights):
        self.weights = weights

    def act(self, obs, rng):
        return np.zeros(len(obs), np.int64), {"value": self.values(obs)}

    def act_greedily(self, obs):
        return np.zeros(len(obs), np.int64)

    def to_environment(self, actions):
        return actions

    def finish(self, columns):
        return columns

    def values(self, obs, states=None):
        return (100 * obs[:, 0] + obs[:, 1]).astype(np.float32)


class RememberingActing(CountingActing):
    """Its state is how many steps of the episode it has seen; V(s) is 1000 times that plus the plain value."""

    wants_next_obs = True
    seen = np.zeros((2, 1), np.float32)

    @property
    def state(self):
        return self.seen

    def reset(self, index):
        self.seen[index] = 0

    def act(self, obs, rng):
        value = self.values(obs, self.seen)
        self.seen = self.seen + 1
        return np.zeros(len(obs), np.int64), {"value": value}

    def values(self, obs, states=None):
        return super().values(obs) + 1000 * states[:, 0]


class CountingBlueprint(Blueprint):
    def build(self, worker=0, workers=1):
        return CountingActing()


class RememberingBlueprint(Blueprint):
    def build(self, worker=0, workers=1):
        return RememberingActing()


@pytest.fixture(autouse=True)
def _registered():
    gymnasium.register("Counting-v0", CountingEnv)
    yield
    del gymnasium.registry["Counting-v0"]


def rollout(environments=1, length=5, **options):
    return RolloutPlan(Environment("Counting-v0", **options), CountingBlueprint(), environments, length, 0).build()


def test_no_row_is_a_reset_and_each_end_starts_the_next_episode():
    batch, _ = rollout(length=8).next()
    seen = batch["obs"].astype(int).tolist()
    assert seen == [[1, 0], [1, 1], [1, 2], [2, 0], [2, 1], [2, 2], [2, 3], [3, 0]]


def test_an_ended_episode_is_worth_nothing_and_a_cut_one_its_own_last_observation():
    batch, _ = rollout(length=8).next()
    assert batch["terminated"].tolist() == [False, False, True, False, False, False, False, False]
    assert batch["truncated"].tolist() == [False, False, False, False, False, False, True, False]
    assert batch["next_value"].tolist() == [101, 102, 0, 201, 202, 203, 204, 301]


def remembering(length):
    plan = RolloutPlan(Environment("Counting-v0"), RememberingBlueprint(), 2, length, 0)
    return plan.build().next()[0]


def test_the_next_observation_at_an_end_is_the_ended_episodes_own():
    following = remembering(length=8)["next_obs"].astype(int).tolist()
    assert following[:8] == [[1, 1], [1, 2], [1, 3], [2, 1], [2, 2], [2, 3], [2, 4], [3, 1]]


def test_a_recurrent_policy_forgets_at_an_end_and_values_the_end_with_what_it_remembers():
    batch = remembering(length=8)
    assert batch["value"].tolist()[:8] == [100, 1101, 2102, 200, 1201, 2202, 3203, 300]
    assert batch["next_value"].tolist()[:8] == [1101, 2102, 0, 1201, 2202, 3203, 4204, 1301]


def test_the_next_fragment_goes_on_where_the_last_one_stopped():
    worker = rollout(length=5)
    first, _ = worker.next()
    second, _ = worker.next()
    assert first["obs"][-1].tolist() == [2, 1]
    assert first["next_value"][-1] == 202
    assert second["obs"][0].tolist() == [2, 2]


def test_episodes_report_unscaled_returns_across_fragments():
    worker = rollout(length=5, reward_scale=0.5)
    batch, episodes = worker.next()
    assert [(e.episode_return, e.length) for e in episodes] == [(6.0, 3)]
    assert batch["reward"].tolist() == [0.5, 1.0, 1.5, 0.5, 1.0]
    _, episodes = worker.next()
    assert [(e.episode_return, e.length) for e in episodes] == [(10.0, 4), (6.0, 3)]


def test_rows_of_one_environment_stand_together():
    batch, _ = rollout(environments=2, length=3).next()
    assert batch.sequence == 3
    assert batch["obs"][:, 1].astype(int).tolist() == [0, 1, 2, 0, 1, 2]
    assert len(batch) == 6


def test_a_batch_is_not_changed_by_the_fragments_after_it():
    worker = rollout(length=4)
    first, _ = worker.next()
    before = {name: column.copy() for name, column in first.columns.items()}
    worker.next()
    assert all((first[name] == before[name]).all() for name in before)


def test_a_reward_that_is_no_number_is_refused_before_anyone_learns_from_it():
    with pytest.raises(ValueError, match="the environment gave a reward of nan"):
        rollout(kwargs={"reward": float("nan")}).next()


def test_a_last_observation_that_is_no_number_is_refused_though_it_begins_no_row():
    with pytest.raises(ValueError, match="the environment gave an observation of nan"):
        rollout(kwargs={"last": float("nan")}).next()
