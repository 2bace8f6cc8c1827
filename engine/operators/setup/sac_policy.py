"""The SAC Policy operator."""

from __future__ import annotations

from engine.declare import Run, param
from engine.kinds import Environment, Policy
from engine.policies.continuous_declaration import ContinuousDeclaration


class SACPolicy(ContinuousDeclaration):
    """A stochastic actor and twin critics learned by Soft Actor-Critic, for real actions within bounds.

    Takes the environment (vectors in, bounded Box actions out), gives the policy as a handle. It learns from replayed
    batches: one gradient step of critics, actor and temperature for each minibatch. Its targets move only when Update
    Target Network says so (share 0.005 after each update is usual). Actions in batches are within -1 .. 1; the
    environment gets them stretched to its bounds. Counts nothing itself. Waits for nothing.

    Losses: Haarnoja et al. 2018, arXiv 1812.05905, equations 5, 9 and 18. Metrics of each learner step: `critic_loss`
    (falls, then follows the scale of returns squared), `policy_loss` (minus the value of its own actions),
    `q_mean` (of the batch; far above the discounted return means overestimation), `entropy` (nats, of squashed actions;
    approaches target_entropy times the components, and may be negative), `temperature` (the weight of
    entropy; settles where the entropy meets its target).

    Example: Pendulum-v1 with hidden [256, 256] has an actor of 67,330 parameters and two critics of 67,329.
    RLlib: SACTorchPolicy.
    """

    rllib = "SAC SACTorchPolicy"

    target_entropy: float = param(-1.0, help="entropy to aim at, for each action component", unit="nats")
    temperature: float = param(1.0, above=0, help="weight of entropy at the start")
    learn_temperature: bool = param(True, help="adapt the temperature so that the entropy meets its target")

    def build(self, environment: Environment, run: Run) -> Policy:
        """Return a learner with the soft losses."""
        from engine.policies.sac import SAC

        return SAC(self, environment, run)
