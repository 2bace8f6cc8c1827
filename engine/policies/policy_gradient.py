"""The policy gradient: the actor's loss behind the Actor Critic Policy operator (PG, A2C, A3C)."""

from __future__ import annotations

from torch import Tensor

from engine.losses import slopes
from engine.losses.policy_gradient import policy_gradient_loss
from engine.policies.actor_critic import ActorCritic
from engine.policies.distributions import Floats


class PolicyGradient(ActorCritic):
    """An actor-critic whose actor follows the plain policy gradient, once a batch."""

    def actor_loss(self, logp: Tensor, old_logp: Tensor, advantage: Tensor) -> Tensor:
        """Return the policy gradient loss."""
        return policy_gradient_loss(logp, advantage)

    def actor_slope(self, logp: Floats, old_logp: Floats, advantage: Floats) -> tuple[float, Floats]:
        """Return the same loss and its slope by `logp`."""
        return slopes.policy_gradient(logp, advantage)
