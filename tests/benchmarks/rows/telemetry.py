"""What the live numbers cost: PPO in one process, with them and without."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from unittest.mock import patch

from engine import reporting
from engine.cluster import Cluster
from tests.benchmarks import graphs, ours
from tests.benchmarks.line import Effort, Line, in_turn
from tests.benchmarks.watch import Watch


def measure(effort: Effort) -> Iterator[Line]:
    """Measure in seconds of this process alone: two hundredths would drown in what else the machine does."""
    turns = Effort(effort.seconds / 2, 2 * effort.pairs)
    mine, silent = in_turn(turns, told_every(reporting.TELL_EVERY), told_every(float("inf")))
    yield Line("telemetry on, PPO, workers: 0", "env steps/CPU s", mine, silent, "telemetry off", 0.98)


def told_every(seconds: float) -> Callable[[float], float]:
    """Return what runs PPO with numbers told this often, and returns its env steps in a second of the processor."""

    def rate(lasting: float) -> float:
        watch = Watch(time.process_time)
        with patch.object(reporting, "TELL_EVERY", seconds):
            summary = ours.run(graphs.ppo(workers=0), {"seconds": lasting}, Cluster(), commands=watch).summary
        return float(summary["env_steps"] / (watch.seen[-1] - watch.seen[0]))

    return rate
