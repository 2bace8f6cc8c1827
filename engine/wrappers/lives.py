"""Atari games are played in lives: some wait for the fire button before each, and a life may count as an episode."""

from __future__ import annotations

from typing import Any, Final

import gymnasium

GAME_GOES_ON: Final = "game_goes_on"  # in `info`: the episode ended with a life, and the game is not over
FIRE: Final = 1  # the place of the fire button among the actions of every game that has one


class Lives(gymnasium.Wrapper[Any, Any, Any, Any]):
    """Presses fire once at the start of each life, and ends the episode with each life if wanted.

    An agent that never presses fire would wait in Breakout for ever; where a game does not wait, fire does no harm.
    Where a life ends the episode (Mnih et al. 2015) the next reset goes on with the same game, and
    `info["game_goes_on"]` tells whoever counts whole games.

    Example: a game of 3 lives is one episode, or with `end_episodes` three, of which the first two tell that the game
    goes on.
    """

    def __init__(self, env: gymnasium.Env[Any, Any], end_episodes: bool) -> None:
        """Watch the lives that the environment's `info["lives"]` tells."""
        super().__init__(env)
        self.end_episodes = end_episodes
        meanings: list[str] = env.unwrapped.get_action_meanings()  # type: ignore[attr-defined]  # every Atari game has it
        self.fires = meanings[FIRE : FIRE + 1] == ["FIRE"]
        self.lives = 0
        self.next_life: Any = None  # the first observation of the next life, while an ended episode waits for a reset

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        """Begin the next life of a game that goes on, else a new game; a seed always begins a new one."""
        obs, self.next_life = self.next_life, None
        if obs is not None and seed is None:
            return obs, {}
        obs, info = self.env.reset(seed=seed, options=options)
        if self.fires:
            obs, _, _, _, info = self.env.step(FIRE)
        self.lives = info["lives"]
        return obs, info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        """Take a step; if it cost a life and the game goes on, press fire and perhaps end the episode."""
        obs, reward, terminated, truncated, info = self.env.step(action)
        lost = 0 < info["lives"] < self.lives  # some games show no lives for a while before they are over
        self.lives = info["lives"]
        if not lost or terminated or truncated:
            return obs, reward, terminated, truncated, info
        following = obs
        if self.fires:
            following, more, terminated, truncated, info = self.env.step(FIRE)
            reward = float(reward) + float(more)
        if not self.end_episodes or terminated or truncated:
            return following, reward, terminated, truncated, info
        self.next_life = following
        return obs, reward, True, False, {**info, GAME_GOES_ON: True}
