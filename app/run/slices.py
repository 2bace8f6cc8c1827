"""Work through many things in the window's thread without holding it up: a few milliseconds in each turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from PySide6.QtCore import QObject, QTimer, Signal

BUDGET: Final = 0.008  # seconds; half of a frame at 60 Hz, so that painting and the mouse keep their share


class Slices(QObject):
    """Hands items of an iterator to `take`, for `budget` seconds in each turn of the event loop, until none is left.

    `slice_ended` is sent after each turn; `ended` when the iterator is used up. At least one item is taken in a turn,
    so a slow item delays the window by itself only.

    Example: 1,000 items of 0.1 ms each take 13 turns of 8 ms; a click waits for one turn, not for 100 ms.
    """

    slice_ended = Signal()
    ended = Signal()

    def __init__(self, take: Callable[[Any], None], parent: QObject | None = None, budget: float = BUDGET) -> None:
        super().__init__(parent)
        self._take = take
        self._budget = budget
        self._items: Iterator[Any] = iter(())
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._turn)

    @property
    def busy(self) -> bool:
        """Whether items may be left."""
        return self._timer.isActive()

    def start(self, items: Iterator[Any]) -> None:
        """Begin with these items in the next turn; what was left of earlier ones is dropped."""
        self._items = items
        self._timer.start()

    def stop(self) -> None:
        """Drop what is left."""
        self._items = iter(())
        self._timer.stop()

    def _turn(self) -> None:
        until = time.perf_counter() + self._budget
        for item in self._items:
            self._take(item)
            if time.perf_counter() >= until:
                self.slice_ended.emit()
                return
        self._timer.stop()
        self.slice_ended.emit()
        self.ended.emit()
