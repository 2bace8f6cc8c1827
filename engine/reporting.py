"""Tells a run's events, to its record and to whoever listens, at a rate that people can read.

State changes go out at once; numbers and finished episodes are gathered and go out four times a second. A record
that the disk refuses does not end a run: training goes on, the trouble is told once, and the run's end repeats it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from pydantic import JsonValue

from engine.counters import Counters
from engine.events import EpisodesFinished, Event, Log
from engine.kinds import Episode
from engine.problems import FlowError, Problem
from engine.runs import RunFolder
from engine.telemetry import Gauges

TELL_EVERY: Final = 0.25  # seconds between telemetry lines


class Reporter:
    """One run's voice.

    Attributes:
        troubles: what kept the run from being recorded whole; each told when it first happened.
        gauges: the live numbers, once the plan is open.
    """

    def __init__(self, record: RunFolder, listener: Callable[[Event], None]) -> None:
        self.record = record
        self.listener = listener
        self.troubles: list[Problem] = []
        self.gauges: Gauges | None = None
        self.rows: list[tuple[int, float, float, int]] = []
        self.told_at = 0.0

    def tell(self, event: Event) -> None:
        """Record the event and send it to the listener."""
        try:
            self.record.record(event)
        except FlowError as error:
            self.trouble(error)
        self.listener(event)

    def show(self, event: Event) -> None:
        """Send the event to the listener alone: it is only to be looked at now."""
        self.listener(event)

    def trouble(self, error: FlowError) -> None:
        """Tell what went wrong with the record, once."""
        for problem in error.problems:
            if problem not in self.troubles:
                self.troubles.append(problem)
                self.listener(Log(level="error", text=f"{problem}. The run goes on."))

    @property
    def on_machines(self) -> dict[str, JsonValue]:
        """By node whose actors are on several machines of a cluster: the env steps that came from each."""
        told = {} if self.gauges is None else self.gauges.on_machines
        return {node: dict(steps) for node, steps in told.items()}

    def episodes(self, episodes: Sequence[Episode], env_steps: int, seconds: float) -> None:
        """Gather finished episodes, to be told with the next numbers."""
        self.rows += [(env_steps, seconds, episode.episode_return, episode.length) for episode in episodes]

    def numbers(self, counters: Counters, seconds: float) -> None:
        """Tell episodes and live numbers if it is time."""
        if time.monotonic() - self.told_at >= TELL_EVERY:
            self.rest(counters, seconds)

    def rest(self, counters: Counters, seconds: float) -> None:
        """Tell episodes and live numbers now."""
        self.told_at = time.monotonic()
        if self.rows:
            self.tell(EpisodesFinished(rows=tuple(self.rows)))
            self.rows = []
        if self.gauges is not None:
            for event in self.gauges.read(counters, seconds):
                self.tell(event)
