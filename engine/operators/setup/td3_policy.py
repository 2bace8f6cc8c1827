"""The TD3 Policy operator."""

from __future__ import annotations

from engine.declare import Run, param
from engine.kinds import Environment, Policy
from engine.policies.continuous_declaration import ContinuousDeclaration


class TD3Policy(ContinuousDeclaration):
    """A deterministic actor learned by TD3, or by DDPG with its three mends turned off.

    Takes the environment (vectors in, bounded Box actions out), gives the policy as a handle. It learns from replayed
    batches: one gradient step of the critics for each minibatch, and of the actor in every `policy_delay`-th. TD3's
    mends are one parameter each: `twin_critics`, `policy_delay` and `target_noise`; false, 1 and 0 make it DDPG. Its
    targets move only when Update Target Network says so (share 0.005 after each update is usual). Counts nothing
    itself. Waits for nothing.

    Losses: Fujimoto et al. 2018, arXiv 1802.09477, algorithm 1; DDPG is Lillicrap et al. 2016, arXiv 1509.02971.
    Metrics of each learner step: `critic_loss` (falls, then follows the scale of returns squared), `policy_loss` (minus
    the value of its own actions), `q_mean` (of the batch; far above the discounted return means overestimation).

    Example: exploration_noise 0.1 on Pendulum-v1, whose torque is within -2 .. 2, moves torques by about 0.2.
    RLlib: TD3, DDPGTorchPolicy, ApexDDPG.
    """

    rllib = "TD3 DDPG DDPGTorchPolicy ApexDDPG"

    actor_learning_rate: float = param(1e-3, above=0, at_most=1, help="Adam step size of the actor", live=True)
    twin_critics: bool = param(True, help="learn two critics and trust the lower")
    policy_delay: int = param(2, at_least=1, unit="steps", help="step the actor at each n-th step of the critics")
    target_noise: float = param(0.2, at_least=0, help="deviation of the noise on the target actor's actions", live=True)
    target_noise_clip: float = param(0.5, above=0, help="the most by which that noise moves an action", live=True)
    exploration_noise: float = param(0.1, at_least=0, help="deviation of the noise on actions taken, in -1 .. 1")
    noise_ladder: bool = param(False, help="each worker explores more than the one before, the last four times as much")

    def build(self, environment: Environment, run: Run) -> Policy:
        """Return a learner with a deterministic actor."""
        from engine.policies.td3 import TD3

        return TD3(self, environment, run)
