"""The Average Gradients operator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Gradients, Item, given_back, keep


class AverageGradients(Operator):
    """Average each `n` gradients into one, weighted by the rows behind them.

    Takes gradients, gives one for each `n`: what one batch of all their rows would have given. Metrics are averaged
    the same way. The item has the oldest policy version, the last source, and all env steps. Counts nothing. Waits
    while fewer than `n` have come.

    Example: gradients 1 over 100 rows and 4 over 200 rows average to 3 over 300 rows.
    RLlib Flow: batch(n) and AverageGradients, which adds them up instead.
    """

    section = "Learning"
    short = "average"
    rllib = "AverageGradients"

    gradients = stream_in(Gradients, "what to average")
    averaged = stream_out(Gradients, "one for each n")

    n: int = param(2, at_least=1, at_most=10_000, unit="gradients", help="how many to average", live=True)

    def rows(self, entering: int | None) -> int | None:
        """Return the rows behind `n` gradients."""
        return entering and entering * self.n

    def __init__(self, node: str, params: Any = None) -> None:
        """Start with nothing collected."""
        super().__init__(node, params)
        self.parts: list[Item] = []

    def each(self, item: Item) -> Iterable[Item]:
        """Collect the item; give the average when there are enough."""
        self.parts.append(item)
        return self.rest() if len(self.parts) >= self.n else ()

    def rest(self) -> Iterable[Item]:
        """Give the average of what is collected, since no more will come."""
        parts, self.parts = self.parts, []
        if not parts:
            return ()
        version, env_steps = min(part.version for part in parts), sum(part.env_steps for part in parts)
        return (Item(average([part.value for part in parts]), parts[-1].source, version, env_steps),)

    def bulk(self) -> dict[str, Any]:
        """Return what is collected."""
        return {"parts": keep(self.parts)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Take over what `bulk` gave."""
        self.parts = given_back(state.get("parts", ()))


def average(gradients: Sequence[Gradients]) -> Gradients:
    """Return the mean of gradients and metrics, weighted by rows."""
    rows = [gradient.rows for gradient in gradients]
    vector = np.average([gradient.vector for gradient in gradients], axis=0, weights=rows).astype(np.float32)
    names = set.intersection(*(set(gradient.metrics) for gradient in gradients))
    metrics = {name: float(np.average([g.metrics[name] for g in gradients], weights=rows)) for name in sorted(names)}
    return Gradients(vector, sum(rows), metrics)
