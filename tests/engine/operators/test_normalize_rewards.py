"""Normalize Rewards: the deviation is that of discounted returns, over fragments and within episodes."""

from __future__ import annotations

from typing import Any, cast

import gymnasium
import numpy as np
import pytest

from engine.declare import Run
from engine.kinds import Item
from engine.operators.experiences.normalize_rewards import NormalizeRewards
from tests.engine.operators.pieces import batch, through

NO_RUN = cast("Run", None)


def operator(**params: Any) -> NormalizeRewards:
    made = NormalizeRewards("normalize_1", params)
    made.provide(NO_RUN)
    return made


def item(*rewards: float, sequence: int = 1, ends: tuple[int, ...] = (), source: str = "rollouts_1/0") -> Item:
    """Fragments of `sequence` steps; the rows `ends` end an episode, by turns cut off and terminated."""
    rows = range(len(rewards))
    columns = {"terminated": [row in ends[1::2] for row in rows], "truncated": [row in ends[::2] for row in rows]}
    return Item(batch(sequence, reward=list(map(float, rewards)), **columns), source, env_steps=len(rewards))


def test_rewards_are_divided_by_their_deviation_where_nothing_else_is_foreseen() -> None:
    given = through(operator(gamma=0.0), item(2, 6))[0].value
    assert given["reward"].tolist() == [1, 3]
    assert given["reward"].dtype == np.float32


def test_returns_run_on_within_an_environment_and_stop_at_each_end() -> None:
    made = operator(gamma=0.5)
    (given,) = through(made, item(1, 2, 4, 1, 2, 4, sequence=3, ends=(1, 4)))
    returns = [1, 2.5, 4, 1, 2.5, 4]
    assert given.value["reward"] == pytest.approx(np.array([1, 2, 4, 1, 2, 4]) / np.std(returns))
    assert made.seen.mean == pytest.approx(np.mean(returns))


def test_the_next_fragment_of_a_source_goes_on_where_its_last_one_stopped() -> None:
    one, parts = operator(), operator()
    through(one, item(1, 2, 3, 4, sequence=4), item(5, 6, 7, 8, sequence=4, source="rollouts_1/1"))
    halves = item(1, 2, sequence=2), item(5, 6, sequence=2, source="rollouts_1/1")
    through(parts, *halves, item(3, 4, sequence=2), item(7, 8, sequence=2, source="rollouts_1/1"))
    assert parts.seen.deviation == pytest.approx(one.seen.deviation, rel=1e-5)


def test_large_rewards_are_cut() -> None:
    rewards = through(operator(gamma=0.0, largest=2.0), item(*[0.0] * 99, -1, 1))[0].value["reward"]
    assert rewards[-2:].tolist() == [-2, 2]


def test_gymnasium_measures_alike_once_enough_was_seen() -> None:
    rewards = np.random.default_rng(0).normal(1, 2, 2000)
    ends = tuple(range(99, 2000, 100))

    class Given(gymnasium.Env[Any, Any]):
        observation_space = gymnasium.spaces.Discrete(1)
        action_space = gymnasium.spaces.Discrete(1)

        def step(self, action: int) -> tuple[int, float, bool, bool, dict[str, Any]]:
            return 0, float(rewards[action]), action in ends, False, {}

    theirs: Any = gymnasium.wrappers.NormalizeReward(Given(), gamma=0.9)
    for step in range(2000):
        theirs.step(step)
    ours = operator(gamma=0.9)
    through(ours, item(*rewards, sequence=2000, ends=ends))
    assert ours.seen.deviation == pytest.approx(np.sqrt(theirs.return_rms.var), rel=1e-2)


def test_a_resumed_run_scales_as_before() -> None:
    first, second = operator(), operator()
    through(first, item(1, 2, 3, 4, sequence=4))
    second.restore(first.state())
    assert second.seen.deviation == first.seen.deviation
