"""Looks at a run from within, between two of its pulls."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

LOOK_EVERY: Final = 0.1  # seconds


class Watch:
    """Looks at something now and then while a run asks whether there are commands."""

    def __init__(self, measured: Callable[[], float]) -> None:
        self.measured = measured
        self.seen: list[float] = []
        self.last = 0.0

    def __call__(self) -> None:
        """Look if it is time; there is never a command."""
        if time.monotonic() - self.last > LOOK_EVERY:
            self.last = time.monotonic()
            self.seen.append(self.measured())
