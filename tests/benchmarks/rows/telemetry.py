"""What the live numbers cost: PPO in one process, with them and without."""

from __future__ import annotations

import time
from collections.abc import Iterator
from unittest.mock import patch

from engine.cluster import Cluster
from engine.counters import Counters
from engine.reporting import Reporter
from tests.benchmarks import graphs, ours
from tests.benchmarks.line import Effort, Line

TURN = 1.0  # seconds of this process: four readings


def measure(effort: Effort) -> Iterator[Line]:
    """Turn the numbers on and off within one run, and measure in seconds of this process alone.

    Two hundredths would drown in what else the machine does, and in what one run differs from the next.
    """
    turns = Turns()
    seconds = 2 * TURN * (4 * effort.pairs + 1)
    with patch.object(Reporter, "numbers", lambda *told: turns.tell(*told)):
        ours.run(graphs.ppo(workers=0), {"seconds": seconds}, Cluster())
    mine, silent = turns.rates[2::2], turns.rates[3::2]  # the first two warm up
    even = min(len(mine), len(silent))
    work, unit = "telemetry on, PPO, workers: 0", "env steps/CPU s"
    yield Line(work, unit, tuple(mine[:even]), tuple(silent[:even]), "telemetry off", 0.98)


class Turns:
    """Lets numbers be told in every other turn.

    Attributes:
        rates: env steps in a second of the processor in each turn, that with numbers first.
    """

    def __init__(self) -> None:
        self.rates: list[float] = []
        self._tell = Reporter.numbers
        self._began = 0.0
        self._env_steps = 0

    def tell(self, reporter: Reporter, counters: Counters, seconds: float) -> None:
        """Do what `Reporter.numbers` does, or nothing."""
        now = time.process_time()
        if not self._began:
            self._began = now
        if now - self._began >= TURN:
            self.rates.append((counters.env_steps - self._env_steps) / (now - self._began))
            self._began, self._env_steps = now, counters.env_steps
        if len(self.rates) % 2 == 0:
            self._tell(reporter, counters, seconds)
