"""Where agents live: an environment of one agent or of several, and what some of several see of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.kinds.kind import Family, Kind, Shape


@dataclass(frozen=True, slots=True)
class Environment(Kind):
    """A registered Gymnasium environment with its options; making one is left to who steps it.

    Attributes:
        id: a registered id such as `"CartPole-v1"`; never with a colon, which would import a module.
        kwargs: keyword arguments for `gymnasium.make`.
        normalise_observations: subtract the running mean of vector observations and divide by their deviation.
        reward_scale: rewards are multiplied by this before learning; reported returns are not.
        hidden: components of vector observations, counted from 0, that the agent does not see.
        preprocessing: `"atari"` for the usual treatment of Atari's pictures, or `"none"`.
        frame_stack: how many of the newest observations the agent sees at once, as a first dimension; 1 adds none.
        end_at_life_loss: whether losing a life of an Atari game ends the episode that is learned from; reported
            returns are of whole games.
        clip_rewards: learn from the sign of each reward alone; reported returns are not clipped.
    """

    title: ClassVar[str] = "environment"
    family: ClassVar[Family] = "handle"
    shape: ClassVar[Shape] = "hexagon"
    light: ClassVar[str] = "#31779C"
    dark: ClassVar[str] = "#56B4E9"

    id: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    normalise_observations: bool = False
    reward_scale: float = 1.0
    hidden: tuple[int, ...] = ()
    preprocessing: str = "none"
    frame_stack: int = 1
    end_at_life_loss: bool = False
    clip_rewards: bool = False

    def learned(self, rewards: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what is learned from, of rewards of any shape: their signs if wanted, scaled.

        Example: clipped and with reward_scale 0.5, rewards 7, 0 and -2 become 0.5, 0 and -0.5.
        """
        kept = np.sign(rewards) if self.clip_rewards else rewards
        return kept * np.float32(self.reward_scale)


@dataclass(frozen=True, slots=True)
class MultiAgentEnvironment(Kind):
    """A registered PettingZoo environment with its options.

    Attributes:
        id: a registered id such as `"classic/tictactoe-v3"`.
        players: `"parallel"` if all agents act at once, `"aec"` if one after another.
        kwargs: keyword arguments of the environment.
        reward_scale: rewards are multiplied by this before learning; reported returns are not.
    """

    title: ClassVar[str] = "multi-agent environment"
    family: ClassVar[Family] = "handle"
    shape: ClassVar[Shape] = "hexagon"
    light: ClassVar[str] = "#2F6B4F"
    dark: ClassVar[str] = "#5FBF92"

    id: str
    players: str = "parallel"
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    reward_scale: float = 1.0


@dataclass(frozen=True, slots=True)
class View(Environment):
    """A multi-agent environment as those of its agents see it that one policy plays.

    Attributes:
        of: the environment.
        agents: patterns of the agents' names, separated by commas, such as `"player_*"`.
    """

    of: MultiAgentEnvironment | None = None
    agents: str = "*"
