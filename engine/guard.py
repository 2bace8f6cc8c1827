"""Ends what a killed engine leaves behind: a small process of its own, which waits for the engine's end.

When an engine is killed outright, Ray's workers and most of its daemons go with it, but two agents live on. So the
engine starts this program with a pipe and writes into it the processes that it has started. The pipe ends when the
engine does, however that happens; then whatever is left of exactly those processes is ended.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from typing import Final

import psutil

GRACE: Final = 3.0  # seconds in which processes may go by themselves


class Guard:
    """The engine's side: tell it what to end, and close it when there is nothing left to end."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "engine.guard"]
        # A session of its own, so that Ctrl-C in a terminal, which ends the engine, does not end its guard first.
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)

    def watch(self, processes: Iterable[psutil.Process]) -> None:
        """Add these processes to what is ended when this process ends."""
        assert self.process.stdin is not None
        lines = [f"{process.pid} {process.create_time()}\n" for process in processes if process.is_running()]
        self.process.stdin.write("".join(lines).encode())
        self.process.stdin.flush()

    def close(self) -> None:
        """Let the guard look a last time, and end it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def main() -> None:
    """Read processes, a line of id and start time each, until the engine is gone; then end those that are left."""
    watched = [line.split() for line in sys.stdin]
    left = [process for pid, born in watched if (process := _same(int(pid), float(born)))]
    _, alive = psutil.wait_procs(left, timeout=GRACE)
    for process in alive:
        process.kill()


def _same(pid: int, born: float) -> psutil.Process | None:
    """Return the process, unless it is gone and another one has its id."""
    try:
        process = psutil.Process(pid)
        return process if process.create_time() == born else None
    except psutil.NoSuchProcess:
        return None


if __name__ == "__main__":
    main()
