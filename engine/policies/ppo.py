"""Proximal Policy Optimization: the actor's loss behind the PPO Policy operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import Tensor

from engine.kinds import Environment
from engine.losses import slopes
from engine.losses.ppo import adapted_coefficient, approximate_kl, clip_fraction, clipped_surrogate
from engine.policies.actor_critic import ActorCritic
from engine.policies.distributions import Floats

if TYPE_CHECKING:
    from engine.policies.clipped_declaration import ClippedDeclaration


class PPO(ActorCritic):
    """An actor-critic whose actor learns by the clipped surrogate loss, and a KL penalty if wanted."""

    settings: ClippedDeclaration

    def __init__(self, operator: ClippedDeclaration, environment: Environment, seed: int) -> None:
        """Build the network as `ActorCritic` does; the penalty's weight begins as the operator says."""
        super().__init__(operator, environment, seed)
        self.kl_coefficient = operator.kl_coefficient

    def actor_loss(self, logp: Tensor, old_logp: Tensor, advantage: Tensor) -> Tensor:
        """Return the clipped surrogate loss, which may go over a batch several times, and the KL penalty."""
        log_ratio = logp - old_logp
        loss = clipped_surrogate(log_ratio, advantage, self.settings.clip)
        return loss + self.kl_coefficient * approximate_kl(log_ratio) if self.kl_coefficient else loss

    def actor_slope(self, logp: Floats, old_logp: Floats, advantage: Floats) -> tuple[float, Floats]:
        """Return the same loss and its slope by `logp`."""
        log_ratio = logp - old_logp
        loss, slope = slopes.clipped_surrogate(log_ratio, advantage, self.settings.clip)
        if not self.kl_coefficient:
            return loss, slope
        kl, kl_slope = slopes.approximate_kl(log_ratio)
        return loss + self.kl_coefficient * kl, slope + np.float32(self.kl_coefficient) * kl_slope

    def ratio_metrics(self, log_ratio: Tensor) -> dict[str, Tensor]:
        """Return `kl` and `clip_fraction`."""
        return {**super().ratio_metrics(log_ratio), "clip_fraction": clip_fraction(log_ratio, self.settings.clip)}

    def adapt_kl(self, kl: float) -> float:
        """Make the penalty heavier if the policy moved too far, lighter if it hardly moved; return its weight.

        Raises:
            ValueError: there is no penalty.
        """
        if not self.settings.kl_coefficient:
            title = self.settings.spec.title
            raise ValueError(f"{title} has no KL penalty: set its kl_coefficient above 0, or take Update KL out")
        self.kl_coefficient = adapted_coefficient(self.kl_coefficient, kl, self.settings.kl_target)
        return self.kl_coefficient

    def state(self) -> dict[str, Any]:
        """Return what `ActorCritic` keeps and the penalty's weight."""
        return {**super().state(), "kl_coefficient": self.kl_coefficient}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        super().restore(state)
        self.kl_coefficient = float(state["kl_coefficient"])
