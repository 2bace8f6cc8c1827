"""Makes PettingZoo environments and plays them turn by turn, whether all agents move at once or one after another.

A `Table` is one environment with its agents around it. `turns` says who sees what; who has not ended must act, and
`act` carries the actions out. An agent's reward is what it got since its own last action, so rows of experience are
right for games in which others move in between.

Environments are named by PettingZoo's registry alone: an id is looked up, never imported.
"""

from __future__ import annotations

import warnings
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import gymnasium
import numpy as np
import pettingzoo
from numpy.typing import NDArray

from engine import multi_cartpole
from engine.environments import DRAWN, draw_unseen
from engine.kinds import MultiAgentEnvironment

Spaces = tuple[gymnasium.Space[Any], gymnasium.Space[Any]]


@dataclass(frozen=True, slots=True)
class Turn:
    """What an agent meets: an observation, the reward since its last action, and whether its episode is over.

    Attributes:
        obs: float32 (O,) or the environment's own image; where the environment tells legal actions, they follow the
            observation, 1 for legal and 0 for illegal.
    """

    agent: str
    obs: NDArray[Any]
    reward: float
    terminated: bool
    truncated: bool

    @property
    def ended(self) -> bool:
        """Whether the agent will not act again in this episode."""
        return self.terminated or self.truncated


class Table(ABC):
    """One environment and the agents that act in it."""

    def __init__(self, environment: Any) -> None:
        self.environment = environment

    @property
    def agents(self) -> tuple[str, ...]:
        """Every agent that may ever act, in the environment's order."""
        return tuple(self.environment.possible_agents)

    @property
    def over(self) -> bool:
        """Whether the episode is over for everybody."""
        return not self.environment.agents

    def spaces(self, agent: str) -> Spaces:
        """Return the observation and action space of an agent."""
        return self.environment.observation_space(agent), self.environment.action_space(agent)

    @property
    def unwrapped(self) -> Any:
        """The environment without its wrappers."""
        return self.environment.unwrapped

    @abstractmethod
    def reset(self, seed: int | None = None) -> None:
        """Begin an episode."""

    @abstractmethod
    def shown(self) -> dict[str, NDArray[Any]]:
        """Return what whoever is to move sees, by agent; nothing changes by looking."""

    @abstractmethod
    def turns(self) -> list[Turn]:
        """Say who meets what now; each agent once for each of its actions, and once more when it has ended."""

    @abstractmethod
    def act(self, actions: Mapping[str, Any]) -> None:
        """Carry out the actions of all agents whose turn it is."""

    def picture(self) -> NDArray[np.uint8]:
        """Return how it looks now, (H, W, 3), RGB; of an environment that `make_drawn` made."""
        return np.asarray(self.environment.render(), np.uint8)

    def close(self) -> None:
        """Close the environment."""
        self.environment.close()


class ParallelTable(Table):
    """All agents act at once."""

    def reset(self, seed: int | None = None) -> None:
        """Begin an episode."""
        observations, _ = self.environment.reset(seed=seed)
        self.waiting = [Turn(agent, seen(obs), 0.0, False, False) for agent, obs in observations.items()]

    def shown(self) -> dict[str, NDArray[Any]]:
        """Return what each agent sees since the last step."""
        return {turn.agent: turn.obs for turn in self.waiting}

    def turns(self) -> list[Turn]:
        """Say what each agent met at the last step."""
        return self.waiting

    def act(self, actions: Mapping[str, Any]) -> None:
        """Step once.

        Raises:
            ValueError: an agent is told of in parts, or one that acted not at all; the text is a sentence.
        """
        observations, rewards, terminated, truncated, _ = self.environment.step(dict(actions))
        if silent := actions.keys() - observations.keys():
            raise ValueError(f"{min(silent)} acted and is shown nothing of it, not even its last observation")
        try:
            self.waiting = [
                Turn(agent, seen(obs), float(rewards[agent]), bool(terminated[agent]), bool(truncated[agent]))
                for agent, obs in observations.items()
            ]
        except KeyError as error:
            what = "is shown something, and is not told its reward or whether its episode is over"
            raise ValueError(f"{error.args[0]} {what}") from None


class TakingTurns(Table):
    """Agents act one after another, as in board games."""

    def reset(self, seed: int | None = None) -> None:
        """Begin an episode."""
        self.environment.reset(seed=seed)

    def shown(self) -> dict[str, NDArray[Any]]:
        """Return what the agent to move sees; nothing if the episode is over for everybody."""
        agents = self.environment.agents
        return {self.environment.agent_selection: seen(self.environment.last()[0])} if agents else {}

    def turns(self) -> list[Turn]:
        """Say what the agent to move meets, after those whose end comes before it."""
        met: list[Turn] = []
        while self.environment.agents:
            obs, reward, terminated, truncated, _ = self.environment.last()
            met.append(Turn(self.environment.agent_selection, seen(obs), float(reward), terminated, truncated))
            if not met[-1].ended:
                break
            self.environment.step(None)
        return met

    def act(self, actions: Mapping[str, Any]) -> None:
        """Let the agent to move act."""
        (action,) = actions.values()
        self.environment.step(action)


def make(environment: MultiAgentEnvironment) -> Table:
    """Make the environment and sit its agents down.

    Raises:
        ValueError: no such environment is registered; the text is a sentence.
        Exception: what its author's code raises, or a package that it needs is not installed.
    """
    if environment.id not in registered(environment.players):
        raise ValueError(f"no {environment.players} environment {environment.id!r} is registered with PettingZoo")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of games that lack a render mode, which nobody asked for
        made = pettingzoo.make(environment.players, environment.id, **environment.kwargs)
    return ParallelTable(made) if environment.players == "parallel" else TakingTurns(made)


def make_drawn(environment: MultiAgentEnvironment) -> Table:
    """Make the environment so that its `picture` is one; no display is needed.

    Raises:
        ValueError: it cannot draw itself; the text is a sentence.
        Exception: as `make`.
    """
    plain = make(environment)
    modes: list[str] = plain.unwrapped.metadata.get("render_modes") or []
    plain.close()
    if DRAWN not in modes:
        raise ValueError(f"{environment.id} cannot draw itself: it renders as {', '.join(modes) or 'nothing'}")
    draw_unseen()
    return make(replace(environment, kwargs={**environment.kwargs, "render_mode": DRAWN}))


def registered(players: str) -> tuple[str, ...]:
    """Return the ids in PettingZoo's registry of `"parallel"` or `"aec"` environments, sorted."""
    multi_cartpole.register()
    registry = pettingzoo.parallel_registry if players == "parallel" else pettingzoo.aec_registry
    return tuple(sorted(name for name in registry if ":" not in name))


def seen(obs: Any) -> NDArray[Any]:
    """Return an observation as one array; of a game that tells legal actions, these follow it.

    Example: observation [[1, 0]] and action mask [1, 1, 0] become float32 [1, 0, 1, 1, 0].
    """
    if isinstance(obs, Mapping):
        parts = (np.ravel(obs["observation"]), np.ravel(obs["action_mask"]))
        return np.concatenate(parts).astype(np.float32)
    return np.asarray(obs)


def told_legal(table: Table, agent: str) -> int:
    """Return how many numbers at the end of an agent's observations say what is legal; 0 if nothing says so."""
    space = table.spaces(agent)[0]
    if isinstance(space, gymnasium.spaces.Dict) and "action_mask" in space.spaces:
        return int(np.prod(space["action_mask"].shape or (1,)))
    return 0
