"""IMPALA: the policy gradient, corrected by V-trace, behind the IMPALA Policy operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor

from engine.kinds import Batch
from engine.policies.hindsight import corrected
from engine.policies.policy_gradient import PolicyGradient

if TYPE_CHECKING:
    from engine.operators.setup.impala_policy import IMPALAPolicy


class IMPALA(PolicyGradient):
    """An actor-critic that learns from what older policies sampled, by truncated importance weights."""

    settings: IMPALAPolicy
    wants_next_obs = True

    def prepared(self, batch: Batch) -> Batch:
        """Return the batch with V-trace's advantages and value targets."""
        return corrected(self, self.settings.vtrace, batch)

    def ratio_metrics(self, log_ratio: Tensor) -> dict[str, Tensor]:
        """Return `kl` and `importance_weight`."""
        weight = log_ratio.exp().clamp(max=self.settings.rho_bar).mean()
        return {**super().ratio_metrics(log_ratio), "importance_weight": weight}
