"""No transition is lost, doubled, or given the wrong next observation on its way into a buffer and out of it.

Across episode ends, time limits, resets, fragments, environments, workers, shards, and sums of several steps.
"""

from __future__ import annotations

import itertools
from collections import Counter

import gymnasium
import numpy as np
import pytest

from engine.kinds import Item
from engine.operators.experiences.n_step_returns import NStepReturns
from engine.operators.experiences.overlap_sequences import OverlapSequences
from engine.replay.shard import ReplayShard, ShardPlan
from tests.engine.replay.counting import CountingEnv, items_of, numbers_of, rows_of, transitions, worker


@pytest.fixture(autouse=True)
def _registered():
    gymnasium.register("Replayed-v0", CountingEnv)
    yield
    del gymnasium.registry["Replayed-v0"]


def contents(shard: ReplayShard) -> list:
    """Every row that a shard keeps, oldest first."""
    item = Item(shard.next()[0].value)  # a batch of the same columns
    rows = shard.ring.rows(np.arange(shard.ring.oldest, shard.ring.end))
    return rows_of(item.value.__class__({name: rows[name] for name in item.value.columns if name in rows}))


def played(n: int, fragment: int, environments: int, workers: int, calls: int) -> list[Item]:
    """The items of several workers, in turn; without n-step returns if n is 0."""
    operators = [NStepReturns("nstep_1", {"steps": n, "gamma": 0.5})] if n else []
    hosts = [worker(index, environments, fragment, *operators) for index in range(workers)]
    return [item for round_ in zip(*(items_of(host, calls) for host in hosts), strict=True) for item in round_]


@pytest.mark.parametrize("n", [0, 1, 3, 7])
@pytest.mark.parametrize(("fragment", "environments", "workers", "shards"), [(1, 1, 1, 1), (4, 3, 2, 1), (16, 2, 3, 2)])
def test_every_transition_is_stored_once_with_the_right_reward_and_next_observation(
    n: int, fragment: int, environments: int, workers: int, shards: int
) -> None:
    calls = 60 // fragment
    kept = [ShardPlan("buffer_1/0", 1000, 4, seed=0).build() for _ in range(shards)]
    for shard, item in zip(itertools.cycle(kept), played(n, fragment, environments, workers, calls), strict=False):
        shard.store(item.value, item.version)
    steps = calls * fragment - max(0, n - 1)
    wanted = [
        transition
        for index in range(workers)
        for number in numbers_of(index, environments)
        for transition in transitions(number, steps, max(1, n))
    ]
    assert Counter(row for shard in kept for row in contents(shard)) == Counter(wanted)


@pytest.mark.parametrize("n", [0, 3])
def test_what_is_drawn_from_a_ring_that_went_round_are_the_newest_transitions_whole(n: int) -> None:
    shard = ShardPlan("buffer_1/0", 50, 512, seed=0).build()
    for item in played(n, fragment=4, environments=3, workers=2, calls=20):
        shard.store(item.value, item.version)
    everything = {
        row
        for index in range(2)
        for number in numbers_of(index, 3)
        for row in transitions(number, 80 - max(0, n - 1), max(1, n))
    }
    drawn = rows_of(shard.next()[0].value)
    assert set(drawn) <= everything
    assert set(drawn) == set(contents(shard))
    assert min(row.obs[1] for row in drawn) > 10  # episodes of long ago are gone


def test_the_items_of_n_step_returns_count_the_steps_that_they_begin_with() -> None:
    items = played(3, fragment=4, environments=2, workers=1, calls=3)
    assert [item.env_steps for item in items] == [4, 8, 8]
    assert [item.version for item in items] == [0, 0, 1]  # two steps of the call before are in each


def test_overlapping_sequences_are_consecutive_steps_and_begin_evenly() -> None:
    host = worker(0, 2, 4, OverlapSequences("overlap_1", {"length": 6, "overlap": 2}))
    items = items_of(host, 12)
    starts = {number: [] for number in numbers_of(0, 2)}
    for item in items:
        assert item.value.sequence == 6
        for start in range(0, len(item.value), 6):
            rows = rows_of(item.value)[start : start + 6]
            number = int(rows[0].obs[0])
            track = transitions(number, 60)
            place = track.index(rows[0])
            assert rows == track[place : place + 6]
            starts[number].append(place)
    assert list(starts.values()) == [list(range(0, 44, 4))] * 2


def test_sequences_that_do_not_overlap_take_every_step_once() -> None:
    items = items_of(worker(0, 1, 5, OverlapSequences("overlap_1", {"length": 3, "overlap": 0})), 6)
    rows = [row for item in items for row in rows_of(item.value)]
    assert rows == transitions(numbers_of(0, 1)[0], 30)
    assert sum(item.env_steps for item in items) == 30
