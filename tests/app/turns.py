"""How long the window stands still: the turns of this thread's event loop."""

from __future__ import annotations

import time

from PySide6.QtCore import QAbstractEventDispatcher, QObject


class Turns(QObject):
    """Measures each turn of this thread's event loop, from one waking up to the next.

    It counts processor time: what the window itself costs, however busy the machine is with other work. Waiting for
    the next event takes none.
    """

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.longest = 0.0
        self._began = time.thread_time()
        QAbstractEventDispatcher.instance().awake.connect(self._next)

    def _next(self) -> None:
        now = time.thread_time()
        self.count += 1
        self.longest = max(self.longest, now - self._began)
        self._began = now
