"""Acting by Q-values: the best action, except where chance decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Acting, Blueprint
from engine.policies.ahead import Ahead
from engine.policies.distributions import Categorical
from engine.policies.moments import standardised
from engine.policies.q_layers import Floats
from engine.policies.q_memory import QMemory
from engine.policies.q_network import QDesign, QNetwork
from engine.policies.spaces import Observations


@dataclass(frozen=True, slots=True)
class QBlueprint(Blueprint):
    """How to build the acting part of a DQN policy; picklable, and free of torch unless it sees images.

    Attributes:
        normalised: whether running mean and deviation of the observations travel behind the weights.
        ladder: how far epsilons lie apart (see `QActing.thresholds`); 0 gives all environments the same.
    """

    observations: Observations
    actions: Categorical
    design: QDesign
    normalised: bool = False
    ladder: float = 0.0

    def build(self, worker: int = 0, workers: int = 1) -> QActing:
        """Return a new acting part."""
        if self.observations.image:
            return ConvolutionalQActing(self, worker, workers)
        return (RecurrentQActing if self.design.front else QActing)(self, worker, workers)


class QActing(Acting):
    """Takes the best action, or with probability epsilon any; weights are `[network | mean | deviation | epsilon]`."""

    wants_next_obs = True

    def __init__(self, blueprint: QBlueprint, worker: int, workers: int) -> None:
        """Act as worker number `worker` of `workers`; `load` must come before anything else."""
        self.blueprint = blueprint
        self.worker, self.workers = worker, workers
        self.observation = blueprint.observations.row
        self.action = blueprint.actions.row
        self.records = {}
        self.network = QNetwork(blueprint.design)
        self.rows = 0
        self.epsilon = 0.0
        self.chance = Ahead(lambda rng, steps, rows: rng.random((steps, rows), np.float32))
        self.arbitrary = Ahead(self._arbitrary)

    def load(self, weights: NDArray[np.float32]) -> None:
        """Take over the flat weights, in place."""
        size = self.blueprint.design.size
        self.network.read(weights[:size])
        self.mean, self.deviation = np.split(weights[size:-1], 2)
        if weights[-1] != self.epsilon:
            self.epsilon = float(weights[-1])
            self.limits = self.thresholds(self.rows)

    def thresholds(self, rows: int) -> Floats:
        """Return the epsilon of each of this worker's environments, (N,).

        Environment i of all n has epsilon^(1 + ladder * i / (n - 1)), so that some explore much and others hardly
        (Horgan et al. 2018, arXiv 1803.00933, section 4.1; there each actor has one environment).

        Example: epsilon 0.4, ladder 7 and 2 workers with one environment each: 0.4 and 0.4^8 = 0.00066.
        """
        place = (self.worker * rows + np.arange(rows)) / max(1, self.workers * rows - 1)
        powers: Floats = (self.epsilon ** (1 + self.blueprint.ladder * place)).astype(np.float32)
        return powers

    def act(self, obs: NDArray[Any], rng: np.random.Generator) -> tuple[NDArray[Any], Mapping[str, NDArray[Any]]]:
        """Choose actions for obs (N, *O); record nothing."""
        rows = len(obs)
        if rows != self.rows:
            self.rows, self.limits = rows, self.thresholds(rows)
        self.network.draw(rng)
        uniform, arbitrary = self.chance.next(rng, rows), self.arbitrary.next(rng, rows)
        return np.where(uniform < self.limits, arbitrary, self._best(obs)), {}

    def kept(self) -> dict[str, Any]:
        """Return what is drawn and not used."""
        return {"chance": self.chance.state(), "arbitrary": self.arbitrary.state()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take over what `kept` gave."""
        self.chance.restore(kept["chance"])
        self.arbitrary.restore(kept["arbitrary"])

    def act_greedily(self, obs: NDArray[Any]) -> NDArray[Any]:
        """Return the best action for each of obs (N, *O), without noise."""
        self.network.calm()
        return self._best(obs)

    def to_environment(self, actions: NDArray[Any]) -> Sequence[Any]:
        """Return what `env.step` takes, one entry for each of N actions."""
        return self.blueprint.actions.to_environment(actions)

    def finish(self, columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return the columns as they are."""
        return columns

    def values(self, obs: NDArray[Any], states: NDArray[np.float32] | None = None) -> Floats:
        """Return max_a Q(s, a), float32 (K,), for obs (K, *O)."""
        self.network.calm()
        best: Floats = self._expected(obs).max(1)
        return best

    def _best(self, obs: NDArray[Any]) -> NDArray[Any]:
        best: NDArray[Any] = self._expected(obs).argmax(1)
        return best

    def _expected(self, obs: NDArray[Any]) -> Floats:
        return self.network.expected(self._seen(obs))

    def _seen(self, obs: NDArray[Any]) -> Floats:
        rows: Floats = obs.reshape(len(obs), -1).astype(np.float32, copy=False)
        return standardised(rows, self.mean, self.deviation) if self.blueprint.normalised else rows

    def _arbitrary(self, rng: np.random.Generator, steps: int, rows: int) -> NDArray[np.int64]:
        (actions,) = self.blueprint.actions.sizes
        return rng.integers(actions, size=(steps, rows))


class ConvolutionalQActing(QActing):
    """Acts on images; torch's convolutions use one thread, since workers share the cores."""

    def load(self, weights: NDArray[np.float32]) -> None:
        """Take over the flat weights."""
        import torch

        torch.set_num_threads(1)
        super().load(weights)

    def _expected(self, obs: NDArray[Any]) -> Floats:
        from engine.policies.q_convolutions import QConvolutions

        assert isinstance(self.network.front, QConvolutions)
        return self.network.expected(self.network.front(obs))


class RecurrentQActing(QActing):
    """Acts on what it remembers too, and records `state` (N, 2 S): what it remembered before it looked."""

    def __init__(self, blueprint: QBlueprint, worker: int, workers: int) -> None:
        """Act as worker number `worker` of `workers`; nothing is remembered yet."""
        super().__init__(blueprint, worker, workers)
        assert isinstance(self.network.front, QMemory)
        self.memory = self.network.front
        self.units = self.memory.shape.units
        self.records = {"state": ((2 * self.units,), "float32")}
        self.remembered = np.zeros((0, 2 * self.units), np.float32)

    @property
    def state(self) -> Floats:
        """What is remembered of each environment after the last `act`, float32 (N, 2 S)."""
        return self.remembered

    def reset(self, index: int) -> None:
        """Forget environment `index`."""
        self.remembered[index : index + 1] = 0.0  # a slice, since before the first `act` there is no row

    def act(self, obs: NDArray[Any], rng: np.random.Generator) -> tuple[NDArray[Any], Mapping[str, NDArray[Any]]]:
        """Choose actions for obs (N, *O); record `state`."""
        before = self._before(len(obs))
        return super().act(obs, rng)[0], {"state": before}

    def kept(self) -> dict[str, Any]:
        """Return what is remembered, and what is drawn and not used."""
        return {**super().kept(), "remembered": self.remembered}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take over what `kept` gave."""
        super().restore(kept)
        self.remembered = np.array(kept["remembered"])

    def values(self, obs: NDArray[Any], states: NDArray[np.float32] | None = None) -> Floats:
        """Return max_a Q(s, a), float32 (K,), of obs (K, *O) seen in these states; remember nothing of it."""
        kept = self.remembered
        self.remembered = self._before(len(obs)) if states is None else states
        best = super().values(obs)
        self.remembered = kept
        return best

    def _expected(self, obs: NDArray[Any]) -> Floats:
        self.remembered = self.memory.step(self._seen(obs), self._before(len(obs)))
        return self.network.expected(self.remembered[:, : self.units])

    def _before(self, rows: int) -> Floats:
        if len(self.remembered) != rows:
            self.remembered = np.zeros((rows, 2 * self.units), np.float32)
        return self.remembered
