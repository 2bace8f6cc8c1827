"""Ends what a killed engine leaves behind: a small process of its own, which waits for the engine's end.

When an engine is killed outright, Ray's workers and most of its daemons go with it, but two agents live on. So the
engine starts this program before Ray, with a pipe between them. While Ray starts, the guard looks for itself what the
engine has begun; once Ray is up, the engine writes its processes into the pipe. The pipe ends when the engine does,
however that happens; then whatever is left of exactly those processes is ended.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from typing import Final

import psutil

GRACE: Final = 3.0  # seconds in which processes may go by themselves
LOOK_EVERY: Final = 0.2  # seconds between looks while the engine has not said what it started


class Guard:
    """The engine's side: tell it what to end, and close it when there is nothing left to end.

    Processes that this one has already are not the guard's concern.
    """

    def __init__(self) -> None:
        self.before = set(psutil.Process().children(recursive=True))
        command = [sys.executable, "-m", "engine.guard", *(str(process.pid) for process in self.before)]
        # A session of its own, so that Ctrl-C in a terminal, which ends the engine, does not end its guard first.
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)

    def watch(self) -> None:
        """Take what this process has begun since as what is ended when it ends."""
        assert self.process.stdin is not None
        begun = set(psutil.Process().children(recursive=True)) - self.before
        lines = [f"{process.pid} {process.create_time()}\n" for process in begun if process.pid != self.process.pid]
        self.process.stdin.write("".join(lines).encode())
        self.process.stdin.flush()

    def close(self) -> None:
        """Let the guard look a last time, and end it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


def main() -> None:
    """Learn of processes, by looking and then from lines of id and start time, until the engine is gone; end them."""
    watched = _seen_while_starting(psutil.Process(os.getppid()), {os.getpid(), *map(int, sys.argv[1:])})
    watched |= {(int(pid), float(born)) for pid, born in (line.split() for line in sys.stdin)}
    left = [process for pid, born in watched if (process := _same(pid, born))]
    _, alive = psutil.wait_procs(left, timeout=GRACE)
    for process in alive:
        process.kill()


def _seen_while_starting(engine: psutil.Process, others: set[int]) -> set[tuple[int, float]]:
    """Return the processes below the engine that showed before its first line came, but for `others`."""
    seen: set[tuple[int, float]] = set()
    if os.name != "posix":
        return seen  # Windows cannot wait for a pipe without reading it
    while not select.select([sys.stdin], [], [], LOOK_EVERY)[0]:
        try:
            below = engine.children(recursive=True)
            seen |= {(process.pid, process.create_time()) for process in below if process.pid not in others}
        except psutil.NoSuchProcess:
            continue  # one of them ended while we looked
    return seen


def _same(pid: int, born: float) -> psutil.Process | None:
    """Return the process, unless it is gone and another one has its id."""
    try:
        process = psutil.Process(pid)
        return process if process.create_time() == born else None
    except psutil.NoSuchProcess:
        return None


if __name__ == "__main__":
    main()
