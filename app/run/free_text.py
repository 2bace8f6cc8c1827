"""The engine's standard error: whatever Ray, torch and native code print, made fit for a log panel."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

from app.run.lines import LineSplitter

LONGEST: Final = 2_000  # bytes of one line
PER_SECOND: Final = 100  # lines
LAST: Final = 12  # lines kept to tell what an engine said before it died


class FreeText:
    """Text in pieces of bytes, given on as whole lines, at most 100 a second.

    `last` holds the newest lines whether or not they were given on.

    Example: of 250 lines that come at once, 100 are given; the next line after that second is preceded by
    `"150 lines were left out here"`.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.last: deque[str] = deque(maxlen=LAST)
        self._splitter = LineSplitter(LONGEST)
        self._clock = clock
        self._window_began = clock()
        self._given = 0
        self._left_out = 0

    def feed(self, data: bytes) -> Iterator[str]:
        """Take the next piece; give the lines that it completes, within the rate."""
        for raw in self._splitter.feed(data):
            line = raw.decode(errors="replace").rstrip()
            if line:
                self.last.append(line)
                yield from self._rated(line)

    def _rated(self, line: str) -> Iterator[str]:
        now = self._clock()
        if now - self._window_began >= 1:
            if self._left_out:
                yield f"{self._left_out} lines were left out here"
            self._window_began, self._given, self._left_out = now, 0, 0
        if self._given < PER_SECOND:
            self._given += 1
            yield line
        else:
            self._left_out += 1
