"""Acting with real actions between bounds: a squashed Gaussian (SAC), or a deterministic actor with noise (TD3, DDPG).

Actions are kept as the learner sees them, each component in -1 .. 1; only the environment gets them stretched to its
bounds. The last of the weights is the share of actions that are drawn uniformly instead: 1 at the start of a run, 0
once the buffer has something to learn from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Acting, Blueprint
from engine.policies.ahead import Ahead
from engine.policies.distributions import DiagonalGaussian, Floats
from engine.policies.plain_mlp import PlainMLP, mlp_shapes
from engine.policies.spaces import Observations

LOWEST_LOG_STD: Final = -5.0
HIGHEST_LOG_STD: Final = 2.0


def log_deviation(raw: Any, tanh: Any) -> Any:
    """Return raw numbers of the network, squeezed into -5 .. 2 by the `tanh` given: numpy's or torch's.

    Example: 0 gives -1.5.
    """
    return LOWEST_LOG_STD + 0.5 * (HIGHEST_LOG_STD - LOWEST_LOG_STD) * (tanh(raw) + 1)


@dataclass(frozen=True, slots=True)
class ContinuousBlueprint(Blueprint):
    """What an actor looks like.

    Attributes:
        actions: the environment's bounds and shape of actions; its distribution is not used.
        deviation: of the noise added to a deterministic actor's actions; None if the actor tells its own (SAC).
        ladder: whether each worker has a deviation of its own, from `deviation` up to four times as much, as in Ape-X
            DPG (Horgan et al. 2018, arXiv 1803.00933), where workers explore to different degrees.
    """

    observations: Observations
    actions: DiagonalGaussian
    hidden: tuple[int, ...]
    activation: str
    deviation: float | None = None
    ladder: bool = False

    @property
    def outputs(self) -> int:
        """D, how many numbers the actor gives for one row."""
        return self.actions.size * (2 if self.deviation is None else 1)

    def build(self, worker: int = 0, workers: int = 1) -> Acting:
        """Return a new acting part, in numpy."""
        rung = worker / (workers - 1) if self.ladder and workers > 1 else 0.0
        return ContinuousActing(self, 1 + 3 * rung)


class ContinuousActing(Acting):
    """Chooses actions (N, A) in -1 .. 1; it records nothing, since off-policy learners ask for nothing."""

    wants_next_obs = True

    def __init__(self, blueprint: ContinuousBlueprint, noisier: float = 1.0) -> None:
        """Act as the blueprint says, with noise `noisier` times as large; `load` must come before anything else."""
        self.blueprint = blueprint
        self.deviation = None if blueprint.deviation is None else blueprint.deviation * noisier
        self.observation = blueprint.observations.row
        self.action = blueprint.actions.row
        self.records = {}
        size = blueprint.observations.size
        self.actor = PlainMLP(mlp_shapes(size, blueprint.hidden, blueprint.outputs), blueprint.activation)
        self.low, self.high = (np.array(bound, np.float32) for bound in (blueprint.actions.low, blueprint.actions.high))
        self.noise = Ahead(self._noise)

    def load(self, weights: NDArray[np.float32]) -> None:
        """Take over `[actor | uniform share]`."""
        self.actor.load(weights[:-1])
        self.uniform_share = float(weights[-1])

    def act(self, obs: NDArray[Any], rng: np.random.Generator) -> tuple[NDArray[Any], Mapping[str, NDArray[Any]]]:
        """Return explored actions for obs (N, *O), and no records."""
        if self.uniform_share and rng.random() < self.uniform_share:
            return rng.uniform(-1, 1, (len(obs), *self.action[0])).astype(np.float32), {}
        return self._explored(self._numbers(obs), self.noise.next(rng, len(obs))), {}

    def kept(self) -> dict[str, Any]:
        """Return the noise that is drawn and not used."""
        return {"noise": self.noise.state()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take over what `kept` gave."""
        self.noise.restore(kept["noise"])

    def act_greedily(self, obs: NDArray[Any]) -> NDArray[Any]:
        """Return the actor's actions without noise."""
        return np.tanh(self._numbers(obs)[:, : self.blueprint.actions.size])

    def to_environment(self, actions: NDArray[Any]) -> Sequence[Any]:
        """Return arrays of the environment's shape, stretched from -1 .. 1 to its bounds."""
        stretched = self.low + (self.high - self.low) * 0.5 * (actions + 1)
        return list(stretched.reshape(-1, *self.blueprint.actions.shape))

    def finish(self, columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return the columns as they are."""
        return columns

    def values(self, obs: NDArray[Any], states: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Refuse: no state's value is known here, and nobody asks, since none is recorded.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError("an actor of continuous actions knows no values")

    def _numbers(self, obs: NDArray[Any]) -> Floats:
        return self.actor(obs.reshape(len(obs), -1).astype(np.float32, copy=False))

    def _explored(self, numbers: Floats, noise: Floats) -> Floats:
        if self.deviation is not None:
            noisy: Floats = np.tanh(numbers) + np.float32(self.deviation) * noise
            return np.clip(noisy, -1, 1)
        mean, raw = np.split(numbers, 2, 1)
        explored: Floats = np.tanh(mean + np.exp(log_deviation(raw, np.tanh)) * noise)
        return explored

    def _noise(self, rng: np.random.Generator, steps: int, rows: int) -> Floats:
        return rng.standard_normal((steps, rows, *self.action[0]), dtype=np.float32)
