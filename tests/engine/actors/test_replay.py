"""The accounts that the driver keeps of a buffer, and the streams that follow from them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.actors.local_replay import LocalReplay
from engine.actors.replay import Reading
from engine.compiling import Opened
from engine.counters import Counters
from engine.dataflow import Local, Waiting, gather_sync, union
from engine.declare import Operator
from engine.events import Log, MetricsReported
from engine.kinds import Batch, Item
from engine.problems import RunFailed
from engine.replay.sampling import Prioritising
from engine.replay.shard import ShardPlan
from engine.telemetry import Gauges
from tests.engine.operators.pieces import TinyRun


def buffer(capacity: int = 100, run: TinyRun | None = None, **more: Any) -> LocalReplay:
    plan = ShardPlan("buffer_1/0", capacity, batch_size=1, seed=7, **more)
    return LocalReplay("buffer_1", (plan,), run or TinyRun())


def drawing(group: LocalReplay, *stages: Operator, **more: float) -> Local:
    """The gathered stream of batches of 4 rows, which starts when 6 are stored."""
    stream = group.read(Reading("replay_1", batch_size=4, learning_starts=6, **more))
    for stage in stages:
        stream = stream.through(stage)
    return gather_sync(stream, "gather_1")


def rows(count: int, first: int = 0) -> Item:
    return Item(Batch({"number": np.arange(first, first + count)}), "rollouts_1/0", version=2, env_steps=count)


class Storing(Local):
    """A stream of fragments of 2 rows, each of which is stored."""

    def __init__(self, group: LocalReplay) -> None:
        super().__init__("store_1")
        self.group = group
        self.stored = 0

    def pull(self) -> Item:
        self.stored += 2
        item = rows(2, first=self.stored - 2)
        self.group.store(item)
        return item


def test_nothing_is_drawn_before_enough_is_stored_and_the_stream_says_what_it_lacks() -> None:
    group = buffer()
    stream = drawing(group)
    group.store(rows(5))
    waiting = stream.pull()
    assert waiting == Waiting("gather_1", "learning to start: buffer_1 has 5 of 6 rows", elsewhere=True)
    group.store(rows(1))
    item = stream.pull()
    assert (len(item.value), item.source, item.version, item.env_steps) == (4, "buffer_1/0", 2, 0)


def test_a_buffer_that_never_holds_so_many_rows_gives_batches_when_it_has_gone_round() -> None:
    group = buffer(capacity=6, sequences=True)  # of sequences of 4 rows it holds one; learning starts with 6
    stream = drawing(group)
    group.store(sequences(1))
    assert isinstance(stream.pull(), Waiting)
    group.store(sequences(1))
    assert isinstance(stream.pull(), Item)


def sequences(count: int) -> Item:
    """Sequences of 4 rows."""
    return Item(Batch({"number": np.arange(4 * count)}, sequence=4), "rollouts_1/0", env_steps=4 * count)


def test_a_union_in_turn_stores_until_learning_starts_and_then_alternates() -> None:
    group = buffer()
    stream = drawing(group)
    merged = union("union_1", [Storing(group), stream], [], in_turn=True)
    pulled = [merged.pull() for _ in range(7)]
    assert [item.env_steps for item in pulled] == [2, 2, 2, 0, 2, 0, 2]


def test_a_ratio_bounds_what_is_drawn_for_each_row_stored() -> None:
    group = buffer()
    merged = union("union_1", [drawing(group, ratio=0.5)], [Storing(group)], in_turn=True)
    while group.stored < 200:
        merged.pull()
    assert group.drawn == pytest.approx(0.5 * (200 - 6), abs=4)


def test_a_stream_that_may_not_draw_more_says_what_it_lacks() -> None:
    group = buffer()
    stream = drawing(group, ratio=0.5)
    group.store(rows(6))
    assert isinstance(stream.pull(), Item)
    assert stream.pull() == Waiting("gather_1", "more rows in buffer_1, for a ratio of 0.5", elsewhere=True)


def test_operators_behind_the_buffer_run_at_the_shard() -> None:
    class Doubled(Operator):
        """Double the numbers."""

        def each(self, item):
            return (item.carrying(item.value.having(number=2 * item.value["number"])),)

    group = buffer()
    stream = drawing(group, Doubled("doubled_1"))
    group.store(rows(6))
    batch = stream.pull().value
    assert batch["number"].tolist() == (2 * batch["index"]).tolist()
    assert {node: meter.items for node, meter in group.meters.items()} == {"replay_1": 1, "doubled_1": 1}


def test_rows_that_do_not_fit_the_others_end_the_run_with_the_nodes_name_and_no_traceback() -> None:
    run = TinyRun()
    group = buffer(run=run)
    stream = drawing(group)
    group.store(rows(6))
    stream.pull()
    with pytest.raises(RunFailed, match="keeps the columns number") as failed:
        group.store(Item(Batch({"cost": np.zeros(2)})))
    assert failed.value.problems[0].where.node == "buffer_1"
    assert failed.value.batch.keys() == {"cost"}
    assert not [event for event in run.told if isinstance(event, Log) and event.level == "error"]


def test_a_buffer_is_drawn_from_by_one_node_alone() -> None:
    group = buffer()
    drawing(group)
    with pytest.raises(RunFailed, match="replay_1 draws from buffer_1 already"):
        group.read(Reading("replay_2", 4, 6))


def test_the_ratio_is_reported_every_five_hundred_batches() -> None:
    run = TinyRun()
    group = buffer(run=run)
    stream = drawing(group, ratio=1000.0)
    group.store(rows(26))
    for _ in range(500):
        stream.pull()
    (told,) = [event for event in run.told if isinstance(event, MetricsReported)]
    assert (told.node, told.values) == (
        "replay_1",
        {"replay_ratio": 100.0, "replay_ratio_wanted": 1000.0, "transitions_kept": 26.0},
    )


def test_the_first_rows_tell_how_much_memory_the_buffer_takes_and_which_checkpoints_keep_it() -> None:
    run = TinyRun()
    buffer(capacity=1000, run=run).store(rows(2))
    buffer(capacity=10_000_000, run=run).store(rows(2))
    assert [event.text for event in run.told if isinstance(event, Log)] == [
        "room for 1000 transitions of 12 bytes, 12 kB when full; every checkpoint keeps them",
        "room for 10000000 transitions of 12 bytes, 120 MB when full; "
        "checkpoints at the end and of Checkpoint nodes keep them",
    ]


def test_a_buffer_larger_than_the_machine_is_refused_with_one_that_fits() -> None:
    group = buffer(capacity=100)
    group.memory = 600
    with pytest.raises(RunFailed, match=r"1\.2 kB when full, and this machine has 600 bytes") as refused:
        group.store(rows(2))
    assert refused.value.problems[0].hint == "try a capacity of 25"


def test_so_large_a_buffer_is_refused_too_if_it_is_drawn_from_before_the_first_rows_come() -> None:
    group = buffer(capacity=2**50, prioritising=Prioritising())
    drawing(group).pull()
    with pytest.raises(RunFailed, match="room for 1125899906842624 transitions of"):
        group.store(rows(1))


def test_large_contents_wait_for_a_checkpoint_at_the_end_and_larger_ones_are_left_out() -> None:
    group = buffer(capacity=4_000_000)
    group.store(rows(2_000_000))
    assert not group.state()
    assert group.bulk()["accounts"]["stored"] == 2_000_000
    group.save_up_to = 20e6
    assert not group.bulk()


def test_a_checkpoint_brings_rows_accounts_and_the_order_of_draws_back() -> None:
    group, again = buffer(), buffer()
    stream, resumed = drawing(group, ratio=2.0), drawing(again, ratio=2.0)
    group.store(rows(10))
    stream.pull()
    again.restore(group.state())
    assert (again.stored, again.drawn) == (10, 4)
    for _ in range(2):
        assert resumed.pull().value["index"].tolist() == stream.pull().value["index"].tolist()
    assert isinstance(resumed.pull(), Waiting)
    assert again.filled == group.filled == {"buffer_1/0": (10, False)}


def test_the_ratio_is_among_the_live_numbers_of_whoever_replays() -> None:
    group = buffer()
    stream = drawing(group, ratio=2.0)
    group.store(rows(10))
    stream.pull()
    gauges = Gauges(Opened((), {"gather_1": stream}, {}), {}, 0)
    *_, told = gauges.read(Counters(), 1.0)
    assert (told.nodes["replay_1"].ratio, told.nodes["replay_1"].ratio_wanted) == (1.0, 2.0)  # 4 rows for 10 - 6
    assert told.nodes["gather_1"].ratio is None
