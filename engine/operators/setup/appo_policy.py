"""The APPO Policy operator."""

from __future__ import annotations

from engine.kinds import Environment, Policy
from engine.policies.clipped_declaration import ClippedDeclaration
from engine.policies.vtrace_declaration import VTraceDeclaration


class APPOPolicy(ClippedDeclaration, VTraceDeclaration):
    """An actor and a critic learned asynchronously: PPO's clipped surrogate on V-trace's advantages.

    Takes the environment (its spaces shape the networks), gives the policy as a handle. Counts nothing itself. Waits
    for nothing. Networks and action distributions are those of PPO Policy.

    The learner itself computes V-trace's targets v and advantages A from whole sequences when a batch comes, weighted
    by how much likelier the target network's policy is to act so than the one that sampled: no Compute Advantages.
    Loss: -min(r A, clip(r, 1-c, 1+c) A) + kl_coefficient KL + value_coefficient (V - v)^2 / 2 - entropy_coefficient H,
    with r the ratio of the learning to the target policy (Luo et al. 2020, arXiv 1912.00167; Espeholt et al. 2018,
    arXiv 1802.01561). Update Target Network must copy the learned network into the target every few updates, Update
    KL may adapt kl_coefficient. Metrics of each learner step are those of PPO Policy; `kl` and `clip_fraction` are
    between target and learning policy, `policy_lag` says how old the batch was.

    Example: an action that was sampled with probability 0.8 and that the target policy takes with 0.4 counts 0.5.
    RLlib: APPOTorchPolicy with vtrace.
    """

    rllib = "APPO APPOTorchPolicy AsyncPPO"
    needs_target_updates = True

    def build(self, environment: Environment, seed: int) -> Policy:
        """Return a learner with the clipped surrogate loss and a target network."""
        from engine.policies.appo import APPO

        return APPO(self, environment, seed)
