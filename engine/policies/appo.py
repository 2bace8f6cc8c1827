"""Asynchronous PPO: the clipped surrogate against a target network, corrected by V-trace, behind APPO Policy.

Two ratios instead of one. V-trace weighs by target over sampling policy, so the advantages are those of the target
network, which stands still for some updates; the surrogate clips learning over target policy, so the clip means the
same however old a batch is (Luo et al. 2020, arXiv 1912.00167, section 3, the surrogate target network).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.kinds import Batch, Environment
from engine.networks import as_one_vector
from engine.policies.hindsight import corrected, said_by
from engine.policies.ppo import PPO

if TYPE_CHECKING:
    from engine.operators.setup.appo_policy import APPOPolicy


class APPO(PPO):
    """PPO that learns from what older policies sampled."""

    settings: APPOPolicy
    wants_next_obs = True

    def __init__(self, operator: APPOPolicy, environment: Environment, seed: int) -> None:
        """Build the network as `PPO` does, and the target as a copy of it."""
        super().__init__(operator, environment, seed)
        self.target = self.blueprint.network(seed).to(self.device)
        self.target_log_std = nn.Parameter(torch.zeros_like(self.log_std))
        self.target_vector = as_one_vector([*self.target.parameters(), self.target_log_std])
        self.update_target(1)

    def prepared(self, batch: Batch) -> Batch:
        """Return the batch with V-trace's advantages and value targets, and logp of the target network."""
        logp, _ = said_by(self.target, self.target_log_std, self, batch["obs"], batch["action"])
        return corrected(self, self.settings.vtrace, batch, logp).having(logp=logp)

    def load(self, weights: NDArray[np.float32], version: int) -> None:
        """Take over weights as `PPO` does; a copy on an actor has as target what it was last sent."""
        super().load(weights, version)
        self.update_target(1)

    def update_target(self, share: float) -> None:
        """Move the target network to the learned one by `share`."""
        self.target_vector.lerp_(self.descent.vector, share)

    def state(self) -> dict[str, Any]:
        """Return what `PPO` keeps and the target's parameters."""
        return {**super().state(), "target": self.target_vector.cpu().numpy().copy()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        super().restore(state)
        self.target_vector.copy_(torch.tensor(state["target"]))
