"""Environment gives a value; it is made once for trial, so that what is wrong is told by its own node."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from engine import kinds
from engine.operators.setup.environment import Environment
from engine.problems import Place, RunFailed
from tests.engine.operators.pieces import TinyRun


def test_the_handle_carries_the_parameters() -> None:
    operator = Environment("environment_1", {"id": "Pendulum-v1", "kwargs": {"g": 9.8}, "reward_scale": 0.1})
    assert operator.provide(TinyRun()) == kinds.Environment("Pendulum-v1", {"g": 9.8}, reward_scale=0.1)


def test_rewards_to_learn_from_may_be_signs_and_are_scaled() -> None:
    environment = kinds.Environment("Pendulum-v1", clip_rewards=True, reward_scale=0.5)
    rewards = np.array([[7, 0], [-2, 0.25]], np.float32)
    assert environment.learned(rewards).tolist() == [[0.5, 0.0], [-0.5, 0.5]]
    assert environment.learned(rewards).dtype == np.float32


@pytest.mark.parametrize(
    ("params", "field", "words"),
    [
        ({"kwargs": {"id": "Acrobot-v1"}}, "kwargs", "'id' is no keyword argument of an environment"),
        (
            {"id": "ALE/Pong-v5", "kwargs": {"frameskip": 2}, "preprocessing": "atari"},
            "kwargs",
            "'frameskip' is no .* preprocessing atari",
        ),
        ({"end_at_life_loss": True}, "end_at_life_loss", "lives are told apart only with preprocessing atari"),
    ],
)
def test_options_that_contradict_each_other_are_told_before_any_run(
    params: dict[str, Any], field: str, words: str
) -> None:
    (problem,) = Environment("environment_1", params).check(None)
    assert problem.where == Place("environment_1", field)
    assert re.match(words, problem.what)


def test_an_atari_games_own_frameskip_may_be_set_where_it_is_not_preprocessed() -> None:
    assert not list(Environment("environment_1", {"kwargs": {"frameskip": 2}}).check(None))


def test_an_environment_that_cannot_be_made_is_told_by_its_node_and_field() -> None:
    operator = Environment("environment_1", {"id": "Pendulum-v1", "kwargs": {"colour": "red"}})
    with pytest.raises(RunFailed, match=r"^environment_1\.kwargs: Pendulum-v1 cannot be made: .*colour"):
        operator.provide(TinyRun())


def test_an_option_that_does_not_fit_the_environment_is_told_by_its_own_field() -> None:
    operator = Environment("environment_1", {"hidden": [4]})
    with pytest.raises(RunFailed, match=r"^environment_1\.hidden: CartPole-v1: there is no component 4"):
        operator.provide(TinyRun())
