"""A policy at play while it is being trained: the driver's side of the process in which it plays.

Two ideas. The process is one of its own, at low priority, so that stepping and drawing an environment takes nothing
from training but idle time. The driver's thread does one thing for it: where an episode begins it copies the weights,
between two pulls, so that they are never half trained. Two small threads carry lines and weights.
"""

from __future__ import annotations

import os
import pickle
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from engine.actors.played import WANTED, Part, Weights
from engine.events import Event, Refused, read_event
from engine.inspecting import Watch
from engine.kinds import Policy
from engine.problems import Place, Problem

PATIENCE: Final = 10.0  # seconds until a process that shall end is killed; a long film is written in two
_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


class Watching:
    """One policy that is watched.

    Attributes:
        node: the policy.
    """

    def __init__(self, wish: Watch, policy: Policy, folder: Path, seed: int, show: Callable[[Event], None]) -> None:
        """Start the process, which says by itself if the environment cannot be drawn.

        Raises:
            ValueError: the policy cannot be sent to another process; a sentence.
        """
        self.node, self.policy, self.show = wish.node, policy, show
        self._ends = False
        self._wants_weights = threading.Event()
        self._to_send: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        part = _pickled(Part(wish.node, policy.environment, policy.blueprint, seed, folder))
        self._process = subprocess.Popen(
            [sys.executable, "-m", "engine.actors.player"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, **_ONE_THREAD},
        )  # fmt: skip
        self._threads = [threading.Thread(target=do, name="watching", daemon=True) for do in (self._listen, self._send)]
        self._to_send.put(part)
        self.wish(wish)
        for thread in self._threads:
            thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still plays."""
        return self._process.poll() is None

    def wish(self, wish: Watch) -> None:
        """Let it play in this way from now on."""
        self._to_send.put(_pickled(wish))

    def feed(self, env_steps: int) -> None:
        """Give it the newest weights if it is about to begin an episode; to be called by the driver between pulls."""
        if self._wants_weights.is_set():
            self._wants_weights.clear()
            weights, version = self.policy.newest()
            self._to_send.put(_pickled(Weights(weights, version, env_steps)))

    def end(self) -> None:
        """Let the process end, and wait for nothing; a film that is being made is finished first."""
        self._ends = True
        self._to_send.put(b"")

    def close(self) -> None:
        """Let the process end and wait until it is gone, or end it where it does not go by itself."""
        self.end()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
        for thread in self._threads:
            thread.join()

    def _listen(self) -> None:
        """Pass on what the process tells until it ends."""
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                if line == WANTED:
                    self._wants_weights.set()
                else:
                    self.show(read_event(line))
        code = self._process.wait()
        if code and not self._ends:
            problem = Problem(Place(self.node), f"the process that played it ended with code {code}", "see the log")
            self.show(Refused(command="watch", problems=(problem.as_json(),)))
        self._to_send.put(b"")

    def _send(self) -> None:
        """Send what is to be sent, until there is nothing more, which ends the process."""
        assert self._process.stdin is not None
        with self._process.stdin as stream:
            while data := self._to_send.get():
                try:
                    stream.write(data)
                    stream.flush()
                except BrokenPipeError:
                    return


def _pickled(value: Any) -> bytes:
    try:
        return pickle.dumps(value)
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ValueError(f"it cannot be sent to the process that would play it: {error}") from None
