"""The learner behind every policy of continuous control: an actor, critics of Q(s, a), and their targets.

One gradient step on one minibatch is `step`, which each family writes; everything around it stands here. Critics, and
where there is one the target actor, follow at the pace that Update Target Network sets.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from engine.kinds import Batch, Environment, Gradients, Policy, TrainResult
from engine.policies.continuous_acting import ContinuousBlueprint
from engine.policies.distributions import DiagonalGaussian
from engine.policies.finite import finite
from engine.policies.followed import followed
from engine.policies.plain_mlp import mlp_shapes
from engine.policies.spaces import spaces_of

if TYPE_CHECKING:
    from engine.declare import Run
    from engine.policies.continuous_declaration import ContinuousDeclaration


class Rows(NamedTuple):
    """A minibatch as tensors of B rows; `discount` and `weight` are given to every row, `noise` is (2, B, A)."""

    obs: Tensor
    action: Tensor
    reward: Tensor
    terminated: Tensor
    next_obs: Tensor
    discount: Tensor
    weight: Tensor
    noise: Tensor


class Continuous(Policy):
    """An actor and `critics` critics. Reads the operator's parameters at each use, so they may be turned live."""

    blueprint: ContinuousBlueprint

    def __init__(
        self,
        operator: ContinuousDeclaration,
        environment: Environment,
        run: Run,
        *,
        critics: int,
        deviation: float | None,
        ladder: bool = False,
    ) -> None:
        """Build the networks for the environment's spaces, their start drawn from the run's seed.

        Raises:
            ValueError: the environment has spaces that such a policy cannot handle; the text is a sentence.
        """
        self.settings = operator
        self.environment = environment
        self.counters = run.counters
        self.blueprint = _blueprint(operator, environment, deviation, ladder)
        self.version = 0
        torch.set_num_threads(1)  # the start must not depend on the machine
        generator = torch.Generator().manual_seed(run.seed(operator.node))
        seen, actions = self.blueprint.observations.size, self.blueprint.actions.size
        shapes = mlp_shapes(seen, operator.hidden, self.blueprint.outputs)
        self.actor = followed(1, shapes, operator, generator)
        shapes = mlp_shapes(seen + actions, operator.hidden, 1)
        self.critic = followed(critics, shapes, operator, generator)

    @abstractmethod
    def step(self, rows: Rows) -> tuple[dict[str, Tensor], Tensor]:
        """Take one gradient step; return metrics of rank 0 and each row's absolute TD error (B,)."""

    def weights(self) -> NDArray[np.float32]:
        """Return [actor | uniform share], float32 (P + 1,)."""
        uniform = float(self.counters.env_steps < self.settings.uniform_steps)
        return np.append(self.actor.descent.vector.numpy(), np.float32(uniform))

    def load(self, weights: NDArray[np.float32], version: int) -> None:
        """Take over the actor; critics and targets stay as they are."""
        self.actor.descent.vector.copy_(torch.tensor(weights[:-1]))
        self.version = version

    def learn(self, batch: Batch, epochs: int, minibatch: int, rng: np.random.Generator) -> TrainResult:
        """Take `epochs` passes over the batch in shuffled minibatches; tell mean metrics and the rows' TD errors.

        Reads obs, action, reward, terminated and next_obs; discount and weight where there are any.

        Raises:
            ValueError: a column is missing, or a metric is no longer finite; the text is a sentence.
        """
        self.critic.descent.set_threads()
        columns = self._tensors(batch, rng)
        errors, steps = torch.empty(len(batch)), []
        for _ in range(epochs):
            for chosen in _minibatches(len(batch), minibatch, rng):
                metrics, error = self.step(_taken(columns, chosen))
                errors[chosen] = error
                steps.append(torch.stack(list(metrics.values())))
        self.version += 1
        means = dict(zip(metrics, torch.stack(steps).mean(0).tolist(), strict=True))
        return TrainResult(finite(means, self.version), self.version, len(batch), errors.numpy())

    def gradients(self, batch: Batch) -> Gradients:
        """Refuse.

        Raises:
            ValueError: always: actor and critics each take their own step.
        """
        raise ValueError(f"{self.settings.spec.title} has no single gradient to send: use Train One Step or Learner")

    def apply(self, gradients: Gradients) -> dict[str, float]:
        """Refuse, as `gradients` does.

        Raises:
            ValueError: always.
        """
        raise ValueError(f"{self.settings.spec.title} has no single gradient to follow: use Train One Step or Learner")

    def update_target(self, share: float) -> None:
        """Move the target critics and the target actor by `share` of the way to the learned ones."""
        self.critic.follow(share)
        self.actor.follow(share)

    def state(self) -> dict[str, Any]:
        """Return parameters, optimizers, targets and version; arrays are copies."""
        return {"version": self.version, "actor": self.actor.state(), "critic": self.critic.state()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.version = int(state["version"])
        self.actor.restore(state["actor"])
        self.critic.restore(state["critic"])

    def _tensors(self, batch: Batch, rng: np.random.Generator) -> Rows:
        wanted = ("obs", "action", "reward", "terminated", "next_obs")
        if missing := [name for name in wanted if name not in batch.columns]:
            raise ValueError(
                f"{self.settings.spec.title} needs batches with {', '.join(missing)}: "
                "let Rollouts act with this policy, and put nothing in between that takes columns out"
            )
        rows = len(batch)
        columns = {name: np.asarray(batch[name]) for name in wanted}
        for name in ("obs", "next_obs"):
            columns[name] = columns[name].reshape(rows, -1).astype(np.float32, copy=False)
        for name, value in (("discount", self.settings.gamma), ("weight", 1.0)):
            columns[name] = batch.columns.get(name, np.full(rows, value, np.float32))
        noise = rng.standard_normal((2, rows, self.blueprint.actions.size), dtype=np.float32)
        return Rows._make([*(torch.tensor(column) for column in columns.values()), torch.from_numpy(noise)])


def value(network: Callable[[Tensor], Tensor], obs: Tensor, action: Tensor) -> Tensor:
    """Return Q (K, B) of K critics for obs (B, O) and actions (B, A)."""
    return network(torch.cat([obs, action], 1)).squeeze(2)


def _blueprint(
    operator: ContinuousDeclaration, environment: Environment, deviation: float | None, ladder: bool
) -> ContinuousBlueprint:
    title = operator.spec.title
    observations, actions = spaces_of(environment, title)
    if not isinstance(actions, DiagonalGaussian) or not np.isfinite([*actions.low, *actions.high]).all():
        raise ValueError(f"{title} acts in Box action spaces with bounds only, and {environment.id} has no such space")
    if observations.image or environment.normalise_observations:
        raise ValueError(f"{title} sees vectors as they are: {environment.id} gives images or normalised observations")
    return ContinuousBlueprint(observations, actions, operator.hidden, operator.activation, deviation, ladder)


def _minibatches(rows: int, minibatch: int, rng: np.random.Generator) -> tuple[Any, ...]:
    """Return which rows each minibatch has; all of them as they lie if they are no more than one."""
    if rows <= minibatch:
        return (slice(None),)
    return torch.split(torch.from_numpy(rng.permutation(rows)), minibatch)


def _taken(columns: Rows, chosen: Any) -> Rows:
    return Rows._make([*(column[chosen] for column in columns[:-1]), columns.noise[:, chosen]])
