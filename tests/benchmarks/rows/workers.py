"""How sampling grows with the workers, where each step of an environment sleeps.

The shorter the sleep, the more of the machine's cores the steps themselves take: workers written by hand, measured in
turn, tell how much of what is missing is not ours.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

from engine import environment_packages
from tests.benchmarks import graphs, ours, sleeping
from tests.benchmarks.limits import sleeper
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
            length = round(ITEM / milliseconds)
            sizes = {"length": length, "environments": 1}
            documents = [graphs.sampling(False, workers, **sizes, **place) for workers in WORKERS]
            by_hand = sleeper.sampling(WORKERS[-1], milliseconds, length)
            one, *more, limit = in_turn(turns, *(ours.speed(document, cluster) for document in documents), by_hand)
            for workers, rates in zip(WORKERS[1:], more, strict=True):
                work = f"{workers} workers, steps of {milliseconds} ms"
                ideal = tuple(workers * rate for rate in one)
                wanted = 0.95 if workers == WORKERS[-1] else None
                yield Line(work, "env steps/s", rates, ideal, f"{workers} × one worker", wanted)
            what = f"{WORKERS[-1]} workers, steps of {milliseconds} ms"
            yield Line(what, "env steps/s", more[-1], limit, "as many Ray actors written by hand")
