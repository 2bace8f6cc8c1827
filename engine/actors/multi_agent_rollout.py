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
from engine.actors.journal import Journal, Past, by_agent, step_by_step
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
        seeds = np.random.SeedSequence(plan.seed).generate_state(plan.environments).tolist()
        self.tables = [tables.make(plan.environment) for _ in range(plan.environments)]
        for table, seed in zip(self.tables, seeds, strict=True):
            table.reset(seed)
        self.journal = Journal(self.tables, seeds)
        built = {role.policy: role.blueprint.build(plan.worker, plan.workers) for role in plan.roles}
        self.plays = {agent: role.policy for role in plan.roles for agent in role.agents}
        self.rows = {name: Trajectories(acting, plan.sequence, plan.seed) for name, acting in built.items()}
        self.rngs = {role.policy: np.random.default_rng([plan.seed, index]) for index, role in enumerate(plan.roles)}
        self.returns: list[dict[str, float]] = [{} for _ in self.tables]
        self.lengths = [0] * plan.environments

    def load(self, policy: str, weights: NDArray[np.float32], version: int) -> None:
        """Let one of the policies act with these weights from the next step on."""
        self.rows[policy].load(weights, version)

    def next(self) -> tuple[Item, tuple[Episode, ...]]:
        """Sample one fragment: each policy's whole sequences, and the episodes that ended in it.

        A policy's version is the oldest that made a row of its sequences, some of which waited from fragments before.

        Raises:
            ValueError: the environment breaks the rules of such games, or gives what is no finite number.
        """
        episodes: list[Episode] = []
        self.journal.add([self._step(step, episodes) for step in range(self.plan.length)])
        taken = {name: rows.take() for name, rows in self.rows.items()}
        batches = {name: batch for name, (batch, _) in taken.items() if batch is not None}
        versions = {name: version for name, (_, version) in taken.items()}
        steps = self.plan.length * self.plan.environments
        value = MultiAgentBatch(batches, versions)
        return Item(value, self.plan.name, min(versions.values()), steps), tuple(episodes)

    def _step(self, step: int, episodes: list[Episode]) -> list[dict[str, Any]]:
        """Step every environment once; return what the agents of each did."""
        acting: defaultdict[str, dict[Seat, Array]] = defaultdict(dict)
        for index in range(len(self.tables)):
            for agent, obs in self._meet(index, step, episodes).items():
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
        return chosen

    def _meet(self, index: int, step: int, episodes: list[Episode]) -> Mapping[str, Array]:
        """Let the agents of an environment meet what came of their actions; return what those see that act now."""
        table, acting = self.tables[index], dict[str, Array]()
        for begun in (False, True):
            for turn in table.turns():
                rows, reward = self._rows_of(turn.agent), np.float32(turn.reward)
                learned = float(reward * np.float32(self.plan.environment.reward_scale))
                rows.met((index, turn.agent), learned, turn.terminated, turn.truncated, turn.obs)
                returns = self.returns[index]
                returns[turn.agent] = returns.get(turn.agent, 0.0) + turn.reward
                if not turn.ended:
                    acting[turn.agent] = turn.obs
            if acting or begun:
                break
            episodes.append(self._ended(index))
            self.journal.begins(index, step)
            table.reset()
        if not acting:
            raise ValueError(f"a new episode of {self.plan.environment.id} begins with nobody to act")
        return acting

    def _rows_of(self, agent: str) -> Trajectories:
        """Return the rows of the policy that plays an agent."""
        try:
            return self.rows[self.plays[agent]]
        except KeyError:
            known = ", ".join(self.plays)
            raise ValueError(f"{agent} acts, and {self.plan.environment.id} named only {known} as its agents") from None

    def _ended(self, index: int) -> Episode:
        returns, length = self.returns[index], self.lengths[index]
        self.returns[index], self.lengths[index] = {}, 0
        by_agent = {agent: (self.plays[agent], won) for agent, won in returns.items()}
        return Episode(sum(returns.values()), length, by_agent)

    def state(self) -> dict[str, Any]:
        """Return what its next fragments depend on beside the weights, for a checkpoint between two fragments."""
        pasts = [past and {"began": past.began, "actions": by_agent(past.actions)} for past in self.journal.pasts()]
        return {
            "pasts": pasts,
            "shown": [table.shown() for table in self.tables],
            "returns": [dict(returns) for returns in self.returns],
            "lengths": list(self.lengths),
            "rngs": {policy: rng.bit_generator.state for policy, rng in self.rngs.items()},
            "rows": {policy: rows.state() for policy, rows in self.rows.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave, each environment after going through its episode again.

        Raises:
            ValueError: an environment does not come to where it was; the text is a part of a sentence.
        """
        pasts = [past and Past(past["began"], step_by_step(past["actions"])) for past in state["pasts"]]
        for index, (table, past) in enumerate(zip(self.tables, pasts, strict=True)):
            if past is None or not _alike(_gone_through(table, past), state["shown"][index]):
                raise ValueError(f"environment {index} did not come to where it was by the same actions")
        self.journal.restore(pasts)
        self.returns, self.lengths = [dict(returns) for returns in state["returns"]], list(state["lengths"])
        for policy, rows in self.rows.items():
            rows.restore(state["rows"][policy])
            self.rngs[policy].bit_generator.state = state["rngs"][policy]

    def close(self) -> None:
        """Close the environments."""
        for table in self.tables:
            table.close()


def _gone_through(table: tables.Table, past: Past) -> Mapping[str, Array]:
    """Return what the table shows after an episode begun and acted as its past says."""
    past.begin(table)
    for actions in past.actions:
        table.turns()
        table.act(actions)
    return table.shown()


def _alike(shown: Mapping[str, Array], before: Mapping[str, Array]) -> bool:
    return shown.keys() == before.keys() and all(np.array_equal(obs, before[agent]) for agent, obs in shown.items())
