"""The rollout worker of several agents: each policy acts for all of its agents, in all environments, at once.

It imports neither torch nor ray; the policies' acting parts may bring torch along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import tables
from engine.actors.trajectories import Seat, Trajectories
from engine.kinds import Blueprint, Episode, Item, MultiAgentBatch, MultiAgentEnvironment

Array = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Role:
    """A policy and the agents that it plays."""

    policy: str
    blueprint: Blueprint
    agents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MultiAgentPlan:
    """Everything such a worker must know to start: small, frozen, and sent once.

    Attributes:
        environments: N, how many to step together.
        length: how often each is stepped in a fragment.
        sequence: rows of one agent that leave together.
        seed: of the environments' resets and the policies' choices.
        worker: number of this worker among `workers`, from 0.
    """

    environment: MultiAgentEnvironment
    roles: tuple[Role, ...]
    environments: int
    length: int
    sequence: int
    seed: int
    name: str
    worker: int = 0
    workers: int = 1

    def build(self) -> MultiAgentRollout:
        """Return a worker with its environments made and reset."""
        return MultiAgentRollout(self)


class MultiAgentRollout:
    """Steps N environments of several agents, `length` times a fragment."""

    def __init__(self, plan: MultiAgentPlan) -> None:
        self.plan = plan
        seeds = np.random.SeedSequence(plan.seed).generate_state(plan.environments)
        self.tables = [tables.make(plan.environment) for _ in range(plan.environments)]
        for table, seed in zip(self.tables, seeds, strict=True):
            table.reset(int(seed))
        built = {role.policy: role.blueprint.build(plan.worker, plan.workers) for role in plan.roles}
        self.plays = {agent: role.policy for role in plan.roles for agent in role.agents}
        self.rows = {name: Trajectories(acting, plan.sequence) for name, acting in built.items()}
        self.rngs = {role.policy: np.random.default_rng([plan.seed, index]) for index, role in enumerate(plan.roles)}
        self.returns: list[dict[str, float]] = [{} for _ in self.tables]
        self.lengths = [0] * plan.environments

    def load(self, policy: str, weights: NDArray[np.float32], version: int) -> None:
        """Let one of the policies act with these weights from the next step on."""
        self.rows[policy].load(weights, version)

    def next(self) -> tuple[Item, tuple[Episode, ...]]:
        """Sample one fragment: each policy's whole sequences, and the episodes that ended in it.

        A policy's version is the oldest that made a row of its sequences, some of which waited from fragments before.
        """
        episodes: list[Episode] = []
        for _ in range(self.plan.length):
            self._step(episodes)
        taken = {name: rows.take() for name, rows in self.rows.items()}
        batches = {name: batch for name, (batch, _) in taken.items() if batch is not None}
        versions = {name: version for name, (_, version) in taken.items()}
        steps = self.plan.length * self.plan.environments
        value = MultiAgentBatch(batches, versions)
        return Item(value, self.plan.name, min(versions.values()), steps), tuple(episodes)

    def _step(self, episodes: list[Episode]) -> None:
        """Step every environment once."""
        acting: defaultdict[str, dict[Seat, Array]] = defaultdict(dict)
        for index in range(len(self.tables)):
            for agent, obs in self._meet(index, episodes).items():
                acting[self.plays[agent]][index, agent] = obs
        chosen: list[dict[str, Any]] = [{} for _ in self.tables]
        for policy, waiting in acting.items():
            rows = self.rows[policy]
            obs = np.stack(list(waiting.values())).astype(rows.acting.observation[1], copy=False)
            actions = rows.act(list(waiting), obs, self.rngs[policy])
            for (index, agent), action in zip(waiting, actions, strict=True):
                chosen[index][agent] = action
        for index, table in enumerate(self.tables):
            table.act(chosen[index])
            self.lengths[index] += 1

    def _meet(self, index: int, episodes: list[Episode]) -> Mapping[str, Array]:
        """Let the agents of an environment meet what came of their actions; return what those see that act now."""
        table, acting = self.tables[index], dict[str, Array]()
        while not acting:
            for turn in table.turns():
                rows, reward = self.rows[self.plays[turn.agent]], np.float32(turn.reward)
                learned = float(reward * np.float32(self.plan.environment.reward_scale))
                rows.met((index, turn.agent), learned, turn.terminated, turn.truncated, turn.obs)
                returns = self.returns[index]
                returns[turn.agent] = returns.get(turn.agent, 0.0) + turn.reward
                if not turn.ended:
                    acting[turn.agent] = turn.obs
            if not acting:
                episodes.append(self._ended(index))
                table.reset()
        return acting

    def _ended(self, index: int) -> Episode:
        returns, length = self.returns[index], self.lengths[index]
        self.returns[index], self.lengths[index] = {}, 0
        by_agent = {agent: (self.plays[agent], won) for agent, won in returns.items()}
        return Episode(sum(returns.values()), length, by_agent)

    def close(self) -> None:
        """Close the environments."""
        for table in self.tables:
            table.close()
