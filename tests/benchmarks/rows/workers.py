"""How sampling grows with the workers, where each step of an environment sleeps: all cost that is left is ours."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from engine import environment_packages
from tests.benchmarks import graphs, ours, sleeping
from tests.benchmarks.line import Effort, Line, in_turn

WORKERS: Final = (1, 2, 4, 8)
ITEM: Final = 25  # milliseconds of sleep in one fragment


def measure(effort: Effort) -> Iterator[Line]:
    """Measure 1, 2, 4 and 8 workers at three lengths of sleep, in turn."""
    os.environ[environment_packages.VARIABLE] = sleeping.__name__
    turns = Effort(effort.seconds / 2, effort.pairs // 2 + 1)
    with ours.ray() as cluster:
        for milliseconds in (0.1, 1, 10):
            place = {"id": sleeping.ID, "kwargs": {"milliseconds": milliseconds}}
            sizes = {"length": round(ITEM / milliseconds), "environments": 1}
            documents = [graphs.sampling(False, workers, **sizes, **place) for workers in WORKERS]
            one, *more = in_turn(turns, *(ours.speed(document, cluster) for document in documents))
            for workers, rates in zip(WORKERS[1:], more, strict=True):
                work = f"{workers} workers, steps of {milliseconds} ms"
                ideal = tuple(workers * rate for rate in one)
                wanted = 0.95 if workers == WORKERS[-1] else None
                yield Line(work, "env steps/s", rates, ideal, f"{workers} × one worker", wanted)
