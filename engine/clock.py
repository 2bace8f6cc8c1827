"""The time that a run takes: since the first sample came, without pauses, with earlier legs of a resumed run."""

from __future__ import annotations

import time


class Clock:
    """Seconds of one run.

    Example: started, stopped after 2 s, started again 10 s later and read after another 3 s, it says 5.

    Attributes:
        spent: seconds until it was stopped last, those of earlier legs included.
    """

    def __init__(self) -> None:
        self.spent = 0.0
        self.began: float | None = None  # monotonic seconds; None while it stands

    @property
    def seconds(self) -> float:
        """Seconds so far; 0 before the first start."""
        return self.spent + (time.monotonic() - self.began if self.began is not None else 0.0)

    def start(self) -> None:
        """Let it run, if it stands."""
        if self.began is None:
            self.began = time.monotonic()

    def stop(self) -> None:
        """Let it stand."""
        self.spent, self.began = self.seconds, None
