"""A learner in a thread of its own, which trains on one batch while the driver gathers the next ones.

The driver hands it one batch at a time and takes the result when its stream is pulled. So the queue, the counters and
whatever stands behind the learner belong to the driver's thread; and nodes behind it find the policy at rest, at the
version of the result that they see. In between the policy is frozen: who sends weights meanwhile sends those from
before the batch.

torch releases the interpreter while it computes, so the driver goes on meanwhile; a GPU's work hides behind it whole.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from engine.actors.calls import Call
from engine.dataflow import BoundedQueue, Local, Pulled, Waiting, failure_of
from engine.declare import Run
from engine.kinds import Item, Policy

Learn = Callable[[Item], Item]  # trains on an item that carries a batch; gives one that carries the result


class LearnerThread(Local):
    """The stream of train results of a policy that learns from a queue.

    Attributes:
        future: what the thread is at, and will have taken how many seconds; None while it is at rest.
        item: the item with the batch that the thread is at.
        result: what has come back and was not pulled.
        uncounted: the rows of that result's batch until they count, when it is pulled or a checkpoint needs them.
    """

    def __init__(self, node: str, queue: BoundedQueue, policy: Policy, learn: Learn, run: Run) -> None:
        super().__init__(node)
        self.queue = queue
        self.policy = policy
        self.learn = learn
        self.calls = run.calls
        self.counters = run.counters
        self.thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=node)
        self.future: Future[tuple[Item, float]] | None = None
        self.item: Item | None = None
        self.result: Item | None = None
        self.uncounted = 0
        queue.takers += 1

    def pull(self) -> Pulled:
        """Give a result; if there is none, hand the thread a batch unless it has one."""
        if self.result is not None:
            item, self.result = self.result, None
            self._count()
            self.meter.count(item)
            return item
        if self.future is not None:
            return Waiting(self.node, "its thread")
        taken = self.queue.take(self.node)
        if not isinstance(taken, Item):
            return taken
        self._hand_over(taken)
        return Waiting(self.node, "its thread", moved=True)  # there is room in the queue now

    def settle(self) -> None:
        """Return when the thread is at rest and what it did is counted, so that the policy can be read whole."""
        if self.future is not None:
            self.calls.finish(self.future)
        self._count()

    def close(self) -> None:
        """End the thread, after the batch that it has."""
        self.calls.forget(self.node)
        self.thread.shutdown()
        if self.future is not None:
            self._rest()

    def _hand_over(self, item: Item) -> None:
        try:
            self.policy.freeze()
        except ValueError as error:
            raise failure_of(self.node, error) from error
        self.item = item
        self.future = self.thread.submit(_timed, self.learn, item)
        self.calls.submit(self.future, Call(self.node, self._learned, self._failed, time.monotonic(), math.inf))

    def _learned(self, source: str, learned: tuple[Item, float]) -> None:
        self.result, seconds = learned
        self.meter.busy += seconds
        self.uncounted = self.result.value.rows
        self._rest()

    def _failed(self, source: str, error: Exception) -> None:
        failure = failure_of(self.node, error, self.item)
        self._rest()
        raise failure from error

    def _count(self) -> None:
        if self.uncounted:
            self.counters.trained(self.uncounted)
            self.uncounted = 0

    def _rest(self) -> None:
        self.future = self.item = None
        self.policy.thaw()


def _timed(learn: Learn, item: Item) -> tuple[Item, float]:
    start = time.perf_counter()
    return learn(item), time.perf_counter() - start
