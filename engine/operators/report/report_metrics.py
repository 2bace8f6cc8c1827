"""The Report Metrics operator."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from typing import Any

from engine.declare import Operator, Run, param, stream_in
from engine.kinds import Anything, Item, TrainResult


class ReportMetrics(Operator):
    """End a stream here and report the metrics that its items bring.

    Takes items of any kind and gives nothing: it is what pulls the graph. Metrics of train results are averaged since
    the last report and told with the counters (env steps, updates) to the plots and the run's record; names are
    explained in the policy's help. Where several agents live, `return_mean_100/POLICY` tells the mean return of the
    last 100 episodes of each policy's agents. Counts nothing. Waits for nothing.

    Example: train results with kl 0.01 and 0.03 within one interval are reported as kl 0.02.
    RLlib Flow: StandardMetricsReporting, CollectMetrics.
    """

    section = "Report"
    short = "report"
    rllib = "StandardMetricsReporting CollectMetrics"

    items = stream_in(Anything, "what to report, usually train results", where="local")

    interval: float = param(0.2, at_least=0, unit="s", help="report at most once in this time", live=True)

    def provide(self, run: Run, **handles: Any) -> None:
        """Take the run to report to."""
        self.run = run
        self.last = -math.inf
        self.collected: dict[str, list[float]] = {}

    def each(self, item: Item) -> Iterable[Item]:
        """Collect the item's metrics and report if it is time."""
        if isinstance(item.value, TrainResult):
            for name, value in item.value.metrics.items():
                self.collected.setdefault(name, []).append(value)
        if self.collected and time.monotonic() - self.last >= self.interval:
            self._report()
        return (item,)

    def close(self) -> None:
        """Report what is left."""
        if self.collected:
            self._report()

    def _report(self) -> None:
        self.last = time.monotonic()
        means = {name: sum(values) / len(values) for name, values in self.collected.items()}
        self.collected = {}
        self.run.report(self.node, means | self.run.counters.means_by_policy)
