"""What is told of the well-known environments without making one is what they have."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces
from gymnasium.error import DependencyNotInstalled

from engine import environment_ids
from engine.environment_spaces import KNOWN, Spaces, known_rows, known_spaces

GAMES = ("ALE/Pong-v5", "ALE/Breakout-v5", "PongNoFrameskip-v4")
BUILT_IN = [
    env_id
    for env_id in environment_ids.registered()
    if str(gymnasium.registry[env_id].entry_point).startswith("gymnasium.envs") and "/" not in env_id  # those want jax
]


def kind(space: spaces.Space[Any]) -> str:
    if isinstance(space, spaces.Box):
        return "image" if space.dtype == np.uint8 else "vector"
    return {spaces.Discrete: "number", spaces.Tuple: "numbers"}[type(space)]


NEWEST = {env_id.rpartition("-v")[0]: env_id for env_id in BUILT_IN}  # sorted, so the highest version comes last


@pytest.mark.parametrize("env_id", [*NEWEST.values(), *GAMES])
def test_what_is_known_is_what_the_environment_has(env_id: str) -> None:
    try:
        env = gymnasium.make(env_id, disable_env_checker=True)
    except (DependencyNotInstalled, ImportError):
        pytest.skip("it cannot be made here")
    actions = "discrete" if isinstance(env.action_space, spaces.Discrete) else "continuous"
    assert known_spaces(env_id, {}) == Spaces(kind(env.observation_space), actions)  # type: ignore[arg-type]
    if rows := known_rows(env_id, {}):
        assert [shape for shape, _ in rows] == [env.observation_space.shape, env.action_space.shape]
    env.close()


def test_every_environment_of_gymnasium_is_known_and_no_other_row_stands_there() -> None:
    assert set(NEWEST) == set(KNOWN)


@pytest.mark.parametrize("kwargs", [{"continuous": True}, {"obs_type": "ram"}])
def test_nothing_is_said_where_an_argument_chooses_other_spaces(kwargs: dict[str, Any]) -> None:
    assert known_spaces("ALE/Pong-v5", kwargs) is None


def test_nothing_is_said_of_another_packages_environment() -> None:
    assert known_spaces("Arena-v0", {}) is None
