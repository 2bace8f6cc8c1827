"""What the policy operators of continuous control declare alike: ports, networks, optimizers and exploration."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

from engine.declare import Operator, Run, handle_in, handle_out, param
from engine.environment_spaces import Actions, Sights
from engine.kinds import Environment, Policy


class ContinuousDeclaration(Operator):
    """The common part; an operator adds its docstring, its own parameters and `build`."""

    section = "Setup"
    short = "policy"
    needs_target_updates = True

    environment = handle_in(Environment, "whose spaces shape the networks")
    policy = handle_out(Policy, "the policy, for rollouts, learner and broadcast")

    hidden: tuple[int, ...] = param(
        (256, 256), at_least=1, at_most=4096, unit="units", help="width of each hidden layer"
    )
    activation: str = param("relu", choices=("tanh", "relu"), help="nonlinearity between the layers")
    actor_learning_rate: float = param(3e-4, above=0, at_most=1, help="Adam step size of the actor", live=True)
    critic_learning_rate: float = param(1e-3, above=0, at_most=1, help="Adam step size of the critics", live=True)
    gamma: float = param(0.99, at_least=0, at_most=1, help="discount of the next step's value")
    uniform_steps: int = param(
        1000, at_least=0, unit="env steps", help="act uniformly at random until the run has sampled this many"
    )

    autograd: bool = param(
        False, help="leave all gradients to torch; otherwise those of small MLPs are computed by hand, equal but faster"
    )

    @property
    def takes_actions(self) -> frozenset[Actions]:
        """Real numbers."""
        return frozenset({"continuous"})

    @property
    def takes_observations(self) -> frozenset[Sights]:
        """Vectors."""
        return frozenset({"vector"})

    @abstractmethod
    def build(self, environment: Environment, run: Run) -> Policy:
        """Return the learner for this environment, its start drawn from the run's seed."""

    def provide(self, run: Run, **handles: Any) -> Policy:
        """Build the networks for the environment's spaces."""
        self.learner = self.build(handles["environment"], run)
        return self.learner

    def state(self) -> dict[str, Any]:
        """Return the policy's parameters, optimizers and version."""
        return self.learner.state()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.learner.restore(state)
