"""How curves are looked at: over which axis, on which scales, how smooth, and each run or the middle of several."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from app.plots.figures import count, duration
from engine.over_seeds import Middle

SMOOTHINGS: Final = MappingProxyType(
    {
        "env_steps": (0, 1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000, 10_000_000),
        "seconds": (0, 1, 3, 10, 30, 60, 300, 1_800, 7_200),
        "updates": (0, 3, 10, 30, 100, 300, 1_000, 10_000, 100_000),
    }
)  # widths that people can choose, in the units of each axis
MARKS: Final = MappingProxyType(
    {
        "turned": "Turned parameters",
        "replaced": "Replaced workers",
        "resumed": "Resumptions",
        "checkpoint": "Checkpoints",
    }
)  # what is marked on curves
LOWEST: Final = 1e-12  # of a logarithmic axis, instead of 0


@dataclass(frozen=True, slots=True)
class View:
    """One way to look at curves.

    Attributes:
        axis: what x counts, a key of `SMOOTHINGS`.
        log_x, log_y: whether the axes are logarithmic.
        smooth: lines are means over so much of x before each sample; 0 leaves them as they are.
        middle: draw this middle of the runs of one graph, with its interval; None draws each run.
        hidden: the kinds of marks, keys of `MARKS`, that are left out.
    """

    axis: str = "env_steps"
    log_x: bool = False
    log_y: bool = False
    smooth: float = 0
    middle: Middle | None = None
    hidden: frozenset[str] = frozenset()

    def shown(self, x: float) -> float:
        """Return where a place of the x axis is drawn: at its power of ten on a logarithmic axis."""
        return math.log10(max(x, LOWEST)) if self.log_x else x

    def meant(self, x: float) -> float:
        """Return the place of the x axis that is drawn at `x`; the other way round than `shown`."""
        return 10.0**x if self.log_x else x


def width_text(axis: str, width: float) -> str:
    """Return a width of smoothing in words.

    Example: 10,000 env steps are `"10k steps"`, 60 seconds `"1:00"`, 30 updates `"30 updates"`, and 0 is `"off"`.
    """
    if not width:
        return "off"
    return duration(width) if axis == "seconds" else f"{count(width)} {'steps' if axis == 'env_steps' else 'updates'}"
