"""How much memory transitions take, told before there are any."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

import numpy as np

from engine.kinds import Row
from engine.replay.frames import ENTRY, frame_shape
from engine.replay.ring import SPARE
from engine.replay.sum_tree import FAN_OUT

VERSION_BYTES: Final = 4  # of the policy version that is kept with each row
PLACE_BYTES: Final = 4  # to say where a frame is
SMALL: Final = 16e6  # bytes; writing more takes the driver longer than a tenth of a second
SHOWN_BYTES: Final = 12  # beside a frame: how often it is shown, and its fingerprint


def transition_columns(observation: Row, action: Row) -> dict[str, Row]:
    """Return the columns that a policy which learns from transitions has stored, each with one row's shape and dtype.

    Example: CartPole-v1's take 46 bytes a row: two observations of 16, action 8, reward 4, two flags.
    """
    flags: dict[str, Row] = {"terminated": ((), "bool"), "truncated": ((), "bool")}
    return {"obs": observation, "action": action, "reward": ((), "float32"), **flags, "next_obs": observation}


def row_bytes(columns: Mapping[str, Row], prioritised: bool = False, steps: int = 1) -> float:
    """Return how many bytes of memory a row of these columns takes in a full buffer, with all that belongs to it.

    A row of images adds one new frame, however many it shows, and every sixteenth row one more. What is kept once for a
    sequence of `steps` rows (version, priority and the column `state`) is shared by them.

    Example: CartPole-v1's transitions take 50 bytes, or 58.5 prioritised; stacks of four 84x84 frames 7,708.5.
    """
    plain = (VERSION_BYTES + (8 * (1 + 1 / FAN_OUT) if prioritised else 0.0)) / steps
    frames: set[tuple[int, ...]] = set()
    for column, (shape, name) in columns.items():
        dtype = np.dtype(name)
        frame = frame_shape(shape, dtype)
        if frame is None:
            plain += dtype.itemsize * math.prod(shape) / (steps if column == "state" else 1)
        else:
            frames.add(frame)
            plain += PLACE_BYTES * math.prod(shape[: len(shape) - len(frame)])
    return plain + sum((math.prod(frame) + SHOWN_BYTES + ENTRY) * (1 + 1 / SPARE) for frame in frames)


def saving(full_bytes: float, save_up_to: float) -> str:
    """Say which checkpoints keep the contents of a buffer that takes `full_bytes` when full.

    Args:
        full_bytes: bytes.
        save_up_to: bytes above which none does.
    """
    if full_bytes > save_up_to:
        return "no checkpoint keeps them, since that is more than save_up_to"
    every = full_bytes <= SMALL
    return "every checkpoint keeps them" if every else "checkpoints at the end and of Checkpoint nodes keep them"


def in_words(count: float) -> str:
    """Return so many bytes as people say it: `"3.1 MB"`, `"7.73 GB"`."""
    for size, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return f"{count:g} bytes"
