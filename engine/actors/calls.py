"""The ledger of calls, to actors and to threads: every call submitted is received, failed or in flight, nothing else.

One ledger serves a whole run, so that the session can wait for whichever call is done first: each call is a future
that puts itself in one queue when it is done, and the session wakes at once. Results are handed over in the thread
that polls, so counters and streams are touched by no other.

What one source answers is handed over in the order in which it was asked, which is that in which it worked; two
answers may arrive the other way round.

A call counts as failed when whoever was called has answered nothing for longer than the call may take: a stopped or
hung actor raises nothing by itself. Calls that queue behind another one are in time as long as that is.
"""

from __future__ import annotations

import queue
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any, Final

Receiver = Callable[[str, Any], None]
Loss = Callable[[str, Exception], None]

LOOK_EVERY: Final = 1.0  # seconds between two looks for overdue calls


@dataclass(frozen=True, slots=True)
class Call:
    """A call in flight: to whom, who hears of its result or loss, when it was made (monotonic s), its limit (s)."""

    source: str
    receive: Receiver
    lose: Loss
    made: float
    limit: float


class Overdue(Exception):
    """A call was not answered in time."""


class Calls:
    """The calls of one run in flight, by their futures.

    `submitted == received + failed + len(in_flight)` holds at all times. `expected` counts calls that will be made
    as soon as a lost worker is back.
    """

    def __init__(self) -> None:
        self.in_flight: dict[Future[Any], Call] = {}
        self.asked: defaultdict[str, deque[Future[Any]]] = defaultdict(deque)  # of each source, in order
        self.done: queue.SimpleQueue[Future[Any]] = queue.SimpleQueue()
        self.submitted = 0
        self.received = 0
        self.failed = 0
        self.expected = 0
        self.heard: dict[str, float] = {}  # source -> when it last answered, monotonic s
        self.looked = 0.0  # when for overdue calls, monotonic s

    def submit(self, future: Future[Any], call: Call) -> None:
        """Enter a call that was just made."""
        self.in_flight[future] = call
        self.asked[call.source].append(future)
        self.submitted += 1
        future.add_done_callback(self.done.put)

    def poll(self, timeout: float) -> bool:
        """Hand finished calls to who made them; wait up to `timeout` seconds for the first.

        Returns whether anything was handed over.
        """
        found = self._receive_next(timeout)
        while not self.done.empty():
            found |= self._receive_next(0)
        now = time.monotonic()
        return (now - self.looked > LOOK_EVERY and self.lose_overdue(now)) or found

    def finish(self, future: Future[Any]) -> None:
        """Wait until this call is done, and hand its result over now."""
        wait([future])
        if call := self.in_flight.pop(future, None):
            self.asked[call.source].remove(future)
            self._receive(future, call)

    def forget(self, source: str) -> None:
        """Count the calls in flight to `source` as failed without telling anyone."""
        for future in [future for future, call in self.in_flight.items() if call.source == source]:
            del self.in_flight[future]
            self.failed += 1
        self.asked.pop(source, None)

    def lose_overdue(self, now: float) -> bool:
        """Count calls as failed that have had no answer in time; `now` is in monotonic seconds."""
        self.looked = now
        overdue = {source: asked for source, asked in self.asked.items() if self._keeps_waiting(asked, now)}
        for asked in overdue.values():
            for future in tuple(asked):
                if call := self.in_flight.pop(future, None):
                    self.failed += 1
                    call.lose(call.source, Overdue("it gave no answer in time"))
        return bool(overdue)

    def _keeps_waiting(self, asked: Iterable[Future[Any]], now: float) -> bool:
        """Whether the first of a source's calls that is in flight, at which it works, takes longer than it may."""
        first = next((call for future in asked if (call := self.in_flight.get(future))), None)
        return first is not None and now - max(first.made, self.heard.get(first.source, first.made)) > first.limit

    def _receive_next(self, timeout: float) -> bool:
        """Wait for a call that is done and hand it over; one that was forgotten meanwhile is dropped."""
        try:
            future = self.done.get(timeout=timeout) if timeout else self.done.get_nowait()
        except queue.Empty:
            return False
        call = self.in_flight.get(future)
        return call is not None and self._hand_over(call.source)

    def _hand_over(self, source: str) -> bool:
        """Hand over what the source has answered, up to the first call that it still owes."""
        asked, found = self.asked[source], False
        while asked and (asked[0] not in self.in_flight or asked[0].done()):
            future = asked.popleft()
            if call := self.in_flight.pop(future, None):
                self._receive(future, call)
                found = True
        return found

    def _receive(self, future: Future[Any], call: Call) -> None:
        try:
            result = future.result()
        except Exception as error:
            self.failed += 1
            call.lose(call.source, error)
        else:
            self.received += 1
            self.heard[call.source] = time.monotonic()
            call.receive(call.source, result)
