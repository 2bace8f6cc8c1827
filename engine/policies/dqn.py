"""The learner behind DQN Policy: Q-learning from replayed transitions, with every part of Rainbow a parameter.

The network and its gradient are numpy by hand (`engine.policies.q_layers`); only the optimizer is torch's, and it
works on the same memory.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from engine.counters import Counters
from engine.kinds import Batch, Environment, Gradients, Policy, TrainResult
from engine.losses.q_learning import best_action_values
from engine.policies.descent import Descent
from engine.policies.dqn_acting import QBlueprint
from engine.policies.finite import finite
from engine.policies.moments import Moments, standardised
from engine.policies.q_layers import Floats
from engine.policies.q_network import QNetwork

if TYPE_CHECKING:
    from engine.operators.setup.dqn_policy import DQNPolicy

COLUMNS: Final = ("obs", "action", "reward", "terminated", "next_obs")
Rows = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, slots=True)
class Seen:
    """The B rows that a loss is over, and what the layers of both networks see of them, each (B, in)."""

    rows: Rows
    here: Floats
    next_by_online: Floats
    next_by_target: Floats


class DQN(Policy):
    """A Q-network with its target and optimizer. Reads the operator's live parameters at each use."""

    blueprint: QBlueprint

    def __init__(
        self, operator: DQNPolicy, environment: Environment, blueprint: QBlueprint, seed: int, counters: Counters
    ) -> None:
        """Build the networks of the blueprint, their start drawn from `seed`."""
        self.settings = operator
        self.environment = environment
        self.counters = counters
        self.version = 0
        self.blueprint = blueprint
        design = blueprint.design
        self.returns = design.returns
        self.descent = Descent([nn.Parameter(torch.from_numpy(design.start(seed)))])
        self.vector: Floats = self.descent.vector.numpy()
        self.gradient: Floats = self.descent.gradient.numpy()
        self.target_vector = self.vector.copy()
        self.online, self.target = QNetwork(design), QNetwork(design)
        self.online.read(self.vector)
        self.target.read(self.target_vector)
        self.moments = Moments(self.blueprint.observations.size if self.blueprint.normalised else 0)

    @property
    def epsilon(self) -> float:
        """How often any action is taken instead of the best, now."""
        settings = self.settings
        done = min(1.0, self.counters.env_steps / settings.epsilon_over) if settings.epsilon_over else 1.0
        return settings.epsilon_start + done * (settings.epsilon_end - settings.epsilon_start)

    def weights(self) -> NDArray[np.float32]:
        """Return [network | mean | deviation | epsilon], float32 (P,)."""
        parts = (self.vector, self.moments.mean, self.moments.deviation, [self.epsilon])
        return np.concatenate(parts, dtype=np.float32)

    def load(self, weights: NDArray[np.float32], version: int) -> None:
        """Take over weights (P,) as `weights` gives them; target and optimizer stay as they are."""
        size = self.vector.size
        self.vector[:] = weights[:size]
        self.moments.mean, deviation = (part.astype(np.float64) for part in np.split(weights[size:-1], 2))
        self.moments.variance = deviation**2
        self.version = version

    def update_target(self, share: float) -> None:
        """Move the target network to the learned one by `share`."""
        self.target_vector *= np.float32(1 - share)
        self.target_vector += np.float32(share) * self.vector

    def learn(self, batch: Batch, epochs: int, minibatch: int, rng: np.random.Generator) -> TrainResult:
        """Take `epochs` passes over the batch in minibatches, shuffled unless the batch is one; tell mean metrics.

        Reads obs, action, reward, terminated and next_obs; discount and weight (of importance) where they are.

        Raises:
            ValueError: a column is missing, or a metric is no longer finite; the text is a sentence.
        """
        self.descent.set_threads()
        columns, rate = self._columns(batch), self._learning_rate()
        errors, steps = np.empty_like(columns["reward"]), []
        length = errors.size // len(errors)  # of what must stay together: 1 if it is rows
        for part in minibatches(len(errors), epochs, max(1, minibatch // length), rng):
            errors[part], told = self._gradient({name: column[part] for name, column in columns.items()}, rng)
            steps.append((*told, float(self.descent.step(rate, self.settings.max_gradient_norm))))
        self.version += 1
        if self.blueprint.normalised:
            self.moments.update(batch["obs"].reshape(len(batch), -1))
        means = [sum(values) / len(steps) for values in zip(*steps, strict=True)]
        named = dict(zip(("loss", "q_mean", "td_error", "gradient_norm"), means, strict=True))
        metrics = {**finite(named, self.version), "epsilon": self.epsilon, "learning_rate": rate}
        return TrainResult(metrics, self.version, len(batch), errors.reshape(-1))

    def gradients(self, batch: Batch) -> Gradients:
        """Return the gradient of the loss over the whole batch, and its metrics; nothing is changed.

        Raises:
            ValueError: a column is missing; the text is a sentence.
        """
        _, metrics = self._gradient(self._columns(batch), np.random.default_rng(self.version))
        named = dict(zip(("loss", "q_mean", "td_error"), metrics, strict=True))
        return Gradients(self.gradient.copy(), len(batch), named)

    def apply(self, gradients: Gradients) -> dict[str, float]:
        """Take one optimizer step along gradients that this policy or a copy of it computed; count one version."""
        self.descent.set_threads()
        rate = self._learning_rate()
        self.gradient[:] = gradients.vector
        norm = float(self.descent.step(rate, self.settings.max_gradient_norm))
        self.version += 1
        metrics = finite({**gradients.metrics, "gradient_norm": norm}, self.version)
        return {**metrics, "epsilon": self.epsilon, "learning_rate": rate}

    def state(self) -> dict[str, Any]:
        """Return parameters, Adam's moments, the target network and the observations' moments; arrays are copies."""
        return {
            "version": self.version,
            **self.descent.state(),
            "target": self.target_vector.copy(),
            "observations": self.moments.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.version = int(state["version"])
        self.descent.restore(state)
        self.target_vector[:] = state["target"]
        self.moments.restore(state["observations"])

    def _learning_rate(self) -> float:
        span = self.settings.anneal_over
        return self.settings.learning_rate * (max(0.0, 1 - self.counters.env_steps / span) if span else 1.0)

    def _columns(self, batch: Batch) -> dict[str, NDArray[Any]]:
        missing = [name for name in COLUMNS if name not in batch.columns]
        if missing:
            raise ValueError(
                f"{self.settings.spec.title} needs batches with {', '.join(missing)}: train it on what its own "
                "rollouts sampled, replayed or not"
            )
        columns = {name: batch[name] for name in COLUMNS}
        for name, value in (("discount", self.settings.gamma), ("weight", 1.0)):
            given = batch.columns.get(name)
            columns[name] = np.full(len(batch), value, np.float32) if given is None else given
        if not self.blueprint.observations.image:
            columns |= {name: self._read(columns[name]) for name in ("obs", "next_obs")}
        return columns

    def _read(self, obs: NDArray[Any]) -> Floats:
        """Return observations (B, *O) as rows of numbers, (B, O)."""
        rows: Floats = obs.reshape(len(obs), -1).astype(np.float32, copy=False)
        if not self.blueprint.normalised:
            return rows
        return standardised(rows, self.moments.mean.astype(np.float32), self.moments.deviation.astype(np.float32))

    def _gradient(self, columns: Rows, rng: np.random.Generator) -> tuple[Floats, tuple[float, float, float]]:
        """Put the loss's gradient where the optimizer looks for it; return the rows' errors, and loss, Q and error."""
        self.online.draw(rng)
        self.target.draw(rng)
        seen = self._seen(columns)
        rows, target = seen.rows, self._target(seen)
        values = self.online(seen.here)
        taken = np.arange(len(target)), rows["action"]
        chosen = values[taken]
        losses, slope, errors = self.returns.loss(chosen, target)
        share = rows["weight"] / np.float32(len(target))
        slopes = np.zeros_like(values)
        slopes[taken] = slope * share[:, None]
        self.online.backward(slopes, self.gradient)
        total = self.returns.expected(chosen[:, None]).sum()
        return errors, (float(losses @ share), float(total) / len(target), float(errors.sum()) / len(target))

    def _seen(self, columns: Rows) -> Seen:
        """Return what the networks' layers are to see of these columns."""
        return Seen(columns, columns["obs"], columns["next_obs"], columns["next_obs"])

    def _target(self, seen: Seen) -> Floats:
        """Return what Q(s, a) is to become, (B, K)."""
        rows, judging = seen.rows, self.target(seen.next_by_target)
        choosing = self.online(seen.next_by_online) if self.settings.double else judging
        best = best_action_values(self.returns.expected(choosing), judging)
        return self.returns.target(best, rows["reward"], rows["discount"], rows["terminated"])


def minibatches(
    rows: int, epochs: int, minibatch: int, rng: np.random.Generator
) -> Iterator[slice | NDArray[np.int64]]:
    """Give which rows each gradient step takes; a batch that is one minibatch is not shuffled.

    Example: 5 rows, 1 epoch and minibatches of 2 give three steps of 2, 2 and 1 rows, each row once.
    """
    for _ in range(epochs):
        if rows <= minibatch:
            yield slice(None)
        else:
            yield from np.split(rng.permutation(rows), range(minibatch, rows, minibatch))
