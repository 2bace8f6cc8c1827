"""Turns the first Ctrl-C (or SIGTERM) into a wish to stop, so that a run ends whole; the second ends the process."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import Any, Final

from engine.events import Command, Stop

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)
NOTICE: Final = "\nStopping, and keeping the run. Press Ctrl-C again to end at once.\n"
STDERR: Final = 2
SHOW_CURSOR: Final = "\x1b[?25h"  # the live table hides it


class Interruption:
    """The `commands` of a run in a terminal: nothing, until a signal comes; then `Stop`, once.

    Used as a context: outside it, signals do what they did before.

    Attributes:
        wished: whether a signal has come.
    """

    def __init__(self) -> None:
        self.wished = False
        self._told = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Interruption:
        self._before = {number: signal.signal(number, self._take) for number in SIGNALS}
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def __call__(self) -> Command | None:
        """Return `Stop` the first time it is asked after a signal came."""
        self._listen_again()
        if self.wished and not self._told:
            self._told = True
            return Stop()
        return None

    def _listen_again(self) -> None:
        """Take SIGTERM back from Ray, which puts a handler of its own in place when it starts."""
        if signal.getsignal(signal.SIGTERM) != self._take:
            signal.signal(signal.SIGTERM, self._take)

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self.wished:
            _say(SHOW_CURSOR if sys.stderr.isatty() else "")
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self.wished = True
        _say(NOTICE)


def _say(text: str) -> None:
    """Write past Python's buffers, which the interrupted code may be in the middle of."""
    os.write(STDERR, text.encode())
