"""The learner behind every actor-critic policy: all but the actor's loss, which each family writes itself.

Small networks spend most of a gradient step on torch's dispatch, not on arithmetic. So everything that need not
happen in each minibatch happens once: parameters and gradients are one vector each, a whole epoch is shuffled by one
gather, and metrics stay tensors until all steps are done.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from engine.kinds import Batch, Environment, Gradients, Peers, Policy, TrainResult
from engine.losses import likelihoods
from engine.losses.ppo import approximate_kl, explained_variance, value_loss
from engine.networks import ActorCriticMLP
from engine.policies.blueprint import ActorCriticBlueprint
from engine.policies.by_hand import ByHand
from engine.policies.descent import SMALL, Descent
from engine.policies.device import device_for
from engine.policies.distributions import Categorical, Floats
from engine.policies.finite import finite
from engine.policies.legal import legal
from engine.policies.memory import starts
from engine.policies.moments import Moments, standardised
from engine.policies.spaces import spaces_of

if TYPE_CHECKING:
    from engine.policies.declaration import ActorCriticDeclaration

COLUMNS: Final = ("obs", "action", "logp", "advantage", "value_target")


class ActorCritic(Policy):
    """An actor-critic with its optimizer. Reads the operator's parameters at each use, so they may be turned live."""

    blueprint: ActorCriticBlueprint
    wants_next_obs: ClassVar[bool] = False  # whether batches shall have the column `next_obs`

    def __init__(self, operator: ActorCriticDeclaration, environment: Environment, seed: int) -> None:
        """Build the network for the environment's spaces, its start drawn from `seed`.

        Raises:
            ValueError: the environment has spaces that no network here can handle, or there is no such device.
        """
        masks = not operator.memory and not environment.normalise_observations
        observations, actions = spaces_of(environment, operator.spec.title, masks)
        if observations.image and operator.memory:
            raise ValueError(f"{operator.spec.title} can remember vectors only, and {environment.id} gives images")
        self.settings = operator
        self.environment = environment
        self.blueprint = ActorCriticBlueprint(
            observations,
            actions,
            operator.hidden,
            operator.activation,
            environment.normalise_observations,
            self.wants_next_obs,
            operator.memory,
        )
        self.version = 0
        self.trained_rows = 0
        self.moments = Moments(observations.size if environment.normalise_observations else 0)
        self.actions = actions
        torch.set_num_threads(1)  # an orthogonal start differs in its last bits from one thread to two
        self.device = device_for(operator.device, observations.image)
        self.network = self.blueprint.network(seed).to(self.device)
        self.log_std = nn.Parameter(torch.full((actions.free,), operator.initial_log_std, device=self.device))
        self.descent = Descent([*self.network.parameters(), self.log_std])
        self.by_hand = self._by_hand()

    def tensor(self, column: NDArray[Any]) -> Tensor:
        """Return a copy of the column where the network is."""
        return torch.tensor(column, device=self.device)

    def seen(self, obs: NDArray[Any]) -> Tensor:
        """Return observations (B, *O) as the network takes them."""
        return self.tensor(self.read(obs))

    def read(self, obs: NDArray[Any]) -> NDArray[Any]:
        """Return observations (B, *O) as rows of numbers, normalised if that is wanted; images as they are."""
        if not self.blueprint.observations.image:
            obs = obs.reshape(len(obs), -1).astype(np.float32, copy=False)
        if self.blueprint.normalised:
            mean, deviation = self.moments.mean.astype(np.float32), self.moments.deviation.astype(np.float32)
            obs = standardised(obs, mean, deviation)
        return obs

    def likelihood(self, numbers: Tensor, log_std: Tensor, action: Tensor) -> tuple[Tensor, Tensor]:
        """Return log p(a) and the entropy, each (B,), for a network's numbers (B, D), log deviations and actions."""
        if not isinstance(self.actions, Categorical):
            return likelihoods.gaussian(numbers, log_std, action)
        if self.actions.many:
            return likelihoods.categoricals(numbers, action, self.actions.sizes)
        return likelihoods.categorical(numbers, action)

    @abstractmethod
    def actor_loss(self, logp: Tensor, old_logp: Tensor, advantage: Tensor) -> Tensor:
        """Return the actor's loss, rank 0, for rows (B,): log-probabilities now and when sampled, and advantages."""

    @abstractmethod
    def actor_slope(self, logp: Floats, old_logp: Floats, advantage: Floats) -> tuple[float, Floats]:
        """Return the same loss in plain numbers, and its slope (B,) by `logp`: what autograd would find."""

    def prepared(self, batch: Batch) -> Batch:
        """Return the batch with what this family computes from its networks once, before the first gradient step."""
        return batch

    def ratio_metrics(self, log_ratio: Tensor) -> dict[str, Tensor]:
        """Return metrics of the probability ratios of all rows trained on, `log_ratio` (K,), each of rank 0."""
        return {"kl": approximate_kl(log_ratio)}

    def weights(self) -> NDArray[np.float32]:
        """Return [network | log deviations | mean | deviation], float32 (P,)."""
        parts = (self.descent.vector.cpu().numpy(), self.moments.mean, self.moments.deviation)
        return np.concatenate(parts, dtype=np.float32)

    def load(self, weights: NDArray[np.float32], version: int) -> None:
        """Take over weights (P,) as `weights` gives them; the optimizer stays as it is."""
        size = self.descent.vector.numel()
        self.descent.vector.copy_(torch.from_numpy(weights[:size].copy()))
        self.moments.mean, deviation = (part.astype(np.float64) for part in np.split(weights[size:], 2))
        self.moments.variance = deviation**2
        self.version = version

    def learn(self, batch: Batch, epochs: int, minibatch: int, rng: np.random.Generator) -> TrainResult:
        """Take `epochs` passes over the batch in shuffled minibatches; tell mean metrics.

        Reads obs, action, logp, advantage, value_target and value; a policy that remembers also state, terminated
        and truncated, and its minibatches are of whole sequences.

        Raises:
            ValueError: a column is missing, or a metric is no longer finite; the text is a sentence.
        """
        self.descent.set_threads()
        batch = self.prepared(batch)
        columns = self._columns(batch)
        rate = self._learning_rate()
        memory = self.blueprint.memory
        together = max(1, minibatch // memory.length) if memory else minibatch
        steps = []
        for _ in range(epochs):
            order = self._kept(rng.permutation(len(columns[0])))  # of rows, or of whole sequences
            shuffled = self._gathered(columns, order)
            for at in range(0, len(order), together):
                steps.append(self._step(rate, *(column[at : at + together] for column in shuffled)))
        self.version += 1
        self.trained_rows += len(batch) * (self.descent.peers.count if self.descent.peers else 1)
        if self.blueprint.normalised:
            self.moments.update(batch["obs"].reshape(len(batch), -1), self.descent.peers)
        metrics = finite({**self._means(steps, batch), "learning_rate": rate}, self.version)
        return TrainResult(metrics, self.version, len(batch))

    def learn_with(self, peers: Peers) -> None:
        """From now on average each gradient over `peers` before stepping along it, and count the rows of them all."""
        self.descent.peers = peers

    def gradients(self, batch: Batch) -> Gradients:
        """Return the gradient of the loss over the whole batch, and its metrics; nothing is changed.

        Raises:
            ValueError: as `learn`; or observations are normalised, which needs the batch where the policy is trained.
        """
        if self.blueprint.normalised:
            raise ValueError("gradients without their batch cannot keep observations normalised: use Train One Step")
        self.descent.set_threads()
        batch = self.prepared(batch)
        metrics = self._gradient(*self._columns(batch))
        vector = self.descent.gradient.cpu().numpy().copy()
        means = {**self._means([metrics], batch), "gradient_norm": float(self.descent.gradient.norm())}
        return Gradients(vector, len(batch), finite(means, self.version))

    def apply(self, gradients: Gradients) -> dict[str, float]:
        """Take one optimizer step along gradients that this policy or a copy of it computed; count one version."""
        self.descent.set_threads()
        rate = self._learning_rate()
        self.descent.gradient.copy_(torch.tensor(gradients.vector))
        norm = self.descent.step(rate, self.settings.max_gradient_norm)
        self.version += 1
        self.trained_rows += gradients.rows
        metrics = {**gradients.metrics, "gradient_norm": float(norm), "learning_rate": rate}
        return finite(metrics, self.version)

    def state(self) -> dict[str, Any]:
        """Return parameters, Adam's moments, the observations' moments and the counts; arrays are copies."""
        return {
            "version": self.version,
            "trained_rows": self.trained_rows,
            **self.descent.state(),
            "observations": self.moments.state(),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""
        self.version, self.trained_rows = int(state["version"]), int(state["trained_rows"])
        self.descent.restore(state)
        self.moments.restore(state["observations"])

    def _by_hand(self) -> ByHand | None:
        """Return what differentiates a small MLP faster than autograd; None for other networks, or if not wanted."""
        small = self.device.type == "cpu" and self.descent.vector.numel() < SMALL
        if self.settings.autograd or not small or not isinstance(self.network, ActorCriticMLP):
            return None
        mask = self.blueprint.observations.mask
        return ByHand(self.blueprint.towers, self.actions, self.descent.vector, self.descent.gradient, mask)

    def _learning_rate(self) -> float:
        span = self.settings.anneal_over
        return self.settings.learning_rate * (max(0.0, 1 - self.trained_rows / span) if span else 1.0)

    def _kept(self, column: NDArray[Any]) -> Any:
        """Return the column as whoever differentiates takes it: as it is by hand, else as a tensor."""
        return column if self.by_hand else self.tensor(column)

    def _gathered(self, columns: list[Any], order: Any) -> list[Any]:
        """Return the columns' rows in this order, by what is three times as fast as an index in brackets."""
        if self.by_hand:
            return [column.take(order, 0) for column in columns]
        return [column.index_select(0, order) for column in columns]

    def _columns(self, batch: Batch) -> list[Any]:
        missing = [name for name in COLUMNS if name not in batch.columns]
        if missing:
            raise ValueError(
                f"{self.settings.spec.title} needs batches with {', '.join(missing)}: "
                "put Compute Advantages before the learner"
            )
        columns = [self._kept(self.read(batch["obs"])), *(self._kept(batch[name]) for name in COLUMNS[1:])]
        memory = self.blueprint.memory
        if memory is None:
            return columns
        first = starts(batch, memory.length)
        sequences = [column.view(-1, memory.length, *column.shape[1:]) for column in columns]
        return [*sequences, *map(self.tensor, first)]

    def _step(self, rate: float, *rows: Any) -> dict[str, Any]:
        """Take one gradient step on one minibatch; return its metrics, as numbers or tensors that nobody waited for."""
        metrics = self._gradient(*rows)
        return {**metrics, "gradient_norm": self.descent.step(rate, self.settings.max_gradient_norm)}

    def _gradient(self, obs: Any, *rows: Any) -> dict[str, Any]:
        """Put the loss's gradient over these rows where the optimizer looks for it.

        They are the columns of `COLUMNS`, each (B, ...); of a policy that remembers (M, L, ...), then the state
        before each of the M sequences and which steps begin an episode.
        """
        settings = self.settings
        if self.by_hand:
            weights = settings.value_coefficient, settings.entropy_coefficient
            return self.by_hand((obs, *rows), self.actor_slope, *weights)
        action, logp, advantage, target, *memory = rows
        numbers, value = self.network(obs, *memory)
        if memory:
            action, logp, advantage, target = (row.flatten(0, 1) for row in (action, logp, advantage, target))
        numbers = legal(numbers, obs, self.blueprint.observations.mask)
        new_logp, entropies = self.likelihood(numbers, self.log_std, action)
        entropy, actor, critic = entropies.mean(), self.actor_loss(new_logp, logp, advantage), value_loss(value, target)
        loss = actor + settings.value_coefficient * critic
        if settings.entropy_coefficient:
            loss = loss - settings.entropy_coefficient * entropy
        self.descent.gradient.zero_()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
        metrics = {"policy_loss": actor, "value_loss": critic, "entropy": entropy, "log_ratio": new_logp - logp}
        return {name: metric.detach() for name, metric in metrics.items()}

    def _means(self, steps: list[dict[str, Any]], batch: Batch) -> dict[str, float]:
        log_ratio = torch.cat([step.pop("log_ratio") for step in steps])
        means = {name: _mean([step[name] for step in steps]) for name in steps[0]}
        means |= self.ratio_metrics(log_ratio)
        value, target = self.tensor(batch["value"]), self.tensor(batch["value_target"])
        means["explained_variance"] = explained_variance(value, target)
        return dict(zip(means, torch.stack(list(means.values())).tolist(), strict=True))


def _mean(values: list[Any]) -> Tensor:
    """Return the mean of numbers, or of tensors of rank 0, as one tensor."""
    return (torch.stack(values) if isinstance(values[0], Tensor) else torch.tensor(values)).mean()
