"""Gymnasium's spaces in words, for people who choose an environment."""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from gymnasium import spaces

MOST: Final = 8  # parts that are told one by one


def words(space: spaces.Space[Any]) -> str:
    """Say what an observation or an action of this space is.

    Example: Pendulum's observations are `"vector of 3 (float32): -1 to 1, -1 to 1, -8 to 8"`, CartPole's actions
    `"one of 2"`, those of an Atari game's pictures `"image of 210 x 160 x 3 (uint8): 0 to 255"`.
    """
    match space:
        case spaces.Box():
            return _box(space)
        case spaces.Discrete():
            return f"one of {space.n}" + (f", counted from {space.start}" if space.start else "")
        case spaces.MultiDiscrete():
            return f"{space.nvec.size} choices: {_listed([f'one of {n}' for n in space.nvec.ravel()])}"
        case spaces.MultiBinary():
            return f"{math.prod(space.shape)} switches"
        case spaces.Tuple():
            return f"{len(space.spaces)} parts: {_listed([words(part) for part in space.spaces])}"
        case spaces.Dict():
            return _listed([f"{name}: {words(part)}" for name, part in space.spaces.items()], "; ")
    return type(space).__name__


def _box(space: spaces.Box) -> str:
    shape = " x ".join(map(str, space.shape)) or "1"
    what = "image of" if space.dtype == np.uint8 and len(space.shape) in (2, 3) else "vector of"
    if what == "vector of" and len(space.shape) != 1:
        what = "array of"
    return f"{what} {shape} ({space.dtype}): {_bounds(space)}"


def _bounds(space: spaces.Box) -> str:
    pairs = list(zip(space.low.ravel().tolist(), space.high.ravel().tolist(), strict=True))
    if len(set(pairs)) == 1:
        return _range(*pairs[0])
    return _listed([_range(*pair) for pair in pairs]) if len(pairs) <= MOST else "each within bounds of its own"


def _range(low: float, high: float) -> str:
    """Example: `"-4.8 to 4.8"`, `"at least 0"`, `"any"`."""
    if math.isinf(low):
        return "any" if math.isinf(high) else f"at most {high:.4g}"
    return f"at least {low:.4g}" if math.isinf(high) else f"{low:.4g} to {high:.4g}"


def _listed(parts: list[str], between: str = ", ") -> str:
    more = f"{between}and {len(parts) - MOST} more" if len(parts) > MOST else ""
    return between.join(parts[:MOST]) + more
