"""What the policy operators of the actor-critic family declare alike: ports, network, optimizer and loss weights."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from engine.declare import Operator, Run, handle_in, handle_out, param
from engine.environment_spaces import Sights
from engine.kinds import Environment, Policy
from engine.policies.memory import Memory


class ActorCriticDeclaration(Operator):
    """The common part; an operator adds its docstring, its own parameters and `build`."""

    section = "Setup"
    short = "policy"

    environment = handle_in(Environment, "whose spaces shape the networks")
    policy = handle_out(Policy, "the policy, for rollouts, learner and broadcast")

    hidden: tuple[int, ...] = param((64, 64), at_least=1, at_most=4096, unit="units", help="width of each hidden layer")
    activation: str = param("tanh", choices=("tanh", "relu"), help="nonlinearity between the layers")
    learning_rate: float = param(3e-4, above=0, at_most=1, help="Adam step size at the start", live=True)
    anneal_over: int = param(
        0, at_least=0, unit="env steps", help="lower the learning rate linearly to zero over this many; 0 keeps it"
    )
    value_coefficient: float = param(0.5, at_least=0, help="weight of the critic's loss", live=True)
    entropy_coefficient: float = param(0.0, at_least=0, help="weight of the entropy bonus", live=True)
    max_gradient_norm: float = param(0.5, above=0, help="gradients longer than this are scaled down to it", live=True)
    initial_log_std: float = param(0.0, at_least=-10, at_most=2, help="log deviation of real actions at the start")
    device: str = param(
        "auto", choices=("auto", "cpu", "cuda"), help="where it learns; auto takes a GPU for images, if there is one"
    )
    autograd: bool = param(
        False, help="leave all gradients to torch; otherwise those of small MLPs are computed by hand, equal but faster"
    )

    @property
    def takes_observations(self) -> frozenset[Sights]:
        """Vectors and images; with a memory vectors alone."""
        return frozenset({"vector"}) if self.memory else frozenset({"vector", "image"})

    @property
    def memory(self) -> Memory | None:
        """What the network remembers with; nothing, where a policy does not declare it."""
        return None

    @abstractmethod
    def build(self, environment: Environment, seed: int) -> Policy:
        """Return the learner for this environment, its start drawn from `seed`."""

    def provide(self, run: Run, **handles: Any) -> Policy:
        """Build the networks for the environment's spaces, initialised from the run's seed.

        Raises:
            ValueError: the policy cannot handle these spaces, or a GPU is wanted and there is none.
        """
        self.learner = self.build(handles["environment"], run.seed(self.node))
        return self.learner

    def state(self) -> dict[str, Any]:
        """Return the policy's parameters, optimizer and version."""
        return self.learner.state()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.learner.restore(state)
