"""One line of the table: what was measured, against what, and what is wanted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Final, TypeVar

GENEROUS: Final = 0.75  # of what is wanted: below this share of it a measured ratio fails the command


@dataclass(frozen=True)
class Effort:
    """How long to measure.

    Attributes:
        seconds: of each single measurement, after it has warmed up.
        pairs: how many times ours and the limit are measured in turn.
    """

    seconds: float
    pairs: int


THOROUGH: Final = Effort(2.5, 5)
QUICK: Final = Effort(1.0, 3)

Figure = TypeVar("Figure", float, tuple[float, float])


@dataclass(frozen=True)
class Line:
    """Figures of ours and, taken in turn with them, of what they are compared with.

    Attributes:
        work: what was done.
        unit: of the figures.
        ours: one for each measurement.
        theirs: as many of the reference; or one, which was not measured here.
        against: what the reference is.
        wanted: the least ratio; None where the figure is only told.
        fewer_is_better: whether the figures are costs, so that the ratio is theirs to ours.
    """

    work: str
    unit: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...] = ()
    against: str = ""
    wanted: float | None = None
    fewer_is_better: bool = False

    @property
    def measured_here(self) -> bool:
        """Whether the reference was measured in the same run."""
        return len(self.theirs) > 1

    @property
    def ratios(self) -> list[float]:
        """How many times as good as the reference: in each pair, or against the one figure."""
        theirs = self.theirs if self.measured_here else self.theirs * len(self.ours)
        pairs = zip(self.ours, theirs, strict=True)
        return sorted(b / a if self.fewer_is_better else a / b for a, b in pairs)

    @property
    def ratio(self) -> float | None:
        """The median ratio; None without a reference."""
        return median(self.ratios) if self.theirs else None

    @property
    def met(self) -> bool | None:
        """Whether the ratio is what is wanted; None where nothing is."""
        return None if self.wanted is None or self.ratio is None else round(self.ratio, 2) >= self.wanted

    @property
    def failed(self) -> bool:
        """Whether a ratio of figures that were both measured here is far below what is wanted."""
        ratio, wanted = self.ratio, self.wanted
        return self.measured_here and wanted is not None and ratio is not None and ratio < GENEROUS * wanted


def to_json(line: Line) -> str:
    """Return a line as one line of JSON."""
    return json.dumps(asdict(line))


def from_json(text: str) -> Line:
    """Return the line that `to_json` wrote."""
    fields = json.loads(text)
    return Line(**{name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()})


def in_turn(effort: Effort, *measure: Callable[[float], Figure]) -> tuple[tuple[Figure, ...], ...]:
    """Measure each in turn, several rounds; return one tuple of figures, or of tuples of figures, for each.

    What else the machine does meanwhile then slows all of them alike.
    """
    rounds = [[one(effort.seconds) for one in measure] for _ in range(effort.pairs)]
    return tuple(zip(*rounds, strict=True))
