"""Several cart poles side by side, as a PettingZoo environment: the one on which RLlib Flow composed PPO with DQN.

Each agent balances a pole of its own, so whether two algorithms in one graph disturb each other can be read off their
returns. An agent is out when its pole falls; the episode is over when all are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import gymnasium
import numpy as np
import pettingzoo

ID: Final = "classic/multi_cartpole-v0"

Given = tuple[dict[str, Any], dict[str, float], dict[str, bool], dict[str, bool], dict[str, dict[str, Any]]]


class MultiCartPole(pettingzoo.ParallelEnv):  # type: ignore[misc]  # PettingZoo ships no types
    """Agents `cart_0`, `cart_1` ...: each one's CartPole-v1, of at most 500 steps.

    Example: with 2 agents of which the first falls at step 20, steps 21 and on have `cart_1` alone.
    """

    metadata = {"name": "multi_cartpole_v0", "render_modes": []}  # noqa: RUF012  as PettingZoo declares it

    def __init__(self, agents: int = 4) -> None:
        """Make `agents` cart poles."""
        self.possible_agents = [f"cart_{index}" for index in range(agents)]
        self.carts = {agent: gymnasium.make("CartPole-v1", disable_env_checker=True) for agent in self.possible_agents}
        self.agents: list[str] = []

    @property
    def generators(self) -> list[np.random.Generator]:
        """What decides how each pole stands at the start of an episode."""
        return [cart.unwrapped.np_random for cart in self.carts.values()]

    def observation_space(self, agent: str) -> gymnasium.Space[Any]:
        """Return CartPole's: position, velocity, angle and angular velocity."""
        return self.carts[agent].observation_space

    def action_space(self, agent: str) -> gymnasium.Space[Any]:
        """Return CartPole's: push left or right."""
        return self.carts[agent].action_space

    def reset(
        self, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
        """Set every pole upright again, each with a seed of its own."""
        self.agents = list(self.possible_agents)
        seeds = {agent: None if seed is None else seed + index for index, agent in enumerate(self.agents)}
        started = {agent: cart.reset(seed=seeds[agent]) for agent, cart in self.carts.items()}
        return {agent: obs for agent, (obs, _) in started.items()}, {agent: {} for agent in started}

    def step(self, actions: Mapping[str, Any]) -> Given:
        """Push the carts of the agents that are still in."""
        made = {agent: self.carts[agent].step(actions[agent]) for agent in self.agents}
        self.agents = [agent for agent, each in made.items() if not (each[2] or each[3])]
        return (
            {agent: each[0] for agent, each in made.items()},
            {agent: float(each[1]) for agent, each in made.items()},
            {agent: each[2] for agent, each in made.items()},
            {agent: each[3] for agent, each in made.items()},
            {agent: {} for agent in made},
        )

    def close(self) -> None:
        """Close them all."""
        for cart in self.carts.values():
            cart.close()


def register() -> None:
    """Let PettingZoo make it by its id."""
    if ID not in pettingzoo.parallel_registry:
        pettingzoo.register("parallel", ID, MultiCartPole)
