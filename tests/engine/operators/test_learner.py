"""A learner in a thread: what the driver sees of it, and when."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from engine.dataflow import ENDED, Waiting, enqueue
from engine.kinds import Batch, Item, TrainResult
from engine.operators.learning.learner import Learner
from engine.operators.setup.learner_queue import LearnerQueue
from engine.problems import RunFailed
from tests.engine.dataflow.numbers import Items
from tests.engine.operators.pieces import TinyPolicy, TinyRun, fragment


class SlowPolicy(TinyPolicy):
    """Learns when it is let, half of its weights before that."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.let = threading.Event(), threading.Event()

    def learn(self, batch: Batch, epochs: int, minibatch: int, rng: np.random.Generator) -> TrainResult:
        self.rows += 0.5
        self.begun.set()
        assert self.let.wait(10)
        self.rows -= 0.5
        self.let.clear()
        return super().learn(batch, epochs, minibatch, rng)


class BrokenPolicy(TinyPolicy):
    """Fails to learn."""

    def learn(self, batch: Batch, epochs: int, minibatch: int, rng: np.random.Generator) -> TrainResult:
        raise ValueError("policy_loss is nan")


class Bench:
    """A learner behind a queue, with batches of these sizes waiting to be put in."""

    def __init__(self, policy: TinyPolicy, *sizes: int) -> None:
        self.policy = policy
        self.run = TinyRun()
        self.queue = LearnerQueue("queue_1", {"size": 8}).provide(self.run)
        self.operator = Learner("learner_1", {"epochs": 3, "minibatch": 2})
        self.operator.provide(self.run, queue=self.queue, policy=policy)
        self.stream: Any = self.operator.stream({})
        items = [fragment(*range(size), source=f"rollouts_1/{place}") for place, size in enumerate(sizes)]
        self.putting = enqueue("enqueue_1", Items("a", items), self.queue)

    def fill(self) -> None:
        while self.putting.pull() is not ENDED:
            pass

    def next(self) -> Item:
        """Pull until there is a result, waiting for the thread between."""
        pulled = self.stream.pull()
        while not isinstance(pulled, Item):
            assert pulled.moved or self.run.calls.poll(10)
            pulled = self.stream.pull()
        return pulled


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    policy, *sizes = request.param
    bench = Bench(policy(), *sizes)
    yield bench
    if isinstance(bench.policy, SlowPolicy):
        bench.policy.let.set()
    bench.operator.close()


def with_batches(policy: type[TinyPolicy], *sizes: int) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("bench", [(policy, *sizes)], indirect=True, ids=[policy.__name__])


@with_batches(TinyPolicy, 2, 3)
def test_each_batch_gives_one_result_with_its_provenance_and_is_counted_once(bench: Bench) -> None:
    bench.fill()
    first, second = bench.next(), bench.next()
    assert bench.policy.learned == [(2, 3, 2), (3, 3, 2)]
    assert [(item.source, item.env_steps, item.value.version) for item in (first, second)] == [
        ("rollouts_1/0", 2, 1),
        ("rollouts_1/1", 3, 2),
    ]
    assert second.value.metrics["policy_lag"] == 1
    assert (bench.run.counters.updates, bench.run.counters.trained_steps) == (2, 5)
    assert bench.stream.pull() is ENDED


@with_batches(TinyPolicy, 2)
def test_it_waits_for_the_first_batch(bench: Bench) -> None:
    assert bench.stream.pull() == Waiting("learner_1", "an item in queue_1", elsewhere=True)


@with_batches(SlowPolicy, 2, 3)
def test_the_driver_goes_on_while_it_trains_and_sees_the_weights_from_before(bench: Bench) -> None:
    bench.fill()
    assert bench.stream.pull() == Waiting("learner_1", "its thread", moved=True)  # whoever fills the queue may go on
    assert bench.stream.pull() == Waiting("learner_1", "its thread")
    assert bench.policy.begun.wait(10)
    assert bench.policy.weights().tolist() == [0.5]  # half trained
    assert (bench.policy.newest()[0].tolist(), bench.policy.newest()[1]) == ([0.0], 0)
    assert bench.queue.depth == 1
    assert not bench.run.calls.poll(0)


@with_batches(SlowPolicy, 2, 3)
def test_the_thread_rests_while_the_result_is_looked_at(bench: Bench) -> None:
    bench.fill()
    bench.policy.let.set()
    assert bench.next().value.version == 1
    assert bench.policy.frozen is None
    assert bench.policy.newest()[0].tolist() == [2.0]
    assert bench.queue.depth == 1  # the next batch is handed over when the next result is wanted


@with_batches(SlowPolicy, 2)
def test_the_session_can_wait_for_it_as_for_an_actor_and_wakes_when_it_is_done(bench: Bench) -> None:
    bench.fill()
    bench.stream.pull()
    assert len(bench.run.calls.in_flight) == 1
    threading.Timer(0.05, bench.policy.let.set).start()
    assert bench.run.calls.poll(10)
    assert not bench.run.calls.in_flight


@with_batches(SlowPolicy, 2)
def test_settling_waits_for_the_batch_in_training_and_counts_it(bench: Bench) -> None:
    bench.fill()
    bench.stream.pull()
    bench.policy.let.set()
    bench.operator.settle()
    assert bench.policy.state() == {"rows": 2.0}
    assert bench.run.counters.updates == 1
    assert bench.next().value.version == 1  # its result is still to be had


@with_batches(BrokenPolicy, 2)
def test_a_failure_in_the_thread_ends_the_run_with_the_nodes_name(bench: Bench) -> None:
    bench.fill()
    bench.stream.pull()
    with pytest.raises(RunFailed, match=r"^learner_1: policy_loss is nan \(look at"):
        bench.run.calls.poll(10)


@with_batches(SlowPolicy, 2)
def test_a_second_learner_of_the_same_policy_is_refused(bench: Bench) -> None:
    bench.fill()
    bench.stream.pull()
    other = Bench(bench.policy, 2)
    other.fill()
    with pytest.raises(RunFailed, match=r"^learner_1: two learners train this policy at once"):
        other.stream.pull()
    other.operator.close()


@with_batches(SlowPolicy, 2)
def test_closing_ends_the_thread_and_forgets_what_it_was_at(bench: Bench) -> None:
    bench.fill()
    bench.stream.pull()
    bench.policy.let.set()
    bench.operator.close()
    calls = bench.run.calls
    assert calls.submitted == calls.received + calls.failed == 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("learner_1")]
