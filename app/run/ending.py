"""How the engine is brought to its end, and how its death is put into words."""

from __future__ import annotations

import math
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Push = Literal["", "terminate", "kill"]


@dataclass(slots=True)
class Escalation:
    """A wish to end something, then SIGTERM, then SIGKILL after `grace` seconds more.

    SIGTERM is due after some quiet: seconds without a sign of life since the wish, for an engine that answers may be
    busy writing its checkpoint; and at the latest when a limit is over.

    Example: with 3 s of grace and after 3 s of quiet, `due` says `"terminate"` after 3 s and `"kill"` after 6 s.
    """

    grace: float
    _wished: float | None = None
    _quiet: float = 0.0
    _limit: float = math.inf
    _pushed: float | None = None

    def begin(self, now: float, quiet: float, limit: float = math.inf) -> None:
        """Start counting, unless a wish with a narrower limit is pending."""
        if self._wished is None or limit < self._limit:
            self._wished, self._quiet, self._limit = now, quiet, limit

    def hurry(self, now: float) -> None:
        """Let the next push be due at once."""
        self._wished, self._limit = now, 0.0

    def cancel(self) -> None:
        """Stop counting: what was wished has happened."""
        self._wished, self._limit, self._pushed = None, math.inf, None

    def due(self, now: float, heard: float) -> Push:
        """Tell what to do at `now`, the last sign of life having come at `heard`."""
        if self._wished is None:
            return ""
        if self._pushed is None:
            quiet = now - max(self._wished, heard) >= self._quiet
            if not quiet and now - self._wished < self._limit:
                return ""
            self._pushed = now
            return "terminate"
        if now - self._pushed < self.grace:
            return ""
        self.cancel()
        return "kill"


def reason_of_death(code: int, crashed: bool, last_lines: Sequence[str]) -> str:
    """Return why the engine died: a sentence on the first line, then what it wrote last.

    Example: `reason_of_death(9, True, [])` begins with `"The engine was killed (SIGKILL)"`.
    """
    sentence = _by_signal(code) if crashed else f"The engine ended by itself with exit code {code}."
    return "\n".join([sentence, *last_lines])


def _by_signal(number: int) -> str:
    known = {each.value: each.name for each in signal.Signals}
    name = known.get(number, f"signal {number}")
    if name == "SIGKILL":
        return "The engine was killed (SIGKILL): by hand, or by the system because memory ran out."
    if name == "SIGTERM":
        return "The engine was told to end (SIGTERM)."
    return f"The engine crashed ({name})."
