"""Which spaces a policy can handle, and with which sentence the others are refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium import spaces

from engine.kinds import Environment
from engine.policies.distributions import Categorical, DiagonalGaussian
from engine.policies.spaces import Observations, spaces_of

ID = "spaces-test-v0"
VECTOR = spaces.Box(-1, 1, (3,), np.float32)


class Still(gymnasium.Env[Any, Any]):
    """Has the spaces it is told to have; it is never stepped."""

    def __init__(self, observations: spaces.Space[Any], actions: spaces.Space[Any]) -> None:
        self.observation_space, self.action_space = observations, actions


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    gymnasium.register(ID, Still, disable_env_checker=True)
    yield
    del gymnasium.registry[ID]


def seen(observations: spaces.Space[Any] = VECTOR, actions: spaces.Space[Any] = VECTOR, **options: Any) -> Any:
    environment = Environment(ID, {"observations": observations, "actions": actions}, **options)
    return spaces_of(environment, "PPO Policy")


def test_cartpole_is_four_numbers_and_one_choice_of_two() -> None:
    observations, actions = spaces_of(Environment("CartPole-v1"), "PPO Policy")
    assert observations == Observations((4,), image=False)
    assert observations.row == ((4,), "float32")
    assert actions == Categorical((2,), (0,))


def test_pendulum_is_three_numbers_and_one_real_action() -> None:
    observations, actions = spaces_of(Environment("Pendulum-v1"), "PPO Policy")
    assert observations == Observations((3,), image=False)
    assert actions == DiagonalGaussian((-2.0,), (2.0,), (1,))


@pytest.mark.parametrize("shape", [(84, 84), (84, 84, 3), (4, 84, 84)])
def test_bytes_in_two_or_three_dimensions_are_an_image(shape: tuple[int, ...]) -> None:
    observations, _ = seen(spaces.Box(0, 255, shape, np.uint8))
    assert observations.image
    assert observations.row == (shape, "uint8")


@pytest.mark.parametrize(
    ("space", "size"),
    [
        (spaces.Box(0, 255, (128,), np.uint8), 128),
        (spaces.Box(-1, 1, (2, 5), np.float64), 10),
        (spaces.Box(-1, 1, (), np.float32), 1),
    ],
)
def test_all_else_in_a_box_is_read_as_one_vector(space: spaces.Box, size: int) -> None:
    observations, _ = seen(space)
    assert observations.size == size
    assert observations.row == (space.shape, "float32")


@pytest.mark.parametrize(
    ("space", "distribution"),
    [
        (spaces.Discrete(3, start=-1), Categorical((3,), (-1,))),
        (spaces.MultiDiscrete([3, 2], start=[0, 10]), Categorical((3, 2), (0, 10), many=True)),
        (
            spaces.Box(np.array([-1, -2], np.float32), np.array([1, np.inf], np.float32)),
            DiagonalGaussian((-1, -2), (1, np.inf), (2,)),
        ),
        (spaces.Box(-1, 1, (2, 1), np.float64), DiagonalGaussian((-1, -1), (1, 1), (2, 1))),
    ],
)
def test_every_action_space_has_its_distribution(space: spaces.Space[Any], distribution: object) -> None:
    assert seen(actions=space)[1] == distribution


@pytest.mark.parametrize(
    ("space", "name"),
    [
        (spaces.Dict({"a": VECTOR}), "Dict"),
        (spaces.MultiBinary(3), "MultiBinary"),
        (spaces.Box(0, 9, (2,), np.int64), "int64 Box"),
        (spaces.Box(0, 9, (0,), np.float32), "empty Box"),
        (spaces.MultiDiscrete([[2, 2], [2, 2]]), "2-dimensional MultiDiscrete"),
    ],
)
def test_other_action_spaces_are_refused_by_name(space: spaces.Space[Any], name: str) -> None:
    with pytest.raises(ValueError, match=f"PPO Policy cannot act in {name} action spaces"):
        seen(actions=space)


def test_other_observation_spaces_are_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"PPO Policy cannot see Discrete observation spaces.*: flatten them"):
        seen(spaces.Discrete(16))
    with pytest.raises(ValueError, match="PPO Policy has nothing to see: observations have no numbers"):
        seen(spaces.Box(-1, 1, (0,), np.float32))


@pytest.mark.parametrize("shape", [(35, 84), (84, 35, 3), (3, 84, 35)])
def test_images_too_small_for_the_convolutions_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="both sides must be at least 36 pixels"):
        seen(spaces.Box(0, 255, shape, np.uint8))


def test_images_cannot_be_normalised() -> None:
    with pytest.raises(ValueError, match=f"PPO Policy can normalise vectors only, and {ID} gives images"):
        seen(spaces.Box(0, 255, (84, 84), np.uint8), normalise_observations=True)
