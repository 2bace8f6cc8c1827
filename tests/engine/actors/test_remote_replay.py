"""Shards of a buffer on actors: nothing is stored twice, and a lost shard begins again without harm."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import psutil
import pytest

from engine.actors.calls import Calls
from engine.actors.remote_replay import ROOM, RemoteReplay
from engine.actors.replay import Reading
from engine.dataflow import Local, Waiting, gather_async, gather_sync
from engine.events import ActorRestarted
from engine.kinds import Batch, Item, join
from engine.replay.sampling import Prioritising
from engine.replay.shard import LIFE, LIVES, ShardPlan
from tests.engine.operators.pieces import TinyRun

pytestmark = pytest.mark.ray


class ClusterRun(TinyRun):
    """A run with actors."""

    def __init__(self, cluster) -> None:
        super().__init__()
        self.cluster, self.calls = cluster, Calls()


@pytest.fixture
def group(cluster) -> Iterator[RemoteReplay]:
    """Two empty shards, prioritised in plain proportion to the error."""
    rule = Prioritising(alpha=1.0, epsilon=0.0)
    plans = [
        ShardPlan(f"buffer_1/{index}", 100, 1, seed=index, prioritising=rule, first=index * LIVES) for index in range(2)
    ]
    group = RemoteReplay("buffer_1", plans, ClusterRun(cluster), deadline=30.0)
    yield group
    group.close()


def drawing(group: RemoteReplay, gather=gather_sync, **more: float) -> Local:
    """The gathered stream of batches of 4 rows, which starts when 12 are stored."""
    parallel = group.read(Reading("replay_1", batch_size=4, learning_starts=12, **more))
    stream = gather(parallel, "gather_1", *([2] if gather is gather_async else []))
    stream.pull()  # makes the shards ready
    return stream


def rows(*numbers: int) -> Item:
    return Item(Batch({"number": np.array(numbers)}), "rollouts_1/0", version=2, env_steps=len(numbers))


def until(group: RemoteReplay, done: Callable[[], bool]) -> None:
    """Poll until it is so; a minute of nothing fails."""
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end
        group.hosts.look_after()
        group.run.calls.poll(0.05)


def pull(group: RemoteReplay, stream: Local) -> Item:
    found: list[Item] = []

    def came() -> bool:
        pulled = stream.pull()
        found.extend([pulled] if isinstance(pulled, Item) else [])
        return bool(found)

    until(group, came)
    return found[0]


def store(group: RemoteReplay, *items: Item) -> None:
    for item in items:
        until(group, lambda: not group.full)
        group.store(item)
    until(group, lambda: not any(group.underway.values()))


def numbers_in(state: dict[str, Any]) -> list[list[int]]:
    """What each shard keeps, of the state of a group."""
    return [shard["ring"]["columns"]["number"].tolist() for shard in state["shards"].values()]


def priorities_in(state: dict[str, Any]) -> list[list[float]]:
    """The priority of each row that each shard keeps."""
    return [shard["sampling"]["priorities"].tolist() for shard in state["shards"].values()]


def test_batches_take_turns_over_the_shards_and_each_row_is_in_one_of_them(group: RemoteReplay) -> None:
    stream = drawing(group)
    until(group, lambda: not group.run.calls.in_flight)  # both are there, so that neither is passed over
    store(group, *(rows(number, number + 1) for number in range(0, 12, 2)))
    first, second = pull(group, stream), pull(group, stream)
    assert (first.source, second.source) == ("buffer_1/0", "buffer_1/1")
    assert numbers_in(group.state()) == [[0, 1, 4, 5, 8, 9], [2, 3, 6, 7, 10, 11]]


def test_a_shard_is_not_asked_before_it_has_its_share_of_what_learning_starts_with(group: RemoteReplay) -> None:
    stream = drawing(group, gather_async)
    until(group, lambda: not group.run.calls.in_flight)  # both are there
    store(group, rows(*range(5)))
    waiting = stream.pull()
    assert isinstance(waiting, Waiting)
    assert (waiting.what, waiting.elsewhere) == ("learning to start: buffer_1 has 5 of 12 rows", True)
    assert not group.run.calls.in_flight  # nobody asks in vain
    store(group, rows(*range(5, 11)), rows(*range(11, 22)))
    assert len(pull(group, stream).value) == 4


def test_errors_reach_the_shard_that_gave_the_rows_and_no_other(group: RemoteReplay) -> None:
    drawing(group)
    until(group, lambda: not group.run.calls.in_flight)
    store(group, rows(1, 2), rows(3, 4))
    group.update("buffer_1/1", np.array([LIVES, LIVES + 1]), np.array([7, 8], np.float32))
    assert priorities_in(group.state()) == [[1, 1], [7, 8]]


def test_errors_of_a_batch_joined_of_several_shards_reach_each_row_where_it_lies(group: RemoteReplay) -> None:
    stream = drawing(group)
    until(group, lambda: not group.run.calls.in_flight)
    store(group, rows(*range(6)), rows(*range(6, 12)))
    joined = join([pull(group, stream), pull(group, stream)])
    number = joined.value["number"]
    group.update(joined.source, joined.value["index"], 10 + number.astype(np.float32))
    assert priorities_in(group.state()) == [
        [10 + row if row in number else 1 for row in part] for part in (range(6), range(6, 12))
    ]


def test_errors_of_another_buffers_rows_are_left_alone(group: RemoteReplay) -> None:
    drawing(group)
    until(group, lambda: not group.run.calls.in_flight)
    store(group, rows(1, 2), rows(3, 4))
    group.update("buffer_2/0", np.array([0, 1]), np.array([7, 8], np.float32))
    assert priorities_in(group.state()) == [[1, 1], [1, 1]]


def test_only_so_many_batches_are_on_their_way_to_a_shard(group: RemoteReplay) -> None:
    drawing(group)
    for number in range(2 * ROOM):
        assert not group.full
        group.store(rows(number))
    assert group.full
    assert group.underway == {"buffer_1/0": ROOM, "buffer_1/1": ROOM}
    until(group, lambda: not group.full)


def test_a_checkpoint_brings_every_shard_back(group: RemoteReplay, cluster) -> None:
    drawing(group)
    store(group, rows(*range(8)), rows(*range(8, 16)))
    state = group.state()
    group.close()
    again = RemoteReplay("buffer_1", list(group.plans.values()), ClusterRun(cluster), deadline=30.0)
    again.restore(state)
    until(again, lambda: not any(again.underway.values()))
    assert again.filled == group.filled
    assert numbers_in(again.state()) == numbers_in(state)
    again.close()


def test_a_killed_shard_begins_again_empty_and_old_errors_reach_none_of_its_rows(group: RemoteReplay) -> None:
    import ray

    stream = drawing(group, gather_async)
    store(group, *(rows(*range(start, start + 6)) for start in range(0, 24, 6)))
    pull(group, stream)
    psutil.Process(ray.get(group.hosts.actors["buffer_1/0"].process_id.remote())).kill()
    group.update("buffer_1/0", np.array([0]), np.array([1], np.float32))  # the first call after it notices
    until(group, lambda: group.filled["buffer_1/0"].kept == 0 and group.hosts.is_there("buffer_1/0"))
    (told,) = [event for event in group.run.told if isinstance(event, ActorRestarted)]
    assert (told.node, told.source, told.restarts) == ("buffer_1", "buffer_1/0", 1)
    assert {pull(group, stream).source for _ in range(4)} >= {"buffer_1/1"}  # the other goes on
    until(group, lambda: group.has_room("buffer_1/0") and not any(group.underway.values()))
    group.turn = 0
    store(group, rows(90, 91))
    group.update("buffer_1/0", np.array([0, 1, LIFE]), np.array([7, 7, 5], np.float32))
    state = group.state()["shards"]["buffer_1/0"]
    assert state["ring"]["columns"]["number"].tolist() == [90, 91]
    assert state["ring"]["oldest"] == LIFE
    assert state["sampling"]["priorities"].tolist() == [5, 1]
