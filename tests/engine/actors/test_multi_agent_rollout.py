"""Games of several agents that break the rules are refused in a sentence: nothing hangs, and no row is made up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pettingzoo
import pytest
from gymnasium.spaces import Box, Discrete

from engine.actors.multi_agent_rollout import MultiAgentPlan, MultiAgentRollout, Role
from engine.kinds import Blueprint, MultiAgentBatch, MultiAgentEnvironment, UnfitBatch
from tests.engine.actors.test_trajectories import Telling

ID = "tests/unruly-v0"
Told = tuple[dict[str, Any], ...]


class Unruly(pettingzoo.ParallelEnv[str, Any, Any]):
    """Two agents see the number of the step, and leave after their third. `fault` names the rule that it breaks."""

    metadata = {"name": "unruly_v0"}  # noqa: RUF012  PettingZoo's own way
    possible_agents = ["ann", "bob"]  # noqa: RUF012

    def __init__(self, fault: str = "") -> None:
        self.fault, self.begun = fault, 0

    def observation_space(self, agent: str) -> Box:
        return Box(-np.inf, np.inf, (2,), np.float32)

    def action_space(self, agent: str) -> Discrete:
        return Discrete(10)

    def reset(self, seed: Any = None, options: Any = None) -> Any:
        self.begun, self.steps, self.agents = self.begun + 1, 0, ["ann", "bob"]
        if self.fault == "nobody begins" and self.begun > 1:
            self.agents = []
        if self.fault == "late and nan":
            self.agents = ["ann"]
        return self._shown(0.0), {}

    def step(self, actions: Any) -> Any:
        self.steps += 1
        if self.fault == "late and nan":
            self.agents = ["ann", "bob"]
        obs, rewards = self._shown(self.steps), dict.fromkeys(self.agents, 1.0)
        ended = dict.fromkeys(self.agents, self.steps == 3)
        self._break(obs, rewards, ended)
        if self.steps == 3:
            self.agents = []
        return obs, rewards, ended, dict.fromkeys(self.agents + list(obs), False), {}

    def _break(self, *told: dict[str, Any]) -> None:
        obs, rewards, _ = told
        match self.fault:
            case "bob vanishes":
                for part in told:
                    part.pop("bob")
            case "no reward":
                del rewards["bob"]
            case "a stranger":
                for part, value in zip(told, (np.zeros(2, np.float32), 0.0, False), strict=True):
                    part["eve"] = value
            case "a reward of nan" | "late and nan":
                rewards["bob"] = np.nan
            case "a reward of inf":
                rewards["ann"] = np.inf
            case "sees nan at last" if self.steps == 3:
                obs["ann"] = obs["ann"] * np.nan

    def _shown(self, count: float) -> dict[str, Any]:
        return {agent: np.array([0, count], np.float32) for agent in self.agents}


class Tellers(Blueprint):
    """Builds the acting part whose rows tell what they saw."""

    observation, action = Telling.observation, Telling.action

    def build(self, worker: int = 0, workers: int = 1) -> Telling:
        return Telling()


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    pettingzoo.register("parallel", ID, Unruly)
    yield
    del pettingzoo.parallel_registry[ID]


def rollout(fault: str = "") -> MultiAgentRollout:
    """One environment, fragments of 4 steps, all agents played by one policy."""
    environment = MultiAgentEnvironment(ID, "parallel", {"fault": fault})
    role = Role("policy_1", Tellers(), ("ann", "bob"))  # type: ignore[abstract]
    return MultiAgentPlan(environment, (role,), 1, 4, 1, seed=7, name="rollouts_1/0").build()


def test_a_game_that_keeps_the_rules_gives_whole_rows() -> None:
    item, episodes = rollout().next()
    assert isinstance(item.value, MultiAgentBatch)
    assert len(item.value.batches["policy_1"]) == 6  # of 4 steps of 2 agents, all but those whose end is not known yet
    assert [episode.episode_return for episode in episodes] == [6.0]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("bob vanishes", "bob acted and is shown nothing of it, not even its last observation"),
        ("no reward", "bob is shown something, and is not told its reward or whether its episode is over"),
        ("a stranger", "eve acts, and tests/unruly-v0 named only ann, bob as its agents"),
        ("nobody begins", "a new episode of tests/unruly-v0 begins with nobody to act"),
        ("late and nan", "the environment gave a reward of nan"),
    ],
)
def test_a_game_that_breaks_the_rules_is_refused_in_a_sentence(fault: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        rollout(fault).next()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ("a reward of nan", "the environment gave a reward of nan"),
        ("a reward of inf", "the environment gave a reward of inf"),
        ("sees nan at last", "the environment gave an observation of nan"),
    ],
)
def test_what_is_no_finite_number_is_refused_with_its_rows(fault: str, sentence: str) -> None:
    with pytest.raises(UnfitBatch, match=sentence) as refused:
        rollout(fault).next()
    assert {"obs", "reward"} <= refused.value.batch.columns.keys()
