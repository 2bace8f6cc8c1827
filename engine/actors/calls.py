"""The ledger of actor calls: every call submitted is received, failed or in flight, and nothing else.

One ledger serves all groups of a run, so that the session can wait for whichever call is done first. A call counts as
failed when its actor has answered nothing for longer than the call may take: a stopped or hung actor raises nothing by
itself. Calls that queue behind others on a busy actor are in time as long as it answers those.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Receiver = Callable[[str, Any], None]
Loss = Callable[[str, Exception], None]


@dataclass(frozen=True, slots=True)
class Call:
    """A call in flight: whose it is, who hears of its result or loss, when it was made (monotonic s), its limit (s)."""

    source: str
    receive: Receiver
    lose: Loss
    made: float
    limit: float


class Overdue(Exception):
    """A call was not answered in time."""


class Calls:
    """The calls of one run in flight, by Ray reference.

    `submitted == received + failed + len(in_flight)` holds at all times. `expected` counts calls that will be made
    as soon as a lost worker is back.
    """

    def __init__(self) -> None:
        self.in_flight: dict[Any, Call] = {}
        self.submitted = 0
        self.received = 0
        self.failed = 0
        self.expected = 0
        self.heard: dict[str, float] = {}  # source -> when it last answered, monotonic s

    def submit(self, reference: Any, call: Call) -> None:
        """Enter a call that was just made."""
        self.in_flight[reference] = call
        self.submitted += 1

    def poll(self, timeout: float) -> bool:
        """Hand finished calls to who made them; wait up to `timeout` seconds for the first.

        Returns whether anything was handed over.
        """
        if not self.in_flight:
            time.sleep(timeout)
            return False
        import ray

        references = list(self.in_flight)
        done, _ = ray.wait(references, num_returns=1, timeout=timeout)
        if done and len(references) > 1:
            done, _ = ray.wait(references, num_returns=len(references), timeout=0)
        for reference in done:
            if reference in self.in_flight:  # a call before it may have brought down others of its worker
                self._receive(reference)
        return self._lose_overdue() or bool(done)

    def forget(self, source: str) -> None:
        """Count the calls in flight to `source` as failed without telling anyone."""
        for reference in [ref for ref, call in self.in_flight.items() if call.source == source]:
            del self.in_flight[reference]
            self.failed += 1

    def _receive(self, reference: Any) -> None:
        import ray

        call = self.in_flight.pop(reference)
        try:
            result = ray.get(reference)
        except ray.exceptions.RayError as error:
            self.failed += 1
            call.lose(call.source, Exception(_first_line(error)))
        else:
            self.received += 1
            self.heard[call.source] = time.monotonic()
            call.receive(call.source, result)

    def _lose_overdue(self) -> bool:
        now = time.monotonic()
        overdue = [
            reference
            for reference, call in self.in_flight.items()
            if now - max(call.made, self.heard.get(call.source, call.made)) > call.limit
        ]
        for reference in overdue:
            if call := self.in_flight.pop(reference, None):
                self.failed += 1
                call.lose(call.source, Overdue("it gave no answer in time"))
        return bool(overdue)


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"[:200]
