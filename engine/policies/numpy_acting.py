"""Acting without torch, for policies whose network is an MLP: about 15 µs for 8 observations."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.policies.acting import ActorCriticActing
from engine.policies.distributions import Distribution, Floats
from engine.policies.legal import legal
from engine.policies.moments import standardised
from engine.policies.spaces import Observations
from engine.policies.towers import Towers


class NumpyActing(ActorCriticActing):
    """Acts with a two-tower MLP; weights are `[towers | free | mean | deviation]`, as `ActorCritic.weights` gives them.

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
        self.mask = observations.mask

    def load(self, weights: NDArray[np.float32]) -> None:
        """Take over the flat weights, in place."""
        self.towers.load(weights[: self.towers.size])
        free = self.size + self.actions.free
        self.free = weights[self.size : free]
        self.mean, self.deviation = np.split(weights[free:], 2)

    def evaluate(self, obs: NDArray[Any]) -> tuple[Floats, Floats]:
        """Return the distribution's numbers (N, D) and values (N,)."""
        rows = self.rows_of(obs)
        numbers, values = self.towers(rows)
        return legal(numbers, rows, self.mask), values

    def rows_of(self, obs: NDArray[Any]) -> Floats:
        """Return what the network takes, float32 (N, O), for obs (N, *O)."""
        rows: Floats = obs.reshape(len(obs), self.inputs).astype(np.float32, copy=False)
        return standardised(rows, self.mean, self.deviation) if self.normalised else rows
