"""The Actor Critic Policy operator."""

from __future__ import annotations

from engine.declare import param
from engine.kinds import Environment, Policy
from engine.policies.recurrent_declaration import RecurrentDeclaration


class ActorCriticPolicy(RecurrentDeclaration):
    """An actor and a critic learned with the plain policy gradient: PG, A2C and A3C.

    Takes the environment (its spaces shape the networks), gives the policy as a handle. Counts nothing itself. Waits
    for nothing. Networks, memory and action distributions are those of PPO Policy.

    Loss: -log pi(a|s) A + value_coefficient (V - target)^2 / 2 - entropy_coefficient H (Mnih et al. 2016, arXiv
    1602.01783, section 4). It holds for the policy that sampled, so train on each batch once, or apply gradients.
    With value_coefficient 0 and Compute Advantages at gae_lambda 1 it is the policy gradient with a critic that never
    learns. Metrics of each learner step: `policy_loss`, `value_loss`, `entropy` (nats; falls as the policy grows
    sure), `kl` (sampling to learning policy; 0 unless the batch is old), `explained_variance` (of the value targets
    by the critic; 1 is perfect, below 0 worse than a constant), `gradient_norm` (before clipping), `learning_rate`.

    Example: with Train One Step at epochs 1 and one minibatch it is A2C; with Compute Gradients before a Gather
    Async and Apply Gradients after it, A3C.
    RLlib: A3CTorchPolicy, PGTorchPolicy.
    """

    rllib = "A2C A3C PG A3CTorchPolicy PGTorchPolicy"

    learning_rate: float = param(1e-3, above=0, at_most=1, help="Adam step size at the start", live=True)
    entropy_coefficient: float = param(0.01, at_least=0, help="weight of the entropy bonus", live=True)

    def build(self, environment: Environment, seed: int) -> Policy:
        """Return a learner with the policy gradient loss."""
        from engine.policies.policy_gradient import PolicyGradient

        return PolicyGradient(self, environment, seed)
