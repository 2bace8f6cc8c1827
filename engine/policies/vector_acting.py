"""Acting without torch on observations that are vectors: what policies with and without memory have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.policies.acting import ActorCriticActing
from engine.policies.distributions import Distribution, Floats
from engine.policies.moments import standardised
from engine.policies.spaces import Observations
from engine.policies.towers import Towers


class VectorActing(ActorCriticActing):
    """Reads weights `[network | free | mean | deviation]`, as `ActorCritic.weights` gives them; towers come first.

    Attributes:
        size: how many parameters the network has.
    """

    def __init__(self, observations: Observations, actions: Distribution, towers: Towers, normalised: bool) -> None:
        """Make an acting part of these towers."""
        super().__init__(observations, actions)
        self.inputs = observations.size
        self.normalised = normalised
        self.towers = towers
        self.size = towers.size

    def load(self, weights: NDArray[np.float32]) -> None:
        """Take over the flat weights, in place."""
        self.towers.load(weights[: self.towers.size])
        free = self.size + self.actions.free
        self.free = weights[self.size : free]
        self.mean, self.deviation = np.split(weights[free:], 2)

    def rows_of(self, obs: NDArray[Any]) -> Floats:
        """Return what the network takes, float32 (N, O), for obs (N, *O)."""
        rows: Floats = obs.reshape(len(obs), self.inputs).astype(np.float32, copy=False)
        return standardised(rows, self.mean, self.deviation) if self.normalised else rows
