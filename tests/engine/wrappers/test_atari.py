"""Atari's usual treatment, frame by frame, on a game whose pictures are the numbers of their frames."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest

from engine import environments
from engine.kinds import Environment
from engine.wrappers.lives import GAME_GOES_ON
from engine.wrappers.misfit import Misfit
from tests.engine.wrappers import games


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    with games.registered():
        yield


def made(end_at_life_loss: bool = False, frame_stack: int = 1, **kwargs: Any) -> gymnasium.Env[Any, Any]:
    return environments.make(
        Environment(
            games.ID,
            kwargs,
            preprocessing="atari",
            frame_stack=frame_stack,
            end_at_life_loss=end_at_life_loss,
        )
    )


def begun(env: gymnasium.Env[Any, Any]) -> tuple[games.CountingGame, int]:
    """Reset the environment; return the game inside, and the frame at which the agent takes over."""
    obs, _ = env.reset(seed=3)
    game = env.unwrapped
    assert isinstance(game, games.CountingGame)
    return game, int(obs.flat[-1])


def test_a_step_is_four_frames_of_one_action_and_shows_the_brighter_of_the_last_two() -> None:
    env = made(fires=False)
    game, first = begun(env)
    obs, reward, *_ = env.step(2)
    assert obs.shape == (84, 84)
    assert obs.dtype == np.uint8
    assert set(obs.flat) == {first + 4}
    assert reward == 8.0
    assert game.held[-4:] == [2, 2, 2, 2]


def test_a_game_begins_with_up_to_thirty_frames_of_nothing() -> None:
    env = made(fires=False, life=100)
    firsts = {begun(env)[1]} | {int(env.reset()[0].flat[0]) for _ in range(200)}
    assert firsts == set(range(1, 31))


def test_fire_is_pressed_where_a_game_begins_with_it() -> None:
    game, first = begun(made(life=100))
    assert game.held[-4:] == [1, 1, 1, 1]
    assert set(game.held[:-4]) == {0}
    assert first == len(game.held)


def test_the_newest_observations_are_seen_at_once_oldest_first() -> None:
    env = made(frame_stack=4, fires=False)
    _, first = begun(env)
    obs, _ = env.reset(seed=3)
    assert obs.shape == (4, 84, 84)
    assert obs[:, 0, 0].tolist() == [first] * 4
    env.step(0)
    obs, *_ = env.step(0)
    assert obs[:, 0, 0].tolist() == [first, first, first + 4, first + 8]


def test_a_lost_life_may_end_the_episode_and_the_next_goes_on_with_the_game() -> None:
    env = made(end_at_life_loss=True, fires=False)
    game, _ = begun(env)
    goes_on = []
    while len(goes_on) < 3:
        obs, _, terminated, truncated, info = env.step(2)
        assert not truncated
        if terminated:
            goes_on.append(GAME_GOES_ON in info)
            following, _ = env.reset()
            assert goes_on[-1] == (following.flat[0] == obs.flat[0])
    assert goes_on == [True, True, False]
    assert game.games == 2


def test_fire_is_pressed_when_a_life_is_lost_and_its_frames_bring_their_reward() -> None:
    env = made(end_at_life_loss=True)
    game, _ = begun(env)
    terminated, total, start = False, 0.0, game.frame
    while not terminated:
        obs, reward, terminated, _, _ = env.step(2)
        total += float(reward)
    assert game.held[-5:] == [2, 1, 1, 1, 1]
    assert total == 2 * (game.frame - start)
    following, _ = env.reset()
    assert following.flat[0] == obs.flat[0] + 4


def test_a_whole_game_is_one_episode_unless_lives_are() -> None:
    env = made()
    game, _ = begun(env)
    over = False
    while not over:
        *_, over, truncated, _ = env.step(2)
        assert not truncated
    assert (game.games, game.lives()) == (1, 0)


def test_a_seed_begins_a_new_game_also_between_two_lives() -> None:
    env = made(end_at_life_loss=True)
    game, first = begun(env)
    while not env.step(2)[2]:
        pass
    obs, _ = env.reset(seed=3)
    assert (game.games, obs.flat[0]) == (2, first)


def test_the_treatment_is_for_atari_games_alone() -> None:
    with pytest.raises(Misfit, match="it is no Atari game"):
        environments.make(Environment("CartPole-v1", preprocessing="atari"))


def test_a_real_game_gives_grey_pictures_and_keeps_its_colours_for_those_who_watch() -> None:
    env = environments.make_drawn(Environment("ALE/Breakout-v5", preprocessing="atari", frame_stack=4))
    obs, _ = env.reset(seed=1)
    picture = env.render()
    assert (obs.shape, obs.dtype) == ((4, 84, 84), np.uint8)
    assert isinstance(picture, np.ndarray)
    assert picture.shape == (210, 160, 3)
    env.close()
