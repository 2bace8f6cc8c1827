"""The table, as it is printed and as `RESULTS.md` keeps it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks import machine
from tests.benchmarks.line import Effort, Line

FILE: Final = Path(__file__).with_name("RESULTS.md")
HEADER: Final = ("work", "ours", "reference", "against", "ratio (spread)", "wanted", "met")
INTRODUCTION: Final = """\
# How fast it is

Written by `make bench`. Machine: {machine}.

Each row is measured {pairs} times for {seconds:g} s after a warm-up, ours and the hand-written limit in turn on the
same Ray, so that what else the machine does slows both. Figures are medians; the ratio is the median of the ratios,
with the least and the greatest, and says how many times as good ours is: 1.10 is a tenth faster, or a tenth less of a
cost. References without a spread were not measured in the same run: goals, and peers, as they were when the project
began, and where `make bench-peers` has measured them on this machine, also as they are here. The limits are in
`limits/`, plain scripts with the same environments and wrappers; what is measured of ours runs through the public
engine, from a document.

"""


def cells(line: Line) -> tuple[str, ...]:
    """Return a line's row of the table."""
    ratio, ratios = line.ratio, line.ratios if line.theirs else []
    spread = f" ({ratios[0]:.2f} to {ratios[-1]:.2f})" if len(ratios) > 1 else ""
    return (
        line.work,
        f"{figure(line.ours)} {line.unit}",
        figure(line.theirs) if line.theirs else "",
        line.against,
        "" if ratio is None else f"{ratio:.2f}{spread}",
        "" if line.wanted is None else f"{line.wanted:g}",
        {None: "", True: "yes", False: "**no**"}[line.met],
    )


def figure(figures: tuple[float, ...]) -> str:
    """Example: `"12,300"` for the median of 12,345 and others, `"0.152"` for small ones: three digits count."""
    middle = median(figures)
    return f"{float(f'{middle:.3g}'):,.0f}" if middle >= 100 else f"{middle:.3g}"


def write(lines: Iterable[Line], broken: Sequence[str], effort: Effort) -> None:
    """Write the table to `RESULTS.md`, and which rows broke off."""
    rows = [HEADER, ("---",) * len(HEADER), *map(cells, lines)]
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    about = INTRODUCTION.format(machine=machine.sentence(), pairs=effort.pairs, seconds=effort.seconds)
    missing = f"\nBroken off, so that figures are missing: {', '.join(broken)}.\n" if broken else ""
    FILE.write_text(f"{about}{table}\n{missing}")
