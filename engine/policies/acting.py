"""What every actor-critic does to act, whichever library computes its network."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Acting
from engine.policies.ahead import Ahead
from engine.policies.distributions import Distribution, Floats
from engine.policies.spaces import Observations


class ActorCriticActing(Acting):
    """Samples actions and records the distribution's numbers; makes `logp`, and `value`, once for each fragment.

    Who finds the value on the way to the numbers records it, so that it is not computed twice.
    """

    free: Floats

    def __init__(self, observations: Observations, actions: Distribution) -> None:
        """Act on such observations with such actions; `load` must come before anything else."""
        self.actions = actions
        self.observation = observations.row
        self.action = actions.row
        self.records = {"distribution": ((actions.size,), "float32")}
        self.noise = Ahead(actions.noise)

    @abstractmethod
    def look(self, obs: NDArray[Any]) -> tuple[Floats, Mapping[str, Floats]]:
        """Return the distribution's numbers (N, D) and what else there is to record; the next call may overwrite it."""

    @abstractmethod
    def values(self, obs: NDArray[Any], states: Floats | None = None) -> Floats:
        """Return V(obs), float32 (K,), for obs (K, *O)."""

    def act(self, obs: NDArray[Any], rng: np.random.Generator) -> tuple[NDArray[Any], Mapping[str, NDArray[Any]]]:
        """Sample actions for obs (N, *O); record `distribution` (N, D) and what `look` found beside it."""
        numbers, found = self.look(obs)
        actions = self.actions.sample(numbers, self.free, self.noise.next(rng, len(obs)))
        return actions, {"distribution": numbers, **found}

    def kept(self) -> dict[str, Any]:
        """Return the noise that is drawn and not used."""
        return {"noise": self.noise.state()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take over what `kept` gave."""
        self.noise.restore(kept["noise"])

    def act_greedily(self, obs: NDArray[Any]) -> NDArray[Any]:
        """Return the most likely action for each of obs (N, *O)."""
        return self.actions.mode(self.look(obs)[0])

    def to_environment(self, actions: NDArray[Any]) -> Sequence[Any]:
        """Return what `env.step` takes, one entry for each of N actions."""
        return self.actions.to_environment(actions)

    def finish(self, columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Replace `distribution` (B, D) by `logp` (B,), and add `value` (B,), under the weights that are loaded now."""
        rest = {name: column for name, column in columns.items() if name != "distribution"}
        logp = self.actions.log_probability(columns["distribution"], self.free, columns["action"])
        value = columns["value"] if "value" in columns else self.values(columns["obs"])
        return {**rest, "value": value, "logp": logp}
