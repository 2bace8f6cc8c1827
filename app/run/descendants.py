"""The processes below the engine, remembered while it lives, so that exactly those can be ended when it is killed.

A killed driver cannot end its Ray daemons, and once it is dead they no longer lead back to it. Each is remembered
with its start time (psutil compares it before every signal), so a process id used anew is never hit.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable

import psutil


class Descendants:
    """Children, grandchildren and so on of one process.

    `remember` walks the process table (milliseconds): call it in a worker thread. The rest is cheap.
    """

    def __init__(self) -> None:
        self._known: frozenset[psutil.Process] = frozenset()

    def remember(self, pid: int) -> None:
        """Add what is below process `pid` now; nothing if it is gone."""
        self._known |= _below(pid)

    def alive(self) -> list[psutil.Process]:
        """Return those still running; a zombie has ended and only waits to be counted."""
        return [process for process in self._known if _runs(process)]

    def terminate(self) -> None:
        """Ask all of them, and what they have started since, to end."""
        for process in self.alive():
            self._known |= _below(process.pid)
        self._signal(psutil.Process.terminate)

    def kill(self) -> None:
        """End those that are left."""
        self._signal(psutil.Process.kill)

    def _signal(self, send: Callable[[psutil.Process], None]) -> None:
        for process in self.alive():
            with contextlib.suppress(psutil.Error):  # it ended just now
                send(process)


def _below(pid: int) -> frozenset[psutil.Process]:
    try:
        return frozenset(psutil.Process(pid).children(recursive=True))
    except psutil.Error:
        return frozenset()


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False
