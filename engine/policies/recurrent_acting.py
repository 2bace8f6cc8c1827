"""Acting without torch with a network that remembers: about 60 µs for 8 observations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.policies.distributions import Distribution, Floats
from engine.policies.memory import Recurrence
from engine.policies.spaces import Observations
from engine.policies.towers import Towers
from engine.policies.vector_acting import VectorActing


class RecurrentActing(VectorActing):
    """Acts with two towers that remember, and records `state` (N, K): what it remembered before it looked.

    The weights are `[towers | recurrence | free | mean | deviation]`.
    """

    def __init__(
        self,
        observations: Observations,
        actions: Distribution,
        towers: Towers,
        recurrence: Recurrence,
        normalised: bool,
    ) -> None:
        """Make an acting part of these pieces; nothing is remembered yet."""
        super().__init__(observations, actions, towers, normalised)
        self.recurrence = recurrence
        self.size += recurrence.size
        self.records = {**self.records, "value": ((), "float32"), "state": ((recurrence.state_size,), "float32")}
        self.remembered = np.zeros((0, recurrence.state_size), np.float32)

    @property
    def state(self) -> Floats:
        """What is remembered of each environment after the last `act`, float32 (N, K)."""
        return self.remembered

    def reset(self, index: int) -> None:
        """Forget environment `index`."""
        self.remembered[index : index + 1] = 0.0  # a slice, since before the first `act` there is no row

    def load(self, weights: NDArray[np.float32]) -> None:
        """Take over the flat weights, in place; what is remembered stays."""
        super().load(weights)
        self.recurrence.load(weights[self.towers.size : self.size])

    def look(self, obs: NDArray[Any]) -> tuple[Floats, Mapping[str, Floats]]:
        """Return the distribution's numbers (N, D), `value` (N,) and the `state` (N, K) before; and remember."""
        before = self._remembered(len(obs))
        numbers, values, self.remembered = self._look(obs, before)
        return numbers, {"value": values, "state": before}

    def values(self, obs: NDArray[Any], states: Floats | None = None) -> Floats:
        """Return V, float32 (K,), of obs (K, *O) seen in these states; remember nothing of it."""
        before = self._remembered(len(obs)) if states is None else states
        return self._look(obs, before)[1].copy()

    def kept(self) -> dict[str, Any]:
        """Return what is remembered, and the noise that is drawn and not used."""
        return {**super().kept(), "remembered": self.remembered}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take over what `kept` gave."""
        super().restore(kept)
        self.remembered = np.array(kept["remembered"])

    def _look(self, obs: NDArray[Any], before: Floats) -> tuple[Floats, Floats, Floats]:
        features, after = self.recurrence(self.towers.features(self.rows_of(obs)), before)
        return *self.towers.heads(features), after

    def _remembered(self, rows: int) -> Floats:
        if len(self.remembered) != rows:
            self.remembered = np.zeros((rows, self.recurrence.state_size), np.float32)
        return self.remembered
