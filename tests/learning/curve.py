"""Prints the reward curves of runs as CSV, a column for each run: how the files in `curves/` are made.

    python -m tests.learning.curve FOLDER [FOLDER ...] > tests/learning/curves/NAME.csv

Each row tells, at a number of env steps, the mean return of the last 100 training episodes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.event_log import read_events
from engine.return_curve import ReturnCurve

ROWS = 20


def table(folders: Sequence[str]) -> str:
    """Return the CSV text: env_steps and a column `seed_N` for each run, in 20 rows up to the shortest run's end."""
    curves = [ReturnCurve.of(read_events(folder)) for folder in folders]
    seeds = [json.loads((Path(folder) / "run.json").read_text(encoding="utf-8"))["seed"] for folder in folders]
    last = min(curve.env_steps[-1] for curve in curves)
    at = np.linspace(last / ROWS, last, ROWS).astype(int)
    columns = [at, *(_means(curve, at) for curve in curves)]
    lines = [",".join(["env_steps", *(f"seed_{seed}" for seed in seeds)])]
    return "\n".join(lines + [",".join(map(str, row)) for row in zip(*columns, strict=True)])


def _means(curve: ReturnCurve, at: NDArray[np.int64]) -> list[float]:
    places = np.searchsorted(np.asarray(curve.env_steps), at, side="right") - 1
    return [round(float(mean), 1) for mean in curve.means()[places]]


if __name__ == "__main__":
    sys.stdout.write(table(sys.argv[1:]) + "\n")
