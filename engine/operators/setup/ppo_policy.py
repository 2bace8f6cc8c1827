"""The PPO Policy operator."""

from __future__ import annotations

from engine.kinds import Environment, Policy
from engine.policies.clipped_declaration import ClippedDeclaration
from engine.policies.recurrent_declaration import RecurrentDeclaration


class PPOPolicy(ClippedDeclaration, RecurrentDeclaration):
    """An actor and a critic learned with the clipped surrogate loss of Proximal Policy Optimization.

    Takes the environment (its spaces shape the networks), gives the policy as a handle. Counts nothing itself. Waits
    for nothing. Vector observations go through an MLP with separate actor and critic towers; images through the
    convolutions of Mnih et al. 2015, on which the hidden layers (one of 512 there) and both heads stand. The action
    space chooses the distribution: Categorical, one Categorical per component, or a diagonal Gaussian.

    With recurrent `gru` or `lstm` each tower remembers, between its hidden layers and its head. Rollouts then store the
    state before each step; the learner reads sequences of sequence_length steps, each from the state stored at its
    start, and shuffles whole sequences.

    Loss: -min(r A, clip(r, 1-c, 1+c) A) + value_coefficient (V - target)^2 / 2 - entropy_coefficient H, with r the
    probability ratio (Schulman et al. 2017, arXiv 1707.06347, equations 7 and 9). With a kl_coefficient its product
    with KL(old || new), estimated as (r - 1) - log r, is added; Update KL adapts it. Metrics of each learner step:
    `policy_loss` (with the penalty), `value_loss`, `entropy` (nats; falls as the policy grows sure), `kl` (old to new
    policy; above 0.05 steps are too large), `clip_fraction` (share of rows where the ratio was clipped; 0.05 to 0.3
    is usual), `explained_variance` (of the value targets by the critic; 1 is perfect, below 0 worse than a
    constant), `gradient_norm` (before clipping), `learning_rate`.

    Example: CartPole-v1 with hidden [64, 64] has 9,155 parameters.
    RLlib: PPOTorchPolicy.
    """

    rllib = "PPOTorchPolicy"

    def build(self, environment: Environment, seed: int) -> Policy:
        """Return a learner with the clipped surrogate loss."""
        from engine.policies.ppo import PPO

        return PPO(self, environment, seed)
