"""What a run has come to, gathered from its events: the figures that a terminal shows while it trains."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.counters import WINDOW
from engine.events import Event, MetricsReported, NodeState, RunEnded, Telemetry


@dataclass(slots=True)
class Progress:
    """The newest figures of one run.

    Attributes:
        title: the graph's.
        seed: the run's.
        stop: counter -> the value at which the run stops.
        state: what the run does, in a word or a few.
        numbers: the newest telemetry; None until the first sample.
        best: highest mean return over a full window of 100 episodes; None before there is one.
        metrics: the newest value of each metric that a node reported.
    """

    title: str
    seed: int
    stop: Mapping[str, float]
    state: str = "starting"
    numbers: Telemetry | None = None
    best: float | None = None
    metrics: dict[str, float] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    @property
    def elapsed(self) -> float:
        """Seconds since the command began, the start of Ray included."""
        return time.monotonic() - self.began

    def take(self, event: Event) -> None:
        """Take over what an event tells."""
        match event:
            case Telemetry():
                self.numbers, self.state = event, "running"
                self._keep_best(event)
            case MetricsReported():
                self.metrics.update(event.values)
            case NodeState(state="starting"):
                self.state = f"starting {event.node}"
            case RunEnded():
                self.state = event.status
                best = event.summary.get("best_return_mean_100")
                self.best = best if isinstance(best, float) else self.best  # telemetry may miss it by a quarter second
            case _:
                pass

    def reached(self) -> dict[str, float]:
        """Return how near each stop condition is, from 0 (far) to 1 (reached).

        Example: `stop={"env_steps": 200}` after 50 env steps gives `{"env_steps": 0.25}`.
        """
        if self.numbers is None:
            return dict.fromkeys(self.stop, 0.0)
        now = {name: getattr(self.numbers, name) or 0.0 for name in self.stop}
        return {name: _share(now[name], wanted) for name, wanted in self.stop.items()}

    def _keep_best(self, numbers: Telemetry) -> None:
        mean = numbers.return_mean_100
        if mean is not None and numbers.episodes >= WINDOW:
            self.best = mean if self.best is None else max(self.best, mean)


def _share(now: float, wanted: float) -> float:
    """A negative return nears a negative target from far below, of which no share can be told before it is there."""
    if now >= wanted:
        return 1.0
    return max(0.0, now / wanted) if wanted > 0 else 0.0
