"""The shown curves as a table: one row for each sample, in the C locale, every value as it was recorded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.plots.curve import Curve, Numbers
from app.plots.run_curves import AXES, RunCurves

HEADER: Final = ("run", "seed", "series", *AXES, "value")


@dataclass(frozen=True, slots=True)
class Series:
    """One curve as it was when it was copied: `rows` (n, 4) hold its places on the three axes, and its value."""

    run: str
    seed: int
    name: str
    rows: Numbers


def series_of(runs: Iterable[RunCurves]) -> tuple[Series, ...]:
    """Copy all curves of these runs, so that another thread can write them while they grow."""
    return tuple(
        Series(run.folder, run.seed, name, _rows(curve)) for run in runs for name, curve in _curves(run).items()
    )


def csv_text(all_series: Sequence[Series]) -> str:
    """Return the series as CSV.

    Example: an episode that ended at env step 20 after 0.5 s with return 9 is the row
    `/runs/one,1,episode_return,20,0.5,0,9`.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(HEADER)
    for series in all_series:
        start = (series.run, series.seed, series.name)
        table.writerows((*start, *(f"{number:.10g}" for number in row)) for row in series.rows.tolist())
    return text.getvalue()


def _curves(run: RunCurves) -> dict[str, Curve]:
    ours = {"episode_return": run.returns, "return_mean_100": run.means, "episode_length": run.lengths}
    return ours | dict(sorted(run.metrics.items()))


def _rows(curve: Curve) -> Numbers:
    return np.column_stack((curve.places, curve.y))
