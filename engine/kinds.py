"""What flows: the kinds of things that ports carry, with their fields, shapes, dtypes and guarantees.

Stream kinds (`Batch`, `Gradients`, `TrainResult`) are values inside an `Item`, which adds provenance: which actor
made it, with which policy version, at the cost of how many env steps. Handle kinds (`Environment`, `Policy`,
`Workers`) stand for something with an identity that several nodes share. Each kind also says how its ports look,
so that the studio needs no table of its own.

Dimension letters, here and everywhere: B rows of a batch, T steps of a sequence, N environments of a worker,
A actions (or action components), O observation shape.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

Family = Literal["stream", "handle"]
Row = tuple[tuple[int, ...], str]  # shape and dtype of one row of a column
Shape = Literal["circle", "square", "diamond", "triangle", "chevron", "hexagon", "pentagon", "drum", "ring"]


class Kind:
    """What a port carries: its name, its family, and the shape and colours in which its ports are drawn."""

    title: ClassVar[str] = "anything"
    family: ClassVar[Family] = "stream"
    shape: ClassVar[Shape] = "ring"
    light: ClassVar[str] = "#5A6069"
    dark: ClassVar[str] = "#A7ADB8"


class Anything(Kind):
    """Any stream item: the port takes whatever its wire brings."""


@dataclass(frozen=True, slots=True)
class Episode:
    """One finished episode: undiscounted, unscaled return, and length in env steps.

    Attributes:
        episode_return: where several agents live, the sum over them.
        by_agent: there, the policy that played each agent, and that agent's own return.
    """

    episode_return: float
    length: int
    by_agent: Mapping[str, tuple[str, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Item:
    """A value on its way, with its provenance.

    Attributes:
        value: a `Batch`, `Gradients` or `TrainResult`.
        source: the shard that made it, such as `"rollouts_1/0"`; of a joined item, that of its last part.
        version: the policy version that acted; of a joined item, the oldest.
        env_steps: how many environment steps the item stands for; joined items add up.
    """

    value: Any
    source: str = ""
    version: int = 0
    env_steps: int = 0

    def carrying(self, value: Any) -> Item:
        """Return an item of the same provenance that carries `value`."""
        return replace(self, value=value)


@dataclass(frozen=True, slots=True)
class Batch(Kind):
    """Experiences as columns of equal length B, rows in order within each sequence of T steps.

    Guarantees: every column has B rows; arrays are C-contiguous and must not be written to (they may lie in shared
    memory); B is a multiple of `sequence`, and rows i*T to (i+1)*T are consecutive steps of one environment, across
    episode ends. No row is a reset: each is a transition that the environment really made.

    Columns that rollouts write (float32 unless said):
        obs (B, *O): observation acted on, as the environment gave it (uint8 for images); policies normalise it.
        action (B,) int64, (B, A) int64 or (B, A) float32: what the policy chose, before clipping to the bounds.
        reward (B,): after reward scaling.
        terminated (B,) bool: the episode ended in a state of no future value.
        truncated (B,) bool: the episode was cut off (time limit) in a state that has a value.
        logp (B,): log-probability of the action when it was taken.
        value (B,), next_value (B,): V(s_t) and V(s_t+1); at an episode's end s_t+1 is its own last observation,
            never the first of the next.
        next_obs (B, *O): only for policies that ask for it.
        state (B, K): only of recurrent policies: what was remembered before obs was seen.
    Columns that operators add: advantage (B,), value_target (B,).
    """

    title: ClassVar[str] = "batch"
    family: ClassVar[Family] = "stream"
    shape: ClassVar[Shape] = "circle"
    light: ClassVar[str] = "#0072B2"
    dark: ClassVar[str] = "#3D9BE0"

    columns: Mapping[str, NDArray[Any]]
    sequence: int = 1

    def __len__(self) -> int:
        """Return B, the number of rows."""
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def __getitem__(self, name: str) -> NDArray[Any]:
        """Return the column called `name`."""
        return self.columns[name]

    def having(self, **columns: NDArray[Any]) -> Batch:
        """Return a batch with these columns added or replaced."""
        return replace(self, columns={**self.columns, **columns})


@dataclass(frozen=True, slots=True)
class MultiAgentBatch(Kind):
    """What the agents of one environment met, by the policy that played them.

    Attributes:
        batches: by the policy's name (its node), its agents' experiences; policies that had none are left out.
        versions: by the policy's name, the version that acted.
    """

    title: ClassVar[str] = "multi-agent batch"
    family: ClassVar[Family] = "stream"
    shape: ClassVar[Shape] = "circle"
    light: ClassVar[str] = "#2F6B4F"
    dark: ClassVar[str] = "#5FBF92"

    batches: Mapping[str, Batch]
    versions: Mapping[str, int]


class UnfitBatch(ValueError):
    """A batch that nothing can be learned from, such as one with an observation that is no number.

    Attributes:
        batch: that batch, to be looked at.
    """

    def __init__(self, text: str, batch: Batch) -> None:
        super().__init__(text)
        self.batch = batch


def join(items: Sequence[Item]) -> Item:
    """Join items that carry batches into one: rows in order, env steps added, the oldest version, the last source.

    Example: batches of 3 and 2 rows with versions 5 and 4 give 5 rows, version 4.

    Raises:
        ValueError: there are none, or their columns or sequence lengths differ.
    """
    batches: list[Batch] = [item.value for item in items]
    names = set(batches[0].columns) if batches else set()
    if not batches or any(set(b.columns) != names or b.sequence != batches[0].sequence for b in batches):
        raise ValueError("only batches with the same columns and sequence length can be joined")
    columns = {name: np.concatenate([batch.columns[name] for batch in batches]) for name in batches[0].columns}
    return Item(
        Batch(columns, batches[0].sequence),
        items[-1].source,
        min(item.version for item in items),
        sum(item.env_steps for item in items),
    )


@dataclass(frozen=True, slots=True)
class Gradients(Kind):
    """The gradient of a loss, as one flat float32 vector, with the number of rows it was averaged over."""

    title: ClassVar[str] = "gradients"
    family: ClassVar[Family] = "stream"
    shape: ClassVar[Shape] = "diamond"
    light: ClassVar[str] = "#C45500"
    dark: ClassVar[str] = "#E8742A"

    vector: NDArray[np.float32]
    rows: int
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TrainResult(Kind):
    """What a learner step tells.

    Attributes:
        metrics: by name, each a plain float; the policy's help explains them.
        version: the policy version that the step made.
        rows: of the batch.
        errors: absolute TD error of each row, float32 (rows,); None if the policy has no such thing.
        indexes: where each row lies in the replay shard that the item's source names, int64 (rows,); None if the batch
            does not come from replay.
        state: that of the copy of the policy that learned, if it is not the driver's; None in most results.
    """

    title: ClassVar[str] = "train result"
    family: ClassVar[Family] = "stream"
    shape: ClassVar[Shape] = "triangle"
    light: ClassVar[str] = "#9A6700"
    dark: ClassVar[str] = "#E6A817"

    metrics: Mapping[str, float]
    version: int
    rows: int
    errors: NDArray[np.float32] | None = None
    indexes: NDArray[np.int64] | None = None
    state: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Environment(Kind):
    """A registered Gymnasium environment with its options; making one is left to who steps it.

    Attributes:
        id: a registered id such as `"CartPole-v1"`; never with a colon, which would import a module.
        kwargs: keyword arguments for `gymnasium.make`.
        normalise_observations: subtract the running mean of vector observations and divide by their deviation.
        reward_scale: rewards are multiplied by this before learning; reported returns are not.
        hidden: components of vector observations, counted from 0, that the agent does not see.
        preprocessing: `"atari"` for the usual treatment of Atari's pictures, or `"none"`.
        frame_stack: how many of the newest observations the agent sees at once, as a first dimension; 1 adds none.
        end_at_life_loss: whether losing a life of an Atari game ends the episode that is learned from; reported
            returns are of whole games.
        clip_rewards: learn from the sign of each reward alone; reported returns are not clipped.
    """

    title: ClassVar[str] = "environment"
    family: ClassVar[Family] = "handle"
    shape: ClassVar[Shape] = "hexagon"
    light: ClassVar[str] = "#31779C"
    dark: ClassVar[str] = "#56B4E9"

    id: str
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    normalise_observations: bool = False
    reward_scale: float = 1.0
    hidden: tuple[int, ...] = ()
    preprocessing: str = "none"
    frame_stack: int = 1
    end_at_life_loss: bool = False
    clip_rewards: bool = False

    def learned(self, rewards: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what is learned from, of rewards of any shape: their signs if wanted, scaled.

        Example: clipped and with reward_scale 0.5, rewards 7, 0 and -2 become 0.5, 0 and -0.5.
        """
        kept = np.sign(rewards) if self.clip_rewards else rewards
        return kept * np.float32(self.reward_scale)


