"""What the network of a DQN Policy looks like: it follows from the parameters and the environment's spaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.kinds import Environment
from engine.policies.distributions import Categorical
from engine.policies.dqn_acting import QBlueprint
from engine.policies.q_convolutions import ConvolutionShape
from engine.policies.q_layers import QShape
from engine.policies.q_memory import MemoryShape
from engine.policies.q_network import FrontShape, QDesign
from engine.policies.returns import MeanReturn, ReturnDistribution, Returns
from engine.policies.spaces import Observations, spaces_of

if TYPE_CHECKING:
    from engine.operators.setup.dqn_policy import DQNPolicy


def blueprint_for(operator: DQNPolicy, environment: Environment) -> QBlueprint:
    """Return what a policy of these parameters looks like in this environment.

    Raises:
        ValueError: the environment's actions are not Discrete, or its observations nothing a network here can see.
    """
    title = operator.spec.title
    observations, actions = spaces_of(environment, title)
    if not isinstance(actions, Categorical) or actions.many:
        raise ValueError(f"{title} needs one Discrete action a step, and {environment.id} has others")
    if observations.image and operator.recurrent != "none":
        raise ValueError(f"{title} can remember vectors only, and {environment.id} gives images")
    front, inputs = _front(operator, observations)
    shape = QShape(inputs, operator.hidden, actions.size, operator.atoms, operator.dueling)
    design = QDesign(shape, operator.activation, operator.noisy, _returns(operator), front)
    return QBlueprint(observations, actions, design, environment.normalise_observations, operator.ladder)


def _front(operator: DQNPolicy, observations: Observations) -> tuple[FrontShape | None, int]:
    """Return what stands before the layers, if anything does, and how many numbers they see."""
    if observations.image:
        convolutions = ConvolutionShape(observations.shape)
        return convolutions, convolutions.outputs
    if operator.recurrent == "lstm":
        return MemoryShape(observations.size, operator.memory_size), operator.memory_size
    return None, observations.size


def _returns(operator: DQNPolicy) -> Returns:
    if operator.atoms == 1:
        return MeanReturn(operator.huber, operator.rescaled)
    return ReturnDistribution(operator.atoms, operator.v_min, operator.v_max)
