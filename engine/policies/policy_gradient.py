"""The policy gradient: the actor's loss behind the Actor Critic Policy operator (PG, A2C, A3C)."""

from __future__ import annotations

from torch import Tensor

from engine.losses.policy_gradient import policy_gradient_loss
from engine.policies.actor_critic import ActorCritic


class PolicyGradient(ActorCritic):
    """An actor-critic whose actor follows the plain policy gradient, once a batch."""

    def actor_loss(self, logp: Tensor, old_logp: Tensor, advantage: Tensor) -> Tensor:
        """Return the policy gradient loss."""
        return policy_gradient_loss(logp, advantage)
