"""Where a policy plays whole games against others that move at random, to be measured, not to be trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine import tables
from engine.agent_names import matching
from engine.kinds import Policy, View
from engine.tables import Turn


@dataclass(frozen=True, slots=True)
class Game:
    """How a game ended: the return of the agent that the policy played, and the best of the others'."""

    own: float
    best_other: float


class Match:
    """One table; the policy plays one agent a game, each of its agents in turn."""

    def __init__(self, policy: Policy, seed: int) -> None:
        """Sit down at a table of the policy's own environment.

        Raises:
            ValueError: the environment has only one agent; the text is a sentence.
        """
        view = policy.environment
        if not isinstance(view, View) or view.of is None:
            raise ValueError(f"{policy.name} plays alone: Evaluate measures it")
        self.table = tables.make(view.of)
        if len(self.table.agents) == 1:
            self.table.close()
            raise ValueError(f"only one agent lives in {view.of.id}: there is nobody to play against")
        self.agents = matching(self.table.agents, view.agents)
        self.mask = tables.told_legal(self.table, self.agents[0])
        self.acting = policy.blueprint.build()
        self.rng = np.random.default_rng(seed)
        self.played = 0

    def play(self, weights: NDArray[np.float32], games: int) -> list[Game]:
        """Play `games` games with the most likely actions under `weights`, and return how they ended."""
        self.acting.load(weights)
        return [self._game() for _ in range(games)]

    def state(self) -> dict[str, Any]:
        """Return what decides how the next games go beside the weights."""
        return {"played": self.played, "rng": self.rng.bit_generator.state}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.played, self.rng.bit_generator.state = state["played"], state["rng"]

    def _game(self) -> Game:
        own = self.agents[self.played % len(self.agents)]
        self.played += 1
        returns = dict.fromkeys(self.table.agents, 0.0)
        self.table.reset(int(self.rng.integers(2**31)))
        while True:
            turns = self.table.turns()
            for turn in turns:
                returns[turn.agent] += turn.reward
            acting = [turn for turn in turns if not turn.ended]
            if not acting:
                return Game(returns[own], max(won for agent, won in returns.items() if agent != own))
            self.table.act({turn.agent: self._chosen(turn, turn.agent == own) for turn in acting})

    def _chosen(self, turn: Turn, own: bool) -> Any:
        if own:
            obs = turn.obs[None].astype(self.acting.observation[1], copy=False)
            return self.acting.to_environment(self.acting.act_greedily(obs))[0]
        if self.mask:
            return int(self.rng.choice(np.flatnonzero(turn.obs[-self.mask :])))
        space = self.table.spaces(turn.agent)[1]
        space.seed(int(self.rng.integers(2**31)))
        return space.sample()

    def close(self) -> None:
        """Close the table."""
        self.table.close()
