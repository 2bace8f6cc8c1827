"""The smallest batches, policy, workers and run that an operator can be shown with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.actors.calls import Calls
from engine.counters import Counters
from engine.declare import Operator
from engine.events import Event, MetricsReported
from engine.kinds import Batch, Episode, Gradients, Item, Policy, TrainResult, Workers


def batch(sequence: int = 1, **columns: Sequence[Any]) -> Batch:
    """A batch of these columns; floats become float32."""
    arrays = {name: np.array(values) for name, values in columns.items()}
    return Batch({n: a.astype(np.float32) if a.dtype.kind == "f" else a for n, a in arrays.items()}, sequence)


def fragment(*rewards: float, source: str = "rollouts_1/0", version: int = 0) -> Item:
    """An item with a batch of these rewards, one env step each."""
    return Item(batch(reward=[float(reward) for reward in rewards]), source, version, len(rewards))


def result(source: str = "rollouts_1/0", **metrics: float) -> Item:
    """An item with a train result of these metrics."""
    return Item(TrainResult(metrics, version=1, rows=8), source, env_steps=8)


def through(operator: Operator, *items: Item) -> list[Item]:
    """What an operator gives for these items, one after the other."""
    return [given for item in items for given in operator.each(item)]


class TinyPolicy(Policy):
    """Counts what it learned: its weights are the number of rows so far."""

    def __init__(self) -> None:
        self.version = 0
        self.rows = 0.0
        self.learned: list[tuple[int, int, int]] = []

    def weights(self) -> NDArray[np.float32]:
        return np.array([self.rows], np.float32)

    def load(self, weights: NDArray[np.float32], version: int) -> None:
        self.rows, self.version = float(weights[0]), version

    def learn(self, batch: Batch, epochs: int, minibatch: int, rng: np.random.Generator) -> TrainResult:
        self.learned.append((len(batch), epochs, minibatch))
        self.rows += len(batch)
        self.version += 1
        metrics = {"policy_loss": 0.5, "shuffled": float(rng.integers(1000))}
        return TrainResult(metrics, self.version, len(batch))

    def gradients(self, batch: Batch) -> Gradients:
        return Gradients(np.array([self.version], np.float32), len(batch), {"policy_loss": 0.5})

    def apply(self, gradients: Gradients) -> dict[str, float]:
        self.rows += gradients.rows
        self.version += 1
        return {**gradients.metrics, "gradient_norm": 1.0}

    def state(self) -> dict[str, Any]:
        return {"rows": self.rows}

    def restore(self, state: Mapping[str, Any]) -> None:
        self.rows = state["rows"]


class TinyWorkers(Workers):
    """Remember what they were sent."""

    def __init__(self) -> None:
        self.sent: list[tuple[list[float], int, tuple[str, ...] | None]] = []

    def send(self, policy: Policy, to: Iterable[str] | None = None) -> None:
        weights, version = policy.newest()
        self.sent.append((weights.tolist(), version, None if to is None else tuple(to)))


class TinyRun:
    """The part of a session that operators use."""

    def __init__(self, folder: Path = Path()) -> None:
        self.counters = Counters()
        self.calls = Calls()
        self.folder = folder
        self.seconds = 1.5
        self.told: list[Event] = []
        self.checkpoints: list[int] = []

    def seed(self, node: str, *more: int) -> int:
        return sum(node.encode()) + sum(more)

    def tell(self, event: Event) -> None:
        self.told.append(event)

    def report(self, node: str, values: Mapping[str, float]) -> None:
        counters = self.counters
        self.tell(
            MetricsReported(
                node=node,
                env_steps=counters.env_steps,
                seconds=self.seconds,
                updates=counters.updates,
                values=values,
            )
        )

    def sampled(self, env_steps: int, episodes: Sequence[Episode], agent_steps: int = 0) -> None:
        self.counters.env_steps += env_steps

    def checkpoint(self) -> None:
        self.checkpoints.append(self.counters.env_steps)
