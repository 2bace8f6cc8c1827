"""The random generators inside an environment, which decide how its next episode begins: read and set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np


def of(environment: Any) -> list[np.random.Generator]:
    """Return Gymnasium's one generator, those that an environment names itself as `generators`, or none.

    They stay the same until a reset with a seed.
    """
    inside = getattr(environment, "unwrapped", environment)
    own: Any = getattr(inside, "generators", None)
    if own is not None:
        return list(own)
    one = getattr(inside, "np_random", None)
    return [one] if isinstance(one, np.random.Generator) else []


def states(inside: Iterable[np.random.Generator]) -> list[Mapping[str, Any]]:
    """Return the states of generators: plain values, which JSON can hold.

    Example: `[{"bit_generator": "PCG64", ...}]` for those of a Gymnasium environment; an empty list for a board game's.
    """
    return [generator.bit_generator.state for generator in inside]


def restore(inside: Sequence[np.random.Generator], kept: Sequence[Mapping[str, Any]]) -> None:
    """Set generators to the states that `states` gave.

    Raises:
        ValueError: they are of another kind, or more or fewer.
    """
    for generator, state in zip(inside, kept, strict=True):
        generator.bit_generator.state = state
