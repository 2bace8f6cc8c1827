"""What environments went through, kept as few numbers and gone through again."""

from __future__ import annotations

import gymnasium
import numpy as np
import pytest

from engine import generators
from engine.actors import journal
from engine.actors.journal import Journal, Past, by_agent, step_by_step

PAGE = np.array([[0, 10], [1, 11], [2, 12], [3, 13]])  # four steps of two environments


@pytest.fixture
def environments() -> list[gymnasium.Env[np.ndarray, int]]:
    made = [gymnasium.make("CartPole-v1") for _ in range(2)]
    for seed, env in enumerate(made):
        env.reset(seed=seed)
    return made


def actions(kept: Journal) -> list[list[int] | None]:
    return [past and [int(action) for action in past.actions] for past in kept.pasts()]


def test_a_past_goes_back_to_where_the_episode_began_and_no_further(environments) -> None:
    kept = Journal(environments, (0, 1))
    kept.begins(0, 3)
    kept.add(PAGE)
    kept.add(PAGE + 4)
    assert actions(kept) == [[3, 4, 5, 6, 7], [10, 11, 12, 13, 14, 15, 16, 17]]
    kept.begins(1, 0)
    kept.add(PAGE + 8)
    assert actions(kept) == [[3, *range(4, 12)], [18, 19, 20, 21]]
    assert len(kept.pages) == 3
    kept.begins(0, 2)
    kept.add(PAGE + 12)
    assert len(kept.pages) == 2  # nobody needs the older ones


def test_of_an_episode_that_never_ends_the_beginning_is_forgotten(environments, monkeypatch) -> None:
    monkeypatch.setattr(journal, "LONGEST", 6)
    kept = Journal(environments, (0, 1))
    kept.add(PAGE)
    kept.begins(1, 1)
    kept.add(PAGE)
    kept.add(PAGE)
    assert actions(kept) == [None, [11, 12, 13, 10, 11, 12, 13]]


def test_a_journal_that_was_restored_goes_on(environments) -> None:
    kept = Journal(environments, (0, 1))
    kept.begins(0, 3)
    kept.add(PAGE)
    again = Journal(environments, (0, 1))
    again.restore([past for past in kept.pasts() if past])
    again.add(PAGE + 4)
    assert actions(again) == [[3, 4, 5, 6, 7], [10, 11, 12, 13, 14, 15, 16, 17]]


def test_an_episode_begins_again_as_it_began(environments) -> None:
    env, other = environments
    before = generators.states(generators.of(env))
    first, _ = env.reset()
    again, _ = Past(before, ()).begin(other)
    assert np.array_equal(first, again)
    assert np.array_equal(Past(7, ()).begin(env)[0], Past(7, ()).begin(other)[0])


def test_actions_of_several_agents_are_few_arrays_and_come_back() -> None:
    steps = [{"a": 0, "b": 1}, {"b": 0}, {}]
    kept = by_agent(steps)
    assert kept["steps"] == 3
    assert {agent: (done["at"].tolist(), done["actions"].tolist()) for agent, done in kept["agents"].items()} == {
        "a": ([0], [0]),
        "b": ([0, 1], [1, 0]),
    }
    assert step_by_step(kept) == steps
