"""How sampling grows with the workers, where each step of an environment sleeps.

The shorter the sleep, the more of the machine's cores the steps themselves take: actors written by hand, measured in
turn, tell how far that goes with nothing of ours.
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
MOST: Final = WORKERS[-1]
UNIT: Final = "env steps/s"
SLEEPS: Final = (0.1, 1, 10)  # milliseconds of one step
ITEM: Final = 100  # milliseconds of sleep in one fragment: beside them its call, half a one, is little


def measure(effort: Effort) -> Iterator[Line]:
    """Measure 1, 2, 4 and 8 workers at three lengths of sleep, in turn."""
    os.environ[environment_packages.VARIABLE] = sleeping.__name__
    turns = Effort(effort.seconds / 2, effort.pairs // 2 + 1)
    with ours.ray() as cluster:
        cluster.start(warm=MOST)
        cluster.wait_for_idle()
        for milliseconds in SLEEPS:
            place = {"id": sleeping.ID, "kwargs": {"milliseconds": milliseconds}}
            length = round(ITEM / milliseconds)
            sizes = {"length": length, "environments": 1}
            documents = [graphs.sampling(False, workers, **sizes, **place) for workers in WORKERS]
            by_hand = [sleeper.sampling(workers, milliseconds, length) for workers in (1, MOST)]
            speeds = [ours.speed(document, cluster) for document in documents]
            one, *more, hand, hands = in_turn(turns, *speeds, *by_hand)
            steps = f"steps of {milliseconds} ms"
            for workers, rates in zip(WORKERS[1:], more, strict=True):
                wanted = 0.95 if workers == MOST else None
                yield Line(f"{workers} workers, {steps}", UNIT, rates, times(workers, one), f"{workers} × one", wanted)
            yield Line(f"{MOST} workers, {steps}", UNIT, more[-1], hands, "as many Ray actors written by hand")
            yield Line(f"{MOST} Ray actors written by hand, {steps}", UNIT, hands, times(MOST, hand), f"{MOST} × one")


def times(workers: int, rates: tuple[float, ...]) -> tuple[float, ...]:
    """Return how fast so many workers would be if they did not have to share anything."""
    return tuple(workers * rate for rate in rates)
