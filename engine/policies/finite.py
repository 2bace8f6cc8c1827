"""The one test that a learner's step went well: its metrics are numbers."""

from __future__ import annotations

import math


def finite(metrics: dict[str, float], version: int) -> dict[str, float]:
    """Return the metrics of update number `version`.

    Raises:
        ValueError: one of them is not a finite number; the text says which, and what to try.
    """
    for name, value in metrics.items():
        if not math.isfinite(value):
            raise ValueError(
                f"{name} is {value} after update {version}, so the policy is lost: "
                "try a lower learning rate, normalised observations or a smaller reward scale"
            )
    return metrics
