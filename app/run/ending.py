"""How the engine is brought to its end, and how its death is put into words."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Push = Literal["", "terminate", "kill"]


@dataclass(slots=True)
class Escalation:
    """A wish to end something, then SIGTERM after `grace` seconds, then SIGKILL after as many more.

    A patient wish (stop the run) starts counting anew with each sign of life, since an engine that answers may be
    busy writing its checkpoint; an impatient one (close the studio) does not wait for longer than two graces.

    Example: with 3 s of grace and no sign of life, `due` says `"terminate"` after 3 s and `"kill"` after 6 s.
    """

    grace: float
    _since: float | None = None
    _patient: bool = True
    _pushed: bool = False

    def begin(self, now: float, patient: bool) -> None:
        """Start counting, unless it was started and was no more patient than this."""
        if self._since is None or (self._patient and not patient):
            self._since, self._patient, self._pushed = now, patient, False

    def hurry(self, now: float) -> None:
        """Let the next push be due at once."""
        self._since, self._patient, self._pushed = now - self.grace, False, False

    def cancel(self) -> None:
        """Stop counting: what was wished has happened."""
        self._since = None

    def due(self, now: float, heard: float) -> Push:
        """Tell what to do at `now`, the last sign of life having come at `heard`."""
        if self._since is None:
            return ""
        since = max(self._since, heard) if self._patient and not self._pushed else self._since
        if now - since < self.grace:
            return ""
        if self._pushed:
            self.cancel()
            return "kill"
        self._since, self._pushed = now, True
        return "terminate"


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
