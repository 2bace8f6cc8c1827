"""What is told of a buffer's memory before it is filled is what it takes when it is full."""

from __future__ import annotations

import numpy as np
import pytest

from engine.kinds import Batch, Row
from engine.replay.memory import in_words, row_bytes, transition_columns
from engine.replay.sampling import PrioritisedSampling, Prioritising
from engine.replay.shard import ShardPlan

VECTOR = transition_columns(((4,), "float32"), ((), "int64"))
STACK = transition_columns(((4, 84, 84), "uint8"), ((), "int64"))
COLOUR = transition_columns(((96, 96, 3), "uint8"), ((3,), "float32"))


def batch_of(columns: dict[str, Row], rows: int) -> Batch:
    return Batch({name: np.zeros((rows, *shape), dtype) for name, (shape, dtype) in columns.items()})


@pytest.mark.parametrize("prioritised", [False, True])
@pytest.mark.parametrize("columns", [VECTOR, STACK, COLOUR])
def test_a_full_shard_takes_what_was_told(columns: dict[str, Row], prioritised: bool) -> None:
    capacity = 10_000
    shard = ShardPlan("b/0", capacity, 1, 0, prioritising=Prioritising() if prioritised else None).build()
    shard.store(batch_of(columns, 2), 0)
    taken = shard.ring.nbytes
    if isinstance(shard.sampling, PrioritisedSampling):
        taken += sum(level.nbytes for level in shard.sampling.tree.levels)
    assert taken == pytest.approx(row_bytes(columns, prioritised) * capacity, rel=0.003)


def test_a_shard_of_sequences_takes_what_was_told() -> None:
    columns = VECTOR | {"state": ((32,), "float32")}
    shard = ShardPlan("b/0", 10_000, 1, 0, sequences=True).build()
    batch = batch_of(columns, 40)
    shard.store(Batch(batch.columns, sequence=20), 0)
    assert shard.ring.nbytes == pytest.approx(row_bytes(columns, steps=20) * 10_000)
    assert row_bytes(columns, steps=20) == pytest.approx(46 + (4 + 128) / 20)


def test_a_transition_of_cartpole_takes_fifty_bytes_and_one_of_atari_a_frame_and_a_little() -> None:
    assert (row_bytes(VECTOR), row_bytes(VECTOR, prioritised=True)) == (50, 58.5)
    assert row_bytes(STACK) == 7708.5


def test_a_million_transitions_of_cartpole_fit_in_what_was_told() -> None:
    shard = ShardPlan("b/0", 1_000_000, 1, 0).build()
    batch = batch_of(VECTOR, 10_000)
    for _ in range(101):
        kept = shard.store(batch, 0)
    assert kept == (1_000_000, True)
    assert shard.ring.nbytes == 1_000_000 * row_bytes(VECTOR) == 50_000_000


@pytest.mark.parametrize(("count", "words"), [(7, "7 bytes"), (3_100_000, "3.1 MB"), (7.732e9, "7.73 GB")])
def test_bytes_are_said_as_people_say_them(count: float, words: str) -> None:
    assert in_words(count) == words
