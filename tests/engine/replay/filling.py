"""Fills a replay shard in a process of its own and prints by how many bytes the process grew: see `test_resident`.

    python -m tests.engine.replay.filling frames 10000 prioritised
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

import numpy as np
import psutil

from engine.kinds import Batch, Row
from engine.replay.memory import transition_columns
from engine.replay.sampling import Prioritising
from engine.replay.shard import ReplayShard, ShardPlan

ROWS: Final[dict[str, Row]] = {"vectors": ((4,), "float32"), "frames": ((4, 84, 84), "uint8")}
LENGTH: Final = {"vectors": 10_000, "frames": 100}  # rows in a batch


def main(what: str, capacity: str, prioritised: str = "") -> None:
    """Fill a small shard, so that all is there that is needed on the way, and then one of `capacity`."""
    rule = Prioritising() if prioritised else None
    filled(what, ShardPlan("warm/0", 2 * LENGTH[what], 32, 0, prioritising=rule))
    before = resident()
    shard = filled(what, ShardPlan("full/0", int(capacity), 32, 0, prioritising=rule))
    sys.stdout.write(f"{resident() - before}\n")
    assert len(shard.ring) == int(capacity)


def filled(what: str, plan: ShardPlan) -> ReplayShard:
    """Return a shard that is full and a tenth more has been stored in, and that was drawn from."""
    shard = plan.build()
    for batch in batches(what, 1 + plan.capacity * 11 // 10 // LENGTH[what]):
        shard.store(batch, 0)
    for _ in range(100):
        shard.next()
    return shard


def batches(what: str, count: int) -> Iterator[Batch]:
    """Give batches of one environment's transitions: each frame is new, noise, and in four stacks one after another."""
    rng, length, row = np.random.default_rng(0), LENGTH[what], ROWS[what]
    columns = transition_columns(row, ((), "int64"))
    plain = {name: np.ones((length, *shape), dtype) for name, (shape, dtype) in columns.items()}
    frames = rng.integers(0, 256, (4, 84, 84), np.uint8)
    for _ in range(count):
        if what == "frames":
            frames = np.concatenate([frames[-4:], rng.integers(0, 256, (length, 84, 84), np.uint8)])
            stacks = np.lib.stride_tricks.sliding_window_view(frames, 4, axis=0).transpose(0, 3, 1, 2)
            plain |= {"obs": stacks[:-1], "next_obs": stacks[1:]}
        yield Batch(plain)


def resident() -> int:
    """Return this process's memory in bytes."""
    return int(psutil.Process().memory_info().rss)


if __name__ == "__main__":
    main(*sys.argv[1:])
