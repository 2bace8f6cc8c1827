"""Acting at random: the policy behind the Random Policy operator, and its acting part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from engine.kinds import Acting, Batch, Blueprint, Environment, Gradients, Policy, TrainResult
from engine.policies.ahead import Ahead
from engine.policies.distributions import Categorical, DiagonalGaussian, Distribution, Floats
from engine.policies.spaces import Observations, spaces_of


class AtRandom(Policy):
    """A policy without parameters."""

    def __init__(self, title: str, environment: Environment) -> None:
        """Look at the environment's spaces; `title` is what the policy is called there.

        Raises:
            ValueError: it has spaces that no policy here can handle.
        """
        self.title_shown = title
        self.environment = environment
        self.blueprint = RandomBlueprint(*spaces_of(environment, title))
        self.version = 0

    def weights(self) -> NDArray[np.float32]:
        """Return none, (0,)."""
        return np.zeros(0, np.float32)

    def load(self, weights: NDArray[np.float32], version: int) -> None:
        """Note the version."""
        self.version = version

    def learn(self, batch: Batch, epochs: int, minibatch: int, rng: np.random.Generator) -> TrainResult:
        """Refuse: there is nothing to learn with."""
        self._refuse()

    def gradients(self, batch: Batch) -> Gradients:
        """Refuse as `learn` does."""
        self._refuse()

    def apply(self, gradients: Gradients) -> dict[str, float]:
        """Refuse as `learn` does."""
        self._refuse()

    def state(self) -> dict[str, Any]:
        """Return nothing: there is nothing to remember."""
        return {}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over nothing."""

    def _refuse(self) -> NoReturn:
        raise ValueError(f"{self.title_shown} cannot learn: train another policy, or take the learner out")


@dataclass(frozen=True, slots=True)
class RandomBlueprint(Blueprint):
    """What a random policy sees and can do; picklable, and free of torch."""

    observations: Observations
    actions: Distribution

    def build(self, worker: int = 0, workers: int = 1) -> RandomActing:
        """Return a new acting part."""
        return RandomActing(self.observations, self.actions)


class RandomActing(Acting):
    """Draws actions for many steps at once; records `next_obs`, for whoever learns from what it did."""

    wants_next_obs = True

    def __init__(self, observations: Observations, actions: Distribution) -> None:
        """Act where such observations are seen, with such actions."""
        self.actions = actions
        self.observation, self.action = observations.row, actions.row
        self.records = {}
        self.rng: np.random.Generator | None = None
        self.drawn = Ahead(lambda rng, steps, rows: choices(self.actions, rng, (steps, rows)))

    def load(self, weights: NDArray[np.float32]) -> None:
        """Take over nothing."""

    def act(self, obs: NDArray[Any], rng: np.random.Generator) -> tuple[NDArray[Any], Mapping[str, NDArray[Any]]]:
        """Return an action for each of obs (N, *O); record nothing."""
        self.rng = rng
        return self.drawn.next(rng, len(obs)), {}

    def kept(self) -> dict[str, Any]:
        """Return the actions that are drawn and not given."""
        return {"drawn": self.drawn.state()}

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Take over what `kept` gave."""
        self.drawn.restore(kept["drawn"])

    def act_greedily(self, obs: NDArray[Any]) -> NDArray[Any]:
        """Return an action for each of obs (N, *O); none is more likely than another."""
        return self.act(obs, self.rng or np.random.default_rng(0))[0]

    def to_environment(self, actions: NDArray[Any]) -> Sequence[Any]:
        """Return what `env.step` takes, one entry for each of N actions."""
        return self.actions.to_environment(actions)

    def finish(self, columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return the columns as they are."""
        return columns

    def values(self, obs: NDArray[Any], states: NDArray[np.float32] | None = None) -> Floats:
        """Return zeros (K,): it expects nothing."""
        return np.zeros(len(obs), np.float32)


def choices(actions: Distribution, rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[Any]:
    """Draw actions (S, N, ...) for `shape` (S, N)."""
    if isinstance(actions, Categorical):
        drawn = rng.integers(actions.sizes, size=(*shape, len(actions.sizes)))
        return drawn if actions.many else drawn[..., 0]
    assert isinstance(actions, DiagonalGaussian)  # there is no third
    low, high = np.array(actions.low, np.float32), np.array(actions.high, np.float32)
    bounded = np.isfinite(low) & np.isfinite(high)
    uniform = rng.uniform(np.where(bounded, low, 0), np.where(bounded, high, 1), (*shape, actions.size))
    return np.where(bounded, uniform, rng.standard_normal((*shape, actions.size))).astype(np.float32)
