"""What the policy operators that learn by PPO's clipped surrogate loss declare alike: the clip and the KL penalty."""

from __future__ import annotations

from engine.declare import param
from engine.policies.declaration import ActorCriticDeclaration


class ClippedDeclaration(ActorCriticDeclaration):
    """The common part; an operator adds its docstring, its own parameters and `build`."""

    clip: float = param(0.2, above=0, at_most=10, help="how far the probability ratio may leave 1", live=True)
    kl_coefficient: float = param(0.0, at_least=0, help="weight of the KL penalty at the start; 0 has none")
    kl_target: float = param(0.01, above=0, unit="nats", help="divergence that Update KL aims at", live=True)

    @property
    def needs_kl_updates(self) -> bool:
        """Whether there is a KL penalty."""
        return self.kl_coefficient > 0
