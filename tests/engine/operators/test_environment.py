"""Environment gives a value; it is made once for trial, so that what is wrong is told by its own node."""

from __future__ import annotations

import pytest

from engine import kinds
from engine.operators.setup.environment import Environment
from engine.problems import RunFailed
from tests.engine.operators.pieces import TinyRun


def test_the_handle_carries_the_parameters() -> None:
    operator = Environment("environment_1", {"id": "Pendulum-v1", "kwargs": {"g": 9.8}, "reward_scale": 0.1})
    assert operator.provide(TinyRun()) == kinds.Environment("Pendulum-v1", {"g": 9.8}, False, 0.1)


def test_an_environment_that_cannot_be_made_is_told_by_its_node_and_field() -> None:
    operator = Environment("environment_1", {"id": "Pendulum-v1", "kwargs": {"colour": "red"}})
    with pytest.raises(RunFailed, match=r"^environment_1\.kwargs: Pendulum-v1 cannot be made: .*colour"):
        operator.provide(TinyRun())


def test_an_option_that_does_not_fit_the_environment_is_told_by_its_own_field() -> None:
    operator = Environment("environment_1", {"hidden": [4]})
    with pytest.raises(RunFailed, match=r"^environment_1\.hidden: CartPole-v1: there is no component 4"):
        operator.provide(TinyRun())
