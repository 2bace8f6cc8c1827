"""Gymnasium's spaces as frozen, picklable values: what a network takes in and what its output means.

An environment is made once, on the driver, to look at its spaces, and closed. What no network here can handle is
refused by name, before anything runs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from gymnasium import spaces

from engine import environments
from engine.agent_names import matching
from engine.kinds import Environment, Row, View
from engine.policies.distributions import Categorical, DiagonalGaussian, Distribution

SMALLEST_IMAGE: Final = 36  # pixels; the convolutions of `engine.networks` shrink anything smaller to nothing


@dataclass(frozen=True, slots=True)
class Observations:
    """Observations of one shape: bytes of an image, or numbers that are read as one vector.

    Example: CartPole-v1's are `Observations((4,), image=False)`, of size 4 and stored as float32.

    Attributes:
        mask: how many of the last numbers say whether an action is legal; 0 if all always are.
    """

    shape: tuple[int, ...]
    image: bool
    mask: int = 0

    @property
    def size(self) -> int:
        """How many numbers one observation has."""
        return math.prod(self.shape)

    @property
    def row(self) -> Row:
        """Shape and dtype of one row of the obs column."""
        return self.shape, "uint8" if self.image else "float32"


def spaces_of(environment: Environment, policy: str, masks: bool = False) -> tuple[Observations, Distribution]:
    """Make the environment once and return what a policy sees of it and how it chooses there.

    `masks` says whether the policy can keep to legal actions where the environment tells them.

    Raises:
        ValueError: `policy`, such as `"PPO Policy"`, cannot handle one of its spaces; the text is a sentence.
        gymnasium.error.Error: there is no such environment, or what it needs is not installed.
    """
    if isinstance(environment, View):
        return _seen_by_agents(environment, policy, masks)
    made = environments.make(environment)
    try:
        observations = _observations(made.observation_space, policy)
        if observations.image and environment.normalise_observations:
            raise ValueError(f"{policy} can normalise vectors only, and {environment.id} gives images")
        return observations, _actions(made.action_space, policy)
    finally:
        made.close()


def _seen_by_agents(view: View, policy: str, masks: bool) -> tuple[Observations, Distribution]:
    from engine import tables  # PettingZoo takes a while to import

    assert view.of is not None  # the Agents operator says of what
    table = tables.make(view.of)
    try:
        agents = matching(table.agents, view.agents)
        seen, acted = table.spaces(agents[0])
        if other := [agent for agent in agents if table.spaces(agent) != (seen, acted)]:
            raise ValueError(f"{agents[0]} and {other[0]} have other spaces, so {policy} cannot play both")
        actions = _actions(acted, policy)
        if isinstance(seen, spaces.Dict) and "action_mask" in seen.spaces:
            return _told_what_is_legal(seen, actions, policy, masks), actions
        return _observations(seen, policy), actions
    finally:
        table.close()


def _told_what_is_legal(space: spaces.Dict, actions: Distribution, policy: str, masks: bool) -> Observations:
    if not masks:
        raise ValueError(f"{policy} cannot keep to legal actions: use PPO Policy or Actor Critic Policy")
    size = _observations(space["observation"], policy).size
    return Observations((size + actions.size,), image=False, mask=actions.size)


def _observations(space: spaces.Space[object], policy: str) -> Observations:
    if not isinstance(space, spaces.Box):
        raise ValueError(
            f"{policy} cannot see {_name(space)} observation spaces, only Box (vectors and images): "
            "flatten them where the environment is registered"
        )
    if 0 in space.shape:
        raise ValueError(f"{policy} has nothing to see: observations have no numbers")
    image = space.dtype == np.uint8 and len(space.shape) in (2, 3)
    if image and min(sorted(space.shape)[-2:]) < SMALLEST_IMAGE:
        shape = " x ".join(map(str, space.shape))
        raise ValueError(
            f"{policy} cannot see images of {shape}: both sides must be at least {SMALLEST_IMAGE} pixels long"
        )
    return Observations(space.shape, image)


def _actions(space: spaces.Space[object], policy: str) -> Distribution:
    match space:
        case spaces.Discrete():
            return Categorical((int(space.n),), (int(space.start),))
        case spaces.MultiDiscrete() if space.nvec.ndim == 1:
            return Categorical(tuple(map(int, space.nvec)), tuple(map(int, space.start)), many=True)
        case spaces.Box() if np.issubdtype(space.dtype, np.floating) and 0 not in space.shape:
            low, high = (tuple(map(float, bound.ravel())) for bound in (space.low, space.high))
            return DiagonalGaussian(low, high, space.shape)
    raise ValueError(f"{policy} cannot act in {_name(space)} action spaces, only Discrete, MultiDiscrete and Box")


def _name(space: spaces.Space[object]) -> str:
    """Example: `"Dict"`; `"uint8 Box"` for a Box whose numbers are of an unusual type, `"empty Box"` without any."""
    name = type(space).__name__
    if 0 in (space.shape or ()):
        return f"empty {name}"
    if isinstance(space, spaces.Box) and not np.issubdtype(space.dtype, np.floating):
        return f"{space.dtype} {name}"
    return f"{len(space.shape)}-dimensional {name}" if isinstance(space, spaces.MultiDiscrete) else name
