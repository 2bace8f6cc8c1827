"""Memory: of a worker, of a million stored transitions, and of a run that goes on."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Final

import psutil

from engine import fluent
from engine.cluster import Cluster
from engine.document import Document
from tests.benchmarks import graphs, ours
from tests.benchmarks.limits import worker
from tests.benchmarks.line import THOROUGH, Effort, Line
from tests.benchmarks.watch import Watch

MILLION: Final = 1_000_000
ROW: Final = 16 + 16 + 8 + 4 + 1 + 1  # bytes: two observations, action, reward, two flags


def measure(effort: Effort) -> Iterator[Line]:
    """Measure each once: memory repeats."""
    with ours.ray() as cluster:
        yield of_a_worker(cluster)
        yield of_a_buffer(cluster)
    yield from of_a_long_run(20 if effort == THOROUGH else 8)


def of_a_worker(cluster: Cluster) -> Line:
    """Compare a rollout worker's own memory with that of the one written by hand."""
    ours.speed(graphs.sampling(True), cluster)(0.5)
    theirs = worker.sampling(acting=True)
    theirs(0.5)
    mine, limit = (private("ray::Host"), private("ray::Worker"))
    return Line("memory of a rollout worker", "MB", mine, limit, "an actor written by hand", 0.9, fewer_is_better=True)


def private(title: str) -> tuple[float, ...]:
    """Return the memory that is theirs alone, in MB, of this process's descendants whose command begins so."""
    below = psutil.Process().children(recursive=True)
    return tuple(sorted(one.memory_full_info().uss / 1e6 for one in below if " ".join(one.cmdline()).startswith(title)))


def of_a_buffer(cluster: Cluster) -> Line:
    """Fill a buffer with a million transitions of CartPole and compare this process's growth with their bytes.

    What passes through to a small buffer takes memory too, before: that is no part of it.
    """
    ours.run(storing(MILLION // 100), {"env_steps": 0.4 * MILLION}, cluster)
    before, watch = resident(), Watch(resident)
    ours.run(storing(MILLION), {"env_steps": 1.02 * MILLION}, cluster, commands=watch)
    grown = max(watch.seen) - before
    bytes_of_rows = (ROW * MILLION / 1e6,)
    what = "memory of a million CartPole transitions"
    return Line(what, "MB", (grown,), bytes_of_rows, f"{ROW} bytes a row", 0.8, fewer_is_better=True)


def storing(capacity: int) -> Document:
    """Return a graph that fills a buffer of this capacity."""
    environment = fluent.Environment("CartPole-v1")
    policy = fluent.RandomPolicy(environment)
    rollouts = fluent.Rollouts(environment, policy, workers=2, environments_per_worker=8)
    document: Document = rollouts.gather_async().store(fluent.ReplayBuffer(capacity=capacity)).report().document()
    return document


def of_a_long_run(seconds: float) -> Iterator[Line]:
    """Run PPO in this process and compare the last quarter of the time with the second."""
    for unit, measured in (("MB", resident), ("objects", lambda: float(len(gc.get_objects())))):
        watch = Watch(measured)
        ours.run(graphs.ppo(workers=0), {"seconds": seconds}, Cluster(), commands=watch)
        quarter = len(watch.seen) // 4
        early, late = watch.seen[quarter : 2 * quarter], watch.seen[-quarter:]
        means = (sum(late) / quarter,), (sum(early) / quarter,)
        yield Line(f"a run of {seconds} s, its last quarter", unit, *means, "its second quarter", 0.98, True)


def resident() -> float:
    """Return this process's memory in MB."""
    return psutil.Process().memory_info().rss / 1e6
