"""Sums that run backwards in time over whole sequences of rows, in numpy so that workers do them without torch."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def backward_sums(terms: NDArray[Any], factors: NDArray[Any], steps: int) -> NDArray[np.float32]:
    """Return x_t = terms_t + factors_t x_t+1 for rows (B,) of sequences of `steps`, float32; 0 follows the last row.

    Where factors_t is 0 nothing of what comes later counts, so that an episode's end needs no other care.

    Example: terms 1, 2, 3, 4, factors all 0.5 and sequences of 2 give 2, 2, 5, 4.

    Raises:
        ValueError: B is no multiple of `steps`.
    """
    if len(terms) % steps:
        raise ValueError(f"{len(terms)} rows cannot be divided into sequences of {steps}")
    term, factor = _by_step(terms, steps), _by_step(factors, steps)
    sums = np.empty_like(term)
    following = np.zeros(term.shape[1], np.float32)
    for step in range(steps - 1, -1, -1):
        following = term[step] + factor[step] * following
        sums[step] = following
    return np.ascontiguousarray(sums.T).reshape(-1)


def following(column: NDArray[np.float32], steps: int) -> NDArray[np.float32]:
    """Return what stands one row later in the same sequence, (B,); 0 for the last row.

    Example: 1, 2, 3, 4 in sequences of 2 give 2, 0, 4, 0.
    """
    later = np.zeros_like(column)
    later.reshape(-1, steps)[:, :-1] = column.reshape(-1, steps)[:, 1:]
    return later


def _by_step(column: NDArray[Any], steps: int) -> NDArray[np.float32]:
    """Return (B,) as (T, B/T): a backward pass then reads one contiguous row for each step."""
    return np.ascontiguousarray(column.reshape(-1, steps).T, dtype=np.float32)