@dataclass(frozen=True, slots=True)
class MultiAgentEnvironment(Kind):
    """A registered PettingZoo environment with its options.

    Attributes:
        id: a registered id such as `"classic/tictactoe-v3"`.
        players: `"parallel"` if all agents act at once, `"aec"` if one after another.
        kwargs: keyword arguments of the environment.
        reward_scale: rewards are multiplied by this before learning; reported returns are not.
    """

    title: ClassVar[str] = "multi-agent environment"
    family: ClassVar[Family] = "handle"
    shape: ClassVar[Shape] = "hexagon"
    light: ClassVar[str] = "#2F6B4F"
    dark: ClassVar[str] = "#5FBF92"

    id: str
    players: str = "parallel"
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    reward_scale: float = 1.0


@dataclass(frozen=True, slots=True)
class View(Environment):
    """A multi-agent environment as those of its agents see it that one policy plays.

    Attributes:
        of: the environment.
        agents: patterns of the agents' names, separated by commas, such as `"player_*"`.
    """

    of: MultiAgentEnvironment | None = None
    agents: str = "*"


class Acting(ABC):
    """The part of a policy that chooses actions, on the workers: loads weights, acts, tells what it knew.

    Observations come in and are stored as the environment gives them; whoever normalises them is inside. A recurrent
    policy's state is inside too: one row for each environment, zero at the start of an episode.

    Attributes:
        wants_next_obs: whether batches shall have the column `next_obs`.
        observation: shape and dtype in which one row of the obs column is stored.
        action: shape and dtype of one row of the action column.
        records: column name -> shape and dtype of one row of what `act` records beside obs and action.
    """

    observation: Row
    action: Row
    records: Mapping[str, Row]
    wants_next_obs: bool = False

    @property
    def state(self) -> NDArray[np.float32] | None:
        """The recurrent state (N, S) after the last `act`, float32; None if the policy remembers nothing."""
        return None

    def reset(self, index: int) -> None:
        """Forget what came before: the next observation of environment `index` begins an episode."""
        return

    @abstractmethod
    def load(self, weights: NDArray[np.float32]) -> None:
        """Take over the flat weight vector (P,), float32, that `Policy.weights` gave."""

    @abstractmethod
    def act(self, obs: NDArray[Any], rng: np.random.Generator) -> tuple[NDArray[Any], Mapping[str, NDArray[Any]]]:
        """Sample actions for obs (N, *O); return them and one array (N, ...) for each of `records`.

        What it returns may be overwritten by the next call: copy what is to stay. Every call of one instance brings
        the same generator, since noise is drawn from it ahead of need.
        """

    @abstractmethod
    def act_greedily(self, obs: NDArray[Any]) -> NDArray[Any]:
        """Return the most likely action for each of obs (N, *O)."""

    @abstractmethod
    def to_environment(self, actions: NDArray[Any]) -> Sequence[Any]:
        """Return what `env.step` takes, one entry for each of N actions: Box actions clipped to their bounds."""

    @abstractmethod
    def finish(self, columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Turn the records of a whole fragment, each (B, ...), into the columns that learners read."""

    @abstractmethod
    def values(self, obs: NDArray[Any], states: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
        """Return V(obs), float32 (K,), for obs (K, *O) and, of a recurrent policy, the states (K, S) before them."""


class Blueprint(ABC):
    """How to build a policy's acting part somewhere else: small, picklable, and free of torch where it can be."""

    @abstractmethod
    def build(self, worker: int = 0, workers: int = 1) -> Acting:
        """Return a new acting part for worker number `worker` of `workers`; it has no weights until `load`."""


class Peers(ABC):
    """The copies of a policy that learn in step with this one, each from batches of its own, and this one.

    Attributes:
        count: how many they are together.
    """

    count: int

    @abstractmethod
    def average(self, vector: NDArray[Any]) -> None:
        """Replace each number of `vector` by its mean over all copies, in place; all must call this equally often."""


class Policy(Kind, ABC):
    """A policy being learned, on the driver: parameters, loss and optimizer, with a version that counts updates."""

    title: ClassVar[str] = "policy"
    family: ClassVar[Family] = "handle"
    shape: ClassVar[Shape] = "square"
    light: ClassVar[str] = "#007F5C"
    dark: ClassVar[str] = "#20B98A"

    name: str = ""
    version: int
    blueprint: Blueprint
    environment: Environment
    frozen: tuple[NDArray[np.float32], int] | None = None

    def freeze(self) -> None:
        """Keep weights and version for `newest`, since a thread is about to train.

        Raises:
            ValueError: another thread does already.
        """
        if self.frozen:
            raise ValueError("two learners train this policy at once: connect it to one Learner")
        self.frozen = (self.weights(), self.version)

    def thaw(self) -> None:
        """Let `newest` see the policy itself again: no thread trains it any more."""
        self.frozen = None

    def newest(self) -> tuple[NDArray[np.float32], int]:
        """Return acting weights (P,) and their version, never half trained: what goes out to workers.

        While a learner's thread trains, these are the ones it began with.
        """
        return self.frozen or (self.weights(), self.version)

    @abstractmethod
    def weights(self) -> NDArray[np.float32]:
        """Return the acting weights as one flat float32 vector (P,); a copy."""

    @abstractmethod
    def load(self, weights: NDArray[np.float32], version: int) -> None:
        """Take over acting weights (P,) that the driver's copy gave; what a copy on an actor does before it works."""

    @abstractmethod
    def learn(self, batch: Batch, epochs: int, minibatch: int, rng: np.random.Generator) -> TrainResult:
        """Take `epochs` passes over the batch in shuffled minibatches; count one version; tell mean metrics."""

    def train(self, item: Item, epochs: int, minibatch: int, rng: np.random.Generator) -> Item:
        """Learn from the batch that an item carries, as `learn`; return the item with the result.

        The result also tells `policy_lag`, how many versions the policy was ahead of the one that sampled the batch,
        and where the batch's rows lie in replay, if it comes from there.
        """
        lag = self.version - item.version
        result = self.learn(item.value, epochs, minibatch, rng)
        metrics = {**result.metrics, "policy_lag": float(lag)}
        return item.carrying(replace(result, metrics=metrics, indexes=item.value.columns.get("index")))

    @abstractmethod
    def gradients(self, batch: Batch) -> Gradients:
        """Return the gradient of the loss over the whole batch, (P,) in the optimizer's order; change nothing."""

    @abstractmethod
    def apply(self, gradients: Gradients) -> dict[str, float]:
        """Take one optimizer step along the gradients; count one version; return their metrics and the step's."""

    def learn_with(self, peers: Peers) -> None:
        """From now on average each gradient over `peers` before stepping along it, and count the rows of them all.

        Raises:
            ValueError: copies of this policy cannot learn in step.
        """
        raise ValueError("copies of this policy cannot learn in step: take All Reduce Train out")

    def update_target(self, share: float) -> None:
        """Move the target network to the learned one by `share`: target += share (learned - target); 1 copies.

        Raises:
            ValueError: this policy has no target network.
        """
        raise ValueError("this policy has no target network: take Update Target Network out")

    def adapt_kl(self, kl: float) -> float:
        """Adapt the weight of the KL penalty to the divergence `kl` (nats) of the last update; return the new weight.

        Raises:
            ValueError: this policy's loss has no KL penalty.
        """
        raise ValueError("this policy's loss has no KL penalty: take Update KL out")

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """Return parameters, optimizer and version as arrays or tensors and plain values, for a checkpoint."""

    @abstractmethod
    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `state` gave."""


class LearnerQueue(Kind):
    """A bounded queue of items between the streams that put them in and a learner that takes them out."""

    title: ClassVar[str] = "queue"
    family: ClassVar[Family] = "handle"
    shape: ClassVar[Shape] = "pentagon"
    light: ClassVar[str] = "#6B56B5"
    dark: ClassVar[str] = "#A894EA"


class Workers(Kind, ABC):
    """The rollout workers behind a parallel stream, named by their sources (`"rollouts_1/0"`, ...)."""

    title: ClassVar[str] = "workers"
    family: ClassVar[Family] = "handle"
    shape: ClassVar[Shape] = "chevron"
    light: ClassVar[str] = "#A3527F"
    dark: ClassVar[str] = "#CC79A7"

    @abstractmethod
    def send(self, policy: Policy, to: Iterable[str] | None = None) -> None:
        """Hand a policy's newest weights to all workers, or to those named.

        Each takes them over before its next fragment.

        Raises:
            ValueError: these workers do not act with that policy.
        """


class Replay(Kind, ABC):
    """The shards of a replay buffer, named by their sources (`"buffer_1/0"`, ...)."""

    title: ClassVar[str] = "replay buffer"
    family: ClassVar[Family] = "handle"
    shape: ClassVar[Shape] = "drum"
    light: ClassVar[str] = "#A02B3C"
    dark: ClassVar[str] = "#E8788A"

    @property
    @abstractmethod
    def full(self) -> bool:
        """Whether there is no room for one more batch just now; only shards on actors may lag behind."""

    @abstractmethod
    def store(self, item: Item) -> None:
        """Keep the rows of the item's batch, in one of the shards."""

    @abstractmethod
    def update(self, source: str, indexes: NDArray[np.int64], errors: NDArray[np.float32]) -> None:
        """Tell the shard `source` the absolute TD errors (K,) of the rows that it gave with these indexes (K,)."""
