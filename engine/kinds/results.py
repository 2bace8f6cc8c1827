"""What learning gives: gradients, and what a learner step tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from engine.kinds.kind import Family, Kind, Shape


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
        indexes: the number of each row in the replay buffer that it was drawn from, int64 (rows,); None if the batch
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
