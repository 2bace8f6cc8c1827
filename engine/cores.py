"""The cores that a run shares with everything else on its machine, and whether they have room for more work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from engine.events import Telemetry

FULL: Final = 0.9  # share of the time at work from which on cores have no room for more


@dataclass(frozen=True, slots=True)
class Cores:
    """The cores of a machine.

    Attributes:
        count: how many; 0 where that is not known, as where a run is on several machines.
        busy: the share of them at work, in all programs.
    """

    count: int = 0
    busy: float = 0.0

    @classmethod
    def of(cls, seen: Sequence[Telemetry]) -> Cores:
        """Return the cores that these numbers tell of, with their mean work."""
        told = [line for line in seen if line.cores]
        return cls(told[-1].cores, sum(line.cores_busy for line in told) / len(told)) if told else cls()

    @property
    def are_full(self) -> bool:
        """Whether all of them are at work all the time."""
        return self.count > 0 and self.busy >= FULL

    def room_for(self, times: float) -> float:
        """Return how many times the work there is room for, up to `times`.

        Example: of cores that are busy for half of the time, `room_for(2.6)` is 2.
        """
        return min(times, 1 / self.busy) if self.count and self.busy else times

    def __str__(self) -> str:
        """Return them in words.

        Example: `str(Cores(2))` is `"both of the machine's cores"`.
        """
        if self.count == 1:
            return "the machine's only core"
        return "both of the machine's cores" if self.count == 2 else f"all {self.count} of the machine's cores"
