"""What an environment's author got wrong is told before a run is built on it."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
import pytest

from engine.environment_trial import try_out

OBS = np.zeros(4, np.float32)


class Given(gymnasium.Env[Any, Any]):
    """Gives what it is told to give."""

    observation_space = gymnasium.spaces.Box(-1, 1, (4,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self, begun: Any, stepped: Any) -> None:
        self.begun, self.stepped = begun, stepped

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> Any:
        return self.begun

    def step(self, action: Any) -> Any:
        return self.stepped


PARTS = "observation, reward, terminated, truncated and information"
WRONG = [
    (OBS, None, "reset() gives 1 value (ndarray), but should give 2: observation and information"),
    ((OBS,), None, "reset() gives 1 value, but should give 2: observation and information"),
    (
        (np.zeros((2, 3)), {}),
        None,
        "reset() gives an observation of shape 2 x 3, but observation_space is of shape 4",
    ),
    ((0.0, {}), None, "reset() gives an observation of no dimensions, but observation_space is of shape 4"),
    ((None, {}), None, "reset() gives no observation, but observation_space is of shape 4"),
    ((OBS, {}), (OBS, 1.0, False, {}), f"step() gives 4 values, but should give 5: {PARTS}"),
    ((OBS, {}), None, f"step() gives 1 value (NoneType), but should give 5: {PARTS}"),
    (
        (OBS, {}),
        (np.zeros(5), 1.0, False, False, {}),
        "step() gives an observation of shape 5, but observation_space is of shape 4",
    ),
    ((OBS, {}), (OBS, None, False, False, {}), "step() gives None as the reward, which is no number"),
    ((OBS, {}), (OBS, "good", False, False, {}), "step() gives 'good' as the reward, which is no number"),
    ((OBS, {}), (OBS, 1.0, None, False, {}), "step() gives None as terminated, which is neither true nor false"),
    ((OBS, {}), (OBS, 1.0, False, {}, {}), "step() gives {} as truncated, which is neither true nor false"),
]


@pytest.mark.parametrize(("begun", "stepped", "sentence"), WRONG, ids=[sentence for *_, sentence in WRONG])
def test_what_breaks_gymnasiums_interface_is_told_in_a_sentence(begun: Any, stepped: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match="gives") as told:
        try_out(Given(begun, stepped))
    assert str(told.value) == sentence


@pytest.mark.parametrize("reward", [1, 1.0, np.float32(1), np.array([1.0]), True, np.bool_(True)])
@pytest.mark.parametrize("end", [False, 0, np.bool_(False)])
def test_rewards_and_ends_may_be_of_any_type_that_can_be_learned_from(reward: Any, end: Any) -> None:
    try_out(Given((OBS, {}), (OBS, reward, end, end, {})))


def test_observations_without_a_shape_are_left_to_the_policy() -> None:
    env = Given(({"x": 1}, {}), ({"x": 1}, 1.0, False, False, {}))
    env.observation_space = gymnasium.spaces.Dict({"x": gymnasium.spaces.Discrete(3)})  # type: ignore[assignment]
    try_out(env)


@pytest.mark.parametrize("name", ["CartPole-v1", "Pendulum-v1", "FrozenLake-v1", "HalfCheetah-v5", "ALE/Pong-v5"])
def test_environments_that_come_along_pass(name: str) -> None:
    pytest.importorskip("ale_py" if name.startswith("ALE") else "mujoco" if "Cheetah" in name else "gymnasium")
    with gymnasium.make(name) as env:
        try_out(env)
