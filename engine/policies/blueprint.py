"""How to build an actor-critic anywhere: the value that travels to workers, and both forms of its network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.kinds import Acting, Blueprint
from engine.policies.distributions import Distribution
from engine.policies.memory import Memory, Recurrence
from engine.policies.numpy_acting import NumpyActing
from engine.policies.recurrent_acting import RecurrentActing
from engine.policies.spaces import Observations
from engine.policies.towers import Towers, tower_shapes

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, slots=True)
class ActorCriticBlueprint(Blueprint):
    """What a network looks like and what its output means; picklable, and free of torch unless it sees images.

    Attributes:
        hidden: widths of the hidden layers; for images, of the dense layers after the convolutions.
        activation: `"tanh"` or `"relu"`.
        normalised: whether running mean and deviation of the observations travel at the end of the weights.
        next_obs: whether batches shall have the column `next_obs`.
    """

    observations: Observations
    actions: Distribution
    hidden: tuple[int, ...]
    activation: str
    normalised: bool = False
    next_obs: bool = False
    memory: Memory | None = None

    def build(self, worker: int = 0, workers: int = 1) -> Acting:
        """Return a new acting part: numpy for vectors, torch for images."""
        acting = self._acting()
        acting.wants_next_obs = self.next_obs
        return acting

    def _acting(self) -> Acting:
        if self.observations.image:
            from engine.policies.torch_acting import TorchActing

            return TorchActing(self.observations, self.actions, self.network(0))
        if self.memory is None:
            return NumpyActing(self.observations, self.actions, self.towers(), self.normalised)
        recurrence = Recurrence(self.memory, 2, self._width())
        return RecurrentActing(self.observations, self.actions, self.towers(), recurrence, self.normalised)

    def towers(self) -> Towers:
        """Return the two towers in plain numpy, for vectors."""
        return Towers(self._tower_shapes(), self.activation)

    def network(self, seed: int) -> nn.Module:
        """Return the torch network, its start drawn from `seed`."""
        import torch

        from engine.networks import ActorCriticCNN, ActorCriticMLP
        from engine.recurrence import RecurrentActorCritic, RecurrentLayer

        generator = torch.Generator().manual_seed(seed)
        if self.observations.image:
            image = self.observations.shape
            return ActorCriticCNN(image, self.hidden, self.actions.size, self.activation, generator)
        towers = ActorCriticMLP(self._tower_shapes(), self.activation, generator)
        if self.memory is None:
            return towers
        shapes = self.memory.shapes(2, self._width())
        return RecurrentActorCritic(towers, RecurrentLayer(self.memory.cell, shapes, generator))

    def _tower_shapes(self) -> tuple[tuple[int, ...], ...]:
        return tower_shapes(self.observations.size, self.hidden, self.actions.size, self.memory)

    def _width(self) -> int:
        """Return how many features of each tower the memory reads."""
        return self.hidden[-1] if self.hidden else self.observations.size
