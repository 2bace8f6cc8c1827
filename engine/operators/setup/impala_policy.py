"""The IMPALA Policy operator."""

from __future__ import annotations

from engine.declare import param
from engine.kinds import Environment, Policy
from engine.policies.vtrace_declaration import VTraceDeclaration


class IMPALAPolicy(VTraceDeclaration):
    """An actor and a critic learned from what older policies sampled, with V-trace's importance weights.

    Takes the environment (its spaces shape the networks), gives the policy as a handle. Counts nothing itself. Waits
    for nothing. Networks and action distributions are those of PPO Policy.

    Loss: -log pi(a|s) A + value_coefficient (V - v)^2 / 2 - entropy_coefficient H, where the learner itself computes
    the targets v and advantages A of V-trace from whole sequences, with its own networks as they are when a batch comes
    (Espeholt et al. 2018, arXiv 1802.01561): no Compute Advantages. Weights pi/mu of the learning over the sampling
    policy are cut at rho_bar for a step's own error and at c_bar for those after it. Train on each batch once.
    Metrics of each learner step: `policy_loss`, `value_loss`, `entropy` (nats; falls as the policy grows sure), `kl`
    (sampling to learning policy; above 0.1 batches are too old), `importance_weight` (mean, cut at rho_bar; 1 is on
    policy, below 0.9 much of what is sampled is lost), `explained_variance` (of the targets by the critic; 1 is
    perfect, below 0 worse than a constant), `gradient_norm` (before clipping), `learning_rate`.

    Example: rewards 1, 1, values 0, 0 and then 2, gamma 1 and ratios 0.5, 4 give targets 2, 3 and advantages 2, 3.
    RLlib: VTraceTorchPolicy, ImpalaTrainer's loss.
    """

    rllib = "IMPALA VTraceTorchPolicy"

    learning_rate: float = param(5e-4, above=0, at_most=1, help="Adam step size at the start", live=True)
    entropy_coefficient: float = param(0.01, at_least=0, help="weight of the entropy bonus", live=True)

    def build(self, environment: Environment, seed: int) -> Policy:
        """Return a learner with the corrected policy gradient."""
        from engine.policies.impala import IMPALA

        return IMPALA(self, environment, seed)
