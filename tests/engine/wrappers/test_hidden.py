"""Hidden leaves components of a vector out, and says in words what cannot be hidden."""

from __future__ import annotations

import gymnasium
import pytest

from engine import environments
from engine.kinds import Environment
from engine.wrappers.misfit import Misfit


def made(hidden: tuple[int, ...], env_id: str = "CartPole-v1") -> gymnasium.Env:
    return environments.make(Environment(env_id, hidden=hidden))


def test_the_velocities_of_cartpole_can_be_hidden() -> None:
    seen, whole = made((1, 3)), made(())
    (first, _), (everything, _) = seen.reset(seed=5), whole.reset(seed=5)
    assert first.tolist() == everything[[0, 2]].tolist()
    assert seen.step(1)[0].tolist() == whole.step(1)[0][[0, 2]].tolist()


def test_the_space_has_the_bounds_of_what_is_left() -> None:
    space, whole = made((1, 3)).observation_space, made(()).observation_space
    assert space.shape == (2,)
    assert space.dtype == whole.dtype
    assert space.high.tolist() == whole.high[[0, 2]].tolist()


@pytest.mark.parametrize(
    ("env_id", "hidden", "words"),
    [
        ("CartPole-v1", (4,), "no component 4 to hide: observations have 0 to 3"),
        ("CartPole-v1", (0, 1, 2, 3), "all 4 components are hidden"),
        ("FrozenLake-v1", (0,), "no vector"),
    ],
)
def test_what_cannot_be_hidden_is_said_in_words(env_id: str, hidden: tuple[int, ...], words: str) -> None:
    with pytest.raises(Misfit, match=words):
        made(hidden, env_id)
