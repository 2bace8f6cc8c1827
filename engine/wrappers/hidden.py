"""Takes components out of vector observations, so that an agent must remember what it does not see."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from engine.wrappers.misfit import Misfit


class Hidden(gymnasium.ObservationWrapper[Any, Any, Any]):
    """Leaves out some components of a vector observation, and keeps the order of the others.

    Example: CartPole-v1 gives position, velocity, angle and angular velocity; without 1 and 3 it gives position and
    angle, from which the velocities can only be told by remembering (Hausknecht and Stone 2015, arXiv 1507.06527).
    """

    def __init__(self, env: gymnasium.Env[Any, Any], hidden: tuple[int, ...]) -> None:
        """Hide the components at these places, counted from 0.

        Raises:
            Misfit: observations are no vector, there is no such component, or none would be left.
        """
        super().__init__(env)
        space = env.observation_space
        if not isinstance(space, spaces.Box) or len(space.shape) != 1:
            raise Misfit("hidden", "only components of a vector can be hidden, and these observations are no vector")
        size = space.shape[0]
        beyond = [place for place in hidden if place >= size]
        if beyond:
            raise Misfit("hidden", f"there is no component {beyond[0]} to hide: observations have 0 to {size - 1}")
        self.seen = np.delete(np.arange(size), hidden)
        if not len(self.seen):
            raise Misfit("hidden", f"all {size} components are hidden: leave the agent something to see")
        self.observation_space = spaces.Box(space.low[self.seen], space.high[self.seen], dtype=space.dtype.type)

    def observation(self, observation: NDArray[Any]) -> NDArray[Any]:
        """Return the components that are seen."""
        return observation[self.seen]
