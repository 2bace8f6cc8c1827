"""The reward curve: the return of every training episode over env steps, and its running mean."""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from engine.counters import WINDOW
from engine.events import EpisodesFinished, Event, RunStarted


@dataclass(slots=True)
class ReturnCurve:
    """Episodes in the order in which they ended.

    Attributes:
        env_steps: env steps of the run when each ended.
        returns: what each returned, undiscounted and unscaled.
    """

    env_steps: array[int] = field(default_factory=lambda: array("q"))
    returns: array[float] = field(default_factory=lambda: array("d"))

    @classmethod
    def of(cls, events: Iterable[Event]) -> ReturnCurve:
        """Return the curve that these events draw."""
        curve = cls()
        for event in events:
            curve.take(event)
        return curve

    def take(self, event: Event) -> None:
        """Add the episodes of an event; a run that resumed at n env steps first forgets those past n."""
        if isinstance(event, EpisodesFinished):
            for env_steps, _, episode_return, _ in event.rows:
                self.env_steps.append(env_steps)
                self.returns.append(episode_return)
        elif isinstance(event, RunStarted):
            while self.env_steps and self.env_steps[-1] > event.resumed_at:
                self.env_steps.pop()
                self.returns.pop()

    def means(self) -> NDArray[np.float64]:
        """Return, for each episode, the mean return of the 100 that ended with it (of fewer at the start).

        Example: returns 1, 2 and 6 have the means 1, 1.5 and 3.
        """
        sums = np.concatenate(([0.0], np.cumsum(np.asarray(self.returns))))
        ends = np.arange(1, len(sums))
        starts = np.maximum(ends - WINDOW, 0)
        means: NDArray[np.float64] = (sums[ends] - sums[starts]) / (ends - starts)
        return means
