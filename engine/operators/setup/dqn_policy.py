"""The DQN Policy operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from engine.counters import Counters
from engine.declare import Operator, Run, handle_in, handle_out, param
from engine.environment_spaces import Actions, Sights
from engine.kinds import Environment, Policy
from engine.problems import Place, Problem

if TYPE_CHECKING:
    from engine.policies.dqn import DQN


class DQNPolicy(Operator):
    """Learn the value of each action from replayed transitions: DQN, and each part of Rainbow as a parameter.

    Takes the environment (vectors or images, one Discrete action a step), gives the policy as a handle. Counts nothing
    itself. Waits for nothing. Acts on the best value, or with probability epsilon at random.

    Loss: (Q(s, a) - y)^2 / 2 with y = r + gamma max_a' Q_target(s', a') (Mnih et al. 2015, Nature 518), of which a
    terminated row keeps only r, averaged with the batch's importance weights. `double` (arXiv 1509.06461), `dueling`
    (1511.06581), `atoms` (C51, 1707.06887) and `noisy` (1706.10295) each change one thing, n-step returns come from
    N-step Returns and priorities from the Replay Buffer: together they are Rainbow (1710.02298). Update Target Network
    must follow the learner. With `recurrent` a memory stands before the hidden layers and learns from whole sequences,
    which the Replay Buffer must keep: R2D2 (Kapturowski et al. 2019), with its `burn_in`, its sums over `steps` and its
    `rescaled` values. Metrics of each learner step: `loss`, `q_mean` (of the actions taken; compare it with the
    discounted returns you expect: far above is overestimation), `td_error` (mean |Q - y|, or divergence where there
    are atoms; falls, then settles), `gradient_norm` (before clipping), `epsilon` (before the ladder), `learning_rate`.

    Example: CartPole-v1 with hidden [64, 64] has 4,610 parameters; epsilon 1 to 0.02 over 10,000 env steps is 0.51
    after 5,000. ladder 7 with epsilon 0.4 throughout is Ape-X: 2 workers of one environment explore at 0.4 and 0.00066.
    RLlib: DQNTorchPolicy, SimpleQTorchPolicy, R2D2TorchPolicy; PerWorkerEpsilonGreedy.
    """

    section = "Setup"
    short = "policy"
    rllib = "DQNTorchPolicy SimpleQTorchPolicy R2D2TorchPolicy PerWorkerEpsilonGreedy Rainbow Ape-X"
    needs_target_updates = True

    environment = handle_in(Environment, "whose spaces shape the network")
    policy = handle_out(Policy, "the policy, for rollouts, learner, target and broadcast")

    hidden: tuple[int, ...] = param((64, 64), at_least=1, at_most=4096, unit="units", help="width of each hidden layer")
    activation: str = param("relu", choices=("relu", "tanh"), help="nonlinearity between the layers")
    learning_rate: float = param(5e-4, above=0, at_most=1, help="Adam step size at the start", live=True)
    anneal_over: int = param(
        0, at_least=0, unit="env steps", help="lower the learning rate linearly to zero over this many; 0 keeps it"
    )
    gamma: float = param(0.99, at_least=0, at_most=1, help="discount a step, where batches bring none", live=True)
    max_gradient_norm: float = param(10.0, above=0, help="gradients longer than this are scaled down to it", live=True)
    huber: bool = param(True, help="bound the pull of each row at an error of 1")
    epsilon_start: float = param(1.0, at_least=0, at_most=1, help="share of random actions at first", live=True)
    epsilon_end: float = param(0.02, at_least=0, at_most=1, help="share of random actions at last", live=True)
    epsilon_over: int = param(10_000, at_least=0, unit="env steps", help="how long epsilon takes from start to end")
    ladder: float = param(0.0, at_least=0, at_most=100, help="spread of epsilon over all environments; Ape-X has 7")
    double: bool = param(True, help="let the learned network choose the next action, and the target judge it")
    dueling: bool = param(False, help="learn the state's value and the actions' advantages apart")
    noisy: bool = param(False, help="explore by learned noise in the weights; epsilon may then be 0")
    atoms: int = param(1, at_least=1, at_most=1001, help="returns in the learned distribution; 1 learns the mean only")
    v_min: float = param(0.0, at_least=-1e9, at_most=1e9, help="lowest return of the distribution")
    v_max: float = param(100.0, at_least=-1e9, at_most=1e9, help="highest return of the distribution")
    recurrent: str = param("none", choices=("none", "lstm"), help="a memory before the hidden layers")
    memory_size: int = param(64, at_least=1, at_most=4096, unit="units", help="of the memory")
    burn_in: int = param(0, at_least=0, unit="steps", help="of each sequence that only lead the memory to its state")
    steps: int = param(1, at_least=1, help="rewards summed in a target with a memory; else see N-step Returns")
    rescaled: bool = param(False, help="learn values on R2D2's compressed scale")

    @property
    def takes_actions(self) -> frozenset[Actions]:
        """One of several."""
        return frozenset({"discrete"})

    @property
    def takes_observations(self) -> frozenset[Sights]:
        """Vectors and images; with a memory vectors alone."""
        return frozenset({"vector", "image"} if self.recurrent == "none" else {"vector"})

    def check(self, entering: int | None) -> Iterable[Problem]:
        """Refuse a distribution that spans nothing."""
        if self.atoms > 1 and self.v_max <= self.v_min:
            what = f"v_max {self.v_max:g} must be above v_min {self.v_min:g}: returns are learned between the two"
            yield Problem(Place(self.node, "v_max"), what, "take the lowest and highest discounted return you expect")

    def build(self, environment: Environment, seed: int, counters: Counters) -> DQN:
        """Return the learner for what the environment shows, its start drawn from `seed`.

        Raises:
            ValueError: the environment's actions are not Discrete, or its observations nothing a network here can see.
        """
        from engine.policies.dqn import DQN
        from engine.policies.dqn_convolutional import ConvolutionalDQN
        from engine.policies.dqn_design import blueprint_for
        from engine.policies.dqn_recurrent import RecurrentDQN

        blueprint = blueprint_for(self, environment)
        family = DQN if self.recurrent == "none" else RecurrentDQN
        if blueprint.observations.image:
            family = ConvolutionalDQN
        return family(self, environment, blueprint, seed, counters)

    def provide(self, run: Run, **handles: Any) -> Policy:
        """Build the networks for the environment's spaces, initialised from the run's seed."""
        self.learner = self.build(handles["environment"], run.seed(self.node), run.counters)
        return self.learner

    def state(self) -> dict[str, Any]:
        """Return the policy's parameters, target, optimizer and version."""
        return self.learner.state()

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.learner.restore(state)
