"""Evaluate plays whole episodes apart from training, now and then, and reports how they went."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import gymnasium
import numpy as np
import pytest

from engine.events import MetricsReported
from engine.kinds import Environment
from engine.operators.report.evaluate import Evaluate
from tests.engine.operators.pieces import TinyPolicy, TinyRun, result


class March(gymnasium.Env[Any, Any]):
    """Gives the reward 1 for each step; ends after `length` steps, or never if that is 0."""

    observation_space = gymnasium.spaces.Box(0, 1, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, length: int = 0) -> None:
        self.length = length

    def reset(self, *, seed=None, options=None):
        self.steps = 0
        return np.zeros(1, np.float32), {}

    def step(self, action):
        self.steps += 1
        return np.zeros(1, np.float32), 1.0, self.steps == self.length, False, {}


class Still:
    """An acting part that always does 0."""

    def load(self, weights):
        self.weights = weights

    def reset(self, index):
        pass

    def act_greedily(self, obs):
        return np.zeros(len(obs), np.int64)

    def to_environment(self, actions):
        return list(actions)


@pytest.fixture
def _march() -> Iterator[None]:
    gymnasium.register("March-v0", March)
    yield
    del gymnasium.registry["March-v0"]


def evaluations(params: dict[str, Any], length: int, *env_steps: int) -> list[tuple[int, dict[str, float]]]:
    """What is reported when items come at these env steps of the run."""
    operator, run, policy = Evaluate("evaluate_1", params), TinyRun(), TinyPolicy()
    policy.blueprint = SimpleNamespace(build=Still)
    operator.provide(run, environment=Environment("March-v0", {"length": length}), policy=policy)
    for steps in env_steps:
        run.counters.env_steps = steps
        assert len(list(operator.each(result()))) == 1
    operator.close()
    return [(event.env_steps, dict(event.values)) for event in run.told if isinstance(event, MetricsReported)]


@pytest.mark.usefixtures("_march")
def test_it_plays_each_time_a_thousand_steps_have_gone_by() -> None:
    told = evaluations({"every": 1000, "episodes": 2}, 7, 512, 1024, 1536, 2048)
    assert [env_steps for env_steps, _ in told] == [1024, 2048]
    assert told[0][1] == {
        "evaluation_return_mean": 7.0,
        "evaluation_return_min": 7.0,
        "evaluation_return_max": 7.0,
        "evaluation_length_mean": 7.0,
    }


@pytest.mark.usefixtures("_march")
def test_an_episode_that_never_ends_is_cut_off() -> None:
    ((_, values),) = evaluations({"every": 1, "episodes": 1, "longest": 50}, 0, 1)
    assert (values["evaluation_return_mean"], values["evaluation_length_mean"]) == (50.0, 50.0)
