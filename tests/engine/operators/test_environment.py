"""Environment is a value: nothing is made or looked up until someone steps it."""

from __future__ import annotations

from engine import kinds
from engine.operators.setup.environment import Environment
from tests.engine.operators.pieces import TinyRun


def test_the_handle_carries_the_parameters() -> None:
    operator = Environment("environment_1", {"id": "Nobody-v9", "kwargs": {"g": 9.8}, "reward_scale": 0.1})
    assert operator.provide(TinyRun()) == kinds.Environment("Nobody-v9", {"g": 9.8}, False, 0.1)
