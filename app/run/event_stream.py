"""The engine's standard output as events: cut into lines, parsed in slices, told in order."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator

from PySide6.QtCore import QObject, Signal

from app.run.lines import LineSplitter
from app.run.slices import Slices
from engine.events import MAX_LINE, Event, Heartbeat, Log, RunEnded, RunPaused, RunStarted, Telemetry, read_event


class EventStream(QObject):
    """Takes bytes as they come and tells events, for a few milliseconds in each turn of the event loop.

    Heartbeats count as signs of life and are not told. Of telemetry, only the newest in a slice is told, for the
    numbers are there to be looked at; but a run's numbers never come after its pause or end.

    Signals:
        told(Event): an event.
        strange(Log): a warning about a line that is no event; it is otherwise ignored.
        drained(): everything that was fed has been told.

    Attributes:
        heard: when the last line came, in seconds of `time.monotonic`.
    """

    told = Signal(object)
    strange = Signal(object)
    drained = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._slices = Slices(self._take, self)
        self._slices.slice_ended.connect(self._tell_numbers)
        self._slices.ended.connect(self.drained)
        self.clear()

    @property
    def busy(self) -> bool:
        """Whether something that was fed has not been told yet."""
        return self._slices.busy

    def clear(self) -> None:
        """Forget what was fed, as if nothing had ever come."""
        self.heard = time.monotonic()
        self._slices.stop()
        self._splitter = LineSplitter(MAX_LINE)
        self._lines: deque[bytes] = deque()
        self._numbers: Telemetry | None = None

    def feed(self, data: bytes) -> None:
        """Take the next piece of what the engine sent."""
        dropped = self._splitter.dropped
        self._lines.extend(self._splitter.feed(data))
        if self._splitter.dropped > dropped:
            self._complain(f"The engine sent a line longer than {MAX_LINE // 2**20} MiB; it was left out.")
        if self._lines:
            self.heard = time.monotonic()
            if not self._slices.busy:
                self._slices.start(self._waiting())

    def _waiting(self) -> Iterator[bytes]:
        while self._lines:
            yield self._lines.popleft()

    def _take(self, line: bytes) -> None:
        try:
            event = read_event(line)
        except ValueError as error:
            self._complain(f"The engine sent a line that the studio does not understand: {error}")
            return
        if isinstance(event, Telemetry):
            self._numbers = event
        elif not isinstance(event, Heartbeat):
            self._tell(event)

    def _tell(self, event: Event) -> None:
        if isinstance(event, RunStarted | RunPaused | RunEnded):
            self._tell_numbers()
        self.told.emit(event)

    def _tell_numbers(self) -> None:
        if self._numbers is not None:
            newest, self._numbers = self._numbers, None
            self.told.emit(newest)

    def _complain(self, text: str) -> None:
        self.strange.emit(Log(level="warning", text=text))
