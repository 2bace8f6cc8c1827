"""Acting without torch, for policies whose network is an MLP: about 15 µs for 8 observations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.policies.acting import ActorCriticActing
from engine.policies.distributions import Distribution, Floats
from engine.policies.moments import standardised
from engine.policies.spaces import Observations
from engine.policies.towers import Towers, tower_shapes


class NumpyActing(ActorCriticActing):
    """Acts with a two-tower MLP; the weights are `[network | free | mean | deviation]`, as `PPO.weights` gives them."""

    def __init__(
        self,
        observations: Observations,
        actions: Distribution,
        hidden: Sequence[int],
        activation: str,
        normalised: bool,
    ) -> None:
        """Make an acting part for networks of these widths."""
        super().__init__(observations, actions)
        self.inputs = observations.size
        self.normalised = normalised
        self.towers = Towers(tower_shapes(observations.size, hidden, actions.size), activation)

    def load(self, weights: NDArray[np.float32]) -> None:
        """Take over the flat weights, in place."""
        free = self.towers.size + self.actions.free
        self.towers.load(weights[: self.towers.size])
        self.free = weights[self.towers.size : free]
        self.mean, self.deviation = np.split(weights[free:], 2)

    def evaluate(self, obs: NDArray[Any]) -> tuple[Floats, Floats]:
        """Return the distribution's numbers (N, D) and values (N,)."""
        rows: Floats = obs.reshape(len(obs), self.inputs).astype(np.float32, copy=False)
        return self.towers(standardised(rows, self.mean, self.deviation) if self.normalised else rows)
