"""What is learned from lives and signs is reported as whole games with their own rewards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.actors.arena import Arena
from engine.actors.rollout import RolloutPlan
from engine.kinds import Acting, Blueprint, Environment
from tests.engine.wrappers import games

GAME = Environment(
    games.ID, {"fires": False}, preprocessing="atari", end_at_life_loss=True, clip_rewards=True, reward_scale=0.5
)


class StillActing(Acting):
    """Chooses action 2, always."""

    observation = ((84, 84), "uint8")
    action = ((), "int64")
    records = {}  # noqa: RUF012  a constant of this test

    def load(self, weights: NDArray[np.float32]) -> None:
        pass

    def act(self, obs: NDArray[Any], rng: np.random.Generator) -> Any:
        return self.act_greedily(obs), {}

    def act_greedily(self, obs: NDArray[Any]) -> NDArray[Any]:
        return np.full(len(obs), 2)

    def to_environment(self, actions: NDArray[Any]) -> Any:
        return actions

    def finish(self, columns: Any) -> Any:
        return columns

    def values(self, obs: NDArray[Any], states: Any = None) -> Any:
        raise NotImplementedError


class StillBlueprint(Blueprint):
    def build(self, worker: int = 0, workers: int = 1) -> Acting:
        return StillActing()


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    with games.registered():
        yield


def test_three_lives_are_three_episodes_to_learn_from_and_one_to_report() -> None:
    rollout = RolloutPlan(GAME, StillBlueprint(), environments=1, length=100, seed=0).build()
    first = int(rollout.obs[0, 0, 0])  # the agent takes over at this frame of 120
    steps = -(-(120 - first) // 4)
    batch, episodes = rollout.next()
    assert batch["terminated"][:steps].sum() == 3
    assert set(batch["reward"].tolist()) == {0.5}
    assert episodes[0].episode_return == 2 * (120 - first)
    assert episodes[0].length == steps


def test_an_arena_plays_whole_games() -> None:
    (episode,) = Arena(GAME, StillBlueprint(), seed=0).play(np.zeros(0, np.float32), 1, longest=1000)
    assert 2 * 90 <= episode.episode_return < 2 * 120
