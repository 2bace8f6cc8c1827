"""Acting with torch, for policies whose network sees images: convolutions are out of numpy's reach."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.networks import as_one_vector
from engine.policies.acting import ActorCriticActing
from engine.policies.distributions import Distribution, Floats
from engine.policies.spaces import Observations


class TorchActing(ActorCriticActing):
    """Acts with a torch network on one thread, since workers share the cores. Weights: the network's, the free ones."""

    def __init__(self, observations: Observations, actions: Distribution, network: nn.Module) -> None:
        """Act with `network`, which must be nobody else's."""
        super().__init__(observations, actions)
        self.records = {**self.records, "value": ((), "float32")}
        self.network = network
        self.vector = as_one_vector(network.parameters())

    def load(self, weights: NDArray[np.float32]) -> None:
        """Copy the flat weights into the network."""
        torch.set_num_threads(1)
        size = self.vector.numel()
        self.vector.copy_(torch.tensor(weights[:size]))
        self.free = weights[size:]

    def look(self, obs: NDArray[Any]) -> tuple[Floats, Mapping[str, Floats]]:
        """Return the distribution's numbers (N, D), and `value` (N,)."""
        numbers, values = self._evaluate(obs)
        return numbers, {"value": values}

    def values(self, obs: NDArray[Any], states: Floats | None = None) -> Floats:
        """Return V(obs), float32 (K,), for obs (K, *O)."""
        return self._evaluate(obs)[1]

    def _evaluate(self, obs: NDArray[Any]) -> tuple[Floats, Floats]:
        with torch.inference_mode():
            numbers, values = self.network(torch.from_numpy(np.require(obs, requirements=["C", "W"])))
        return numbers.numpy(), values.numpy()
