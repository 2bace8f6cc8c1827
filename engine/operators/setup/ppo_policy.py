"""The PPO Policy operator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.declare import Operator, Run, handle_in, handle_out, param
from engine.kinds import Environment, Policy


class PPOPolicy(Operator):
    """An actor and a critic learned with the clipped surrogate loss of Proximal Policy Optimization.

    Takes the environment (its spaces shape the networks), gives the policy as a handle. Counts nothing itself. Waits
    for nothing. Vector observations go through an MLP with separate actor and critic towers; images through the
    convolutions of Mnih et al. 2015, on which the hidden layers (one of 512 there) and both heads stand. The action
    space chooses the distribution: Categorical, one Categorical per component, or a diagonal Gaussian.

    Loss: -min(r A, clip(r, 1-c, 1+c) A) + value_coefficient (V - target)^2 / 2 - entropy_coefficient H, with r the
    probability ratio (Schulman et al. 2017, arXiv 1707.06347, equations 7 and 9). Metrics of each learner step:
    `policy_loss`, `value_loss`, `entropy` (nats; falls as the policy grows sure), `kl` (old to new policy; above 0.05
    steps are too large), `clip_fraction` (share of rows where the ratio was clipped; 0.05 to 0.3 is usual),
    `explained_variance` (of the value targets by the critic; 1 is perfect, below 0 worse than a constant),
    `gradient_norm` (before clipping), `learning_rate`.

    Example: CartPole-v1 with hidden [64, 64] has 9,155 parameters.
    RLlib: PPOTorchPolicy.
    """

    section = "Setup"
    short = "policy"
    rllib = "PPOTorchPolicy"

    environment = handle_in(Environment, "whose spaces shape the networks")
    policy = handle_out(Policy, "the policy, for rollouts, learner and broadcast")

    hidden: tuple[int, ...] = param((64, 64), at_least=1, at_most=4096, unit="units", help="width of each hidden layer")
    activation: str = param("tanh", choices=("tanh", "relu"), help="nonlinearity between the layers")
    learning_rate: float = param(3e-4, above=0, at_most=1, help="Adam step size at the start", live=True)
    anneal_over: int = param(
        0, at_least=0, unit="env steps", help="lower the learning rate linearly to zero over this many; 0 keeps it"
    )
    clip: float = param(0.2, above=0, at_most=10, help="how far the probability ratio may leave 1", live=True)
    value_coefficient: float = param(0.5, at_least=0, help="weight of the critic's loss", live=True)
    entropy_coefficient: float = param(0.0, at_least=0, help="weight of the entropy bonus", live=True)
    max_gradient_norm: float = param(0.5, above=0, help="gradients longer than this are scaled down to it", live=True)
    initial_log_std: float = param(0.0, at_least=-10, at_most=2, help="log deviation of real actions at the start")

    def provide(self, run: Run, **handles: Any) -> Policy:
        """Build the networks for the environment's spaces, initialised from the run's seed."""
        from engine.policies.ppo import PPO

        self.learner = PPO(self, handles["environment"], run.seed(self.node))
        return self.learner

    def state(self) -> dict[str, Any]:
        """Return the policy's parameters, optimizer and version."""
        return self.learner.state()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.learner.restore(state)
