"""Writes what a run tells as TensorBoard event files, for those who compare runs there.

Everything stands over env steps: `episode_return` (the mean of the episodes that one event tells, four times a second
at most: a point for each of thousands would cost more than sampling them), `return_mean_100`, `env_steps_per_s`, and
every metric that a node reports, as `node/metric`. tensorboardX writes the files, from a thread of its own; neither
TensorBoard nor TensorFlow need be installed.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from engine.events import EpisodesFinished, Event, MetricsReported, RunStarted, Telemetry

FLUSH_EVERY: Final = 5  # seconds


class TensorBoard:
    """The event files of one run; the first is made when the run starts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._writer: Any = None

    def take(self, event: Event) -> None:
        """Write the numbers of an event; those without numbers are passed over."""
        match event:
            case RunStarted():
                self._start(event.resumed_at)
            case EpisodesFinished():
                returns = [episode_return for _, _, episode_return, _ in event.rows]
                self._write("episode_return", sum(returns) / len(returns), event.rows[-1][0])
            case Telemetry():
                self._write("env_steps_per_s", event.env_steps_per_s, event.env_steps)
                if event.return_mean_100 is not None:
                    self._write("return_mean_100", event.return_mean_100, event.env_steps)
            case MetricsReported():
                for name, value in event.values.items():
                    self._write(f"{event.node}/{name}", value, event.env_steps)
            case _:
                pass

    def close(self) -> None:
        """Write what is left and end the thread."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def _start(self, resumed_at: int) -> None:
        """Begin a file; points of an earlier file past `resumed_at` are hidden, since the run goes there again."""
        from tensorboardX import SummaryWriter  # here: it takes half a second, which readers of runs need not pay

        self.close()
        purge = resumed_at + 1 if resumed_at else None
        self._writer = SummaryWriter(str(self.folder), purge_step=purge, flush_secs=FLUSH_EVERY)

    def _write(self, tag: str, value: float, env_steps: int) -> None:
        if self._writer is not None:
            self._writer.add_scalar(tag, value, env_steps)
