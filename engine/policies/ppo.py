"""Proximal Policy Optimization: the actor's loss behind the PPO Policy operator."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor

from engine.losses.ppo import clip_fraction, clipped_surrogate
from engine.policies.actor_critic import ActorCritic

if TYPE_CHECKING:
    from engine.operators.setup.ppo_policy import PPOPolicy


class PPO(ActorCritic):
    """An actor-critic whose actor learns by the clipped surrogate loss."""

    settings: PPOPolicy

    def actor_loss(self, logp: Tensor, old_logp: Tensor, advantage: Tensor) -> Tensor:
        """Return the clipped surrogate loss, which may go over a batch several times."""
        return clipped_surrogate(logp - old_logp, advantage, self.settings.clip)

    def ratio_metrics(self, log_ratio: Tensor) -> dict[str, Tensor]:
        """Return `kl` and `clip_fraction`."""
        return {**super().ratio_metrics(log_ratio), "clip_fraction": clip_fraction(log_ratio, self.settings.clip)}
