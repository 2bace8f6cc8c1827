"""What moves through a graph: a value with its provenance; and the episodes that rollouts tell of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


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
