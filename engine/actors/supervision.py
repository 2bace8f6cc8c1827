"""How often a worker may be lost, and when its calls are repeated: one worker's life, with no actor in sight."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import Final

MAX_FALLS: Final = 10  # of one worker ...
WINDOW: Final = 60.0  # ... within this many seconds: a loop, not an accident
RETURN_WITHIN: Final = 60.0  # seconds until a lost worker must have been loaded again
BACKOFF: Final = 0.5  # seconds before calls are repeated; an actor takes one to two to restart


@dataclass(slots=True)
class Life:
    """What one worker has been through. Times are monotonic seconds.

    Attributes:
        incarnation: how many processes it has had before this one.
        lost_at: when it was lost; None while it is up.
        repeat_at: when to repeat its calls; None if they have been made.
        falls: when it was lost, most recent last.
    """

    incarnation: int = 0
    lost_at: float | None = None
    repeat_at: float | None = None
    falls: deque[float] = field(default_factory=lambda: deque(maxlen=MAX_FALLS))

    def fell(self, now: float) -> bool:
        """Note a failed call; return whether the worker was up until then, and so is newly lost.

        A call may fail again while the actor restarts: that is the same fall.

        Raises:
            ValueError: it was lost too often, or has not come back; the text says which.
        """
        self.repeat_at = now + BACKOFF
        if self.lost_at is not None:
            if now - self.lost_at > RETURN_WITHIN:
                raise ValueError(f"it did not come back within {RETURN_WITHIN:g} s")
            return False
        if len(self.falls) == MAX_FALLS and now - self.falls[0] < WINDOW:
            raise ValueError(f"it was lost {MAX_FALLS + 1} times within {WINDOW:g} s")
        self.falls.append(now)
        self.lost_at = now
        self.incarnation += 1
        return True

    def is_due(self, now: float) -> bool:
        """Whether its calls should be repeated now; True once for each fall."""
        if self.repeat_at is None or now < self.repeat_at:
            return False
        self.repeat_at = None
        return True

    def is_back(self) -> None:
        """Note that it has been loaded again."""
        self.lost_at = None
