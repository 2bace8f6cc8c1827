"""An environment whose observations tell which transition they belong to, and what a worker must make of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import gymnasium
import numpy as np

from engine.actors.host import Host, Load, stage_of
from engine.actors.rollout import RolloutPlan
from engine.declare import Operator
from engine.kinds import Acting, Batch, Blueprint, Environment, Item


class CountingEnv(gymnasium.Env[Any, Any]):
    """Observes (its own number, episode, step). Episodes of 1 to 5 steps terminate and are cut off in turn."""

    observation_space = gymnasium.spaces.Box(0, np.inf, (3,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)

    def __init__(self) -> None:
        self.number = self.episode = self.steps = 0

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.number = self.number if seed is None else seed % 100_003  # the worker gives each environment a seed
        self.episode, self.steps = self.episode + 1, 0
        return self._observe(), {}

    def step(self, action):
        self.steps += 1
        over = self.steps == length_of(self.episode)
        return self._observe(), reward_of(self.episode, self.steps), over and terminates(self.episode), over, {}

    def _observe(self):
        return np.array([self.number, self.episode, self.steps], np.float32)


def length_of(episode: int) -> int:
    return 1 + 7 * episode % 5


def terminates(episode: int) -> bool:
    return episode % 2 == 1


def reward_of(episode: int, step: int) -> float:
    return episode + step / 8  # exact in float32


class Transition(NamedTuple):
    """One row: all that must be right in it."""

    obs: tuple[float, ...]
    action: int
    reward: float
    next_obs: tuple[float, ...]
    terminated: bool
    truncated: bool
    discount: float


def transitions(number: int, count: int, n: int = 1, gamma: float = 0.5) -> list[Transition]:
    """The first n-step transitions that environment `number` makes, worked out from the rules above."""
    steps = _steps()
    made = [next(steps) for _ in range(count + n - 1)]
    found = []
    for start in range(count):
        episode, first = made[start]
        last = min(first + n - 1, length_of(episode) - 1)
        total = sum(gamma**k * reward_of(episode, first + k + 1) for k in range(last - first + 1))
        over = last + 1 == length_of(episode)
        ends = (over and terminates(episode), over and not terminates(episode))
        here, there = (float(number), episode, first), (float(number), episode, last + 1)
        found.append(Transition(here, action_of(here), total, there, *ends, gamma ** (last - first + 1)))
    return found


def _steps() -> Iterator[tuple[int, int]]:
    episode = 0
    while True:
        episode += 1
        yield from ((episode, step) for step in range(length_of(episode)))


def action_of(obs: tuple[float, ...]) -> int:
    return int(sum(obs)) % 2


def rows_of(batch: Batch) -> list[Transition]:
    """The rows of a batch as plain values."""
    discounts = batch.columns.get("discount", np.full(len(batch), 0.5))
    columns = [batch[name] for name in Transition._fields[:-1]] + [discounts]
    return [
        Transition(tuple(o), int(a), float(r), tuple(n), bool(e), bool(c), float(d))
        for o, a, r, n, e, c, d in zip(*(column.tolist() for column in columns), strict=True)
    ]


class CountingActing(Acting):
    """The action follows from the observation, so that a row's action tells which observation it belongs to."""

    observation = ((3,), "float32")
    action = ((), "int64")
    records = {}  # noqa: RUF012  a constant of this test
    wants_next_obs = True

    def load(self, weights):
        pass

    def act(self, obs, rng):
        return np.array([action_of(tuple(row)) for row in obs], np.int64), {}

    def act_greedily(self, obs):
        return self.act(obs, None)[0]

    def to_environment(self, actions):
        return actions

    def finish(self, columns):
        return columns

    def values(self, obs, states=None):
        raise NotImplementedError


class CountingBlueprint(Blueprint):
    def build(self, worker=0, workers=1):
        return CountingActing()


def worker(index: int, environments: int, length: int, *stages: Operator) -> Host:
    """A worker with operators behind it; its environments count on their own."""
    host = Host()
    plan = RolloutPlan(Environment("Replayed-v0"), CountingBlueprint(), environments, length, seed=index)
    trouble = host.load(Load("rollouts_1", f"rollouts_1/{index}", plan, tuple(map(stage_of, stages))))
    assert trouble is None, trouble
    return host


def numbers_of(index: int, environments: int) -> list[int]:
    """The numbers of a worker's environments."""
    return [int(seed) % 100_003 for seed in np.random.SeedSequence(index).generate_state(environments)]


def items_of(host: Host, calls: int) -> list[Item]:
    """The items that come of so many calls, each with a policy version of its own; a call may give none."""
    answers = [host.next((("policy_1", version),), np.zeros(1, np.float32)) for version in range(calls)]
    return [answer.item for answer in answers if answer.item is not None]
