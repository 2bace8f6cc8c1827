"""Measures how fast the engine is, row by row, each in a process of its own: `make bench`.

    make bench                    every row: some twenty minutes, nothing else running
    make bench ROWS=ppo,dqn       some of them
    make bench LESS=1             shorter and fewer measurements

Prints the table; a run of all rows writes it to `RESULTS.md`. Fails where a ratio to a limit that was measured in the
same run is far below what is wanted; no absolute time ever fails.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from tests.benchmarks import machine, results
from tests.benchmarks.line import QUICK, THOROUGH, Line, from_json, to_json

ROOT: Final = Path(__file__).parents[2]
ROWS: Final = (
    "sampling", "ppo", "learning", "dqn", "sac", "asynchronous", "composed", "starting", "telemetry", "workers",
    "driver", "memory",
)  # fmt: skip
LONGEST: Final = 900.0  # seconds that a row may take: one that hangs must not keep the others from being measured
MARK: Final = "line: "  # before each line of the table, among whatever else a row prints


def main() -> int:
    """Measure the rows that the command line names; return the exit code."""
    arguments = parsed()
    effort = QUICK if arguments.quick else THOROUGH
    if arguments.alone:
        for line in importlib.import_module(f"tests.benchmarks.rows.{arguments.alone}").measure(effort):
            sys.stdout.write(MARK + to_json(line) + "\n")
            sys.stdout.flush()
        return 0
    console = Console(highlight=False)
    console.print(machine.sentence())
    told = {row: list(measured(row, arguments.quick, console)) for row in arguments.rows}
    lines = [line for some in told.values() for line in some if line is not None]
    broken = [row for row, some in told.items() if None in some]
    show(lines, Console(highlight=False, width=max(console.width, 150)))
    if arguments.rows == ROWS:
        results.write(lines, broken, effort)
    return int(bool(broken) or any(line.failed for line in lines))


def parsed() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--rows", type=chosen, default=ROWS, help=f"some of {','.join(ROWS)}")
    parser.add_argument("--quick", action="store_true", help="measure less")
    parser.add_argument("--alone", choices=ROWS, help=argparse.SUPPRESS)
    return parser.parse_args()


def chosen(text: str) -> tuple[str, ...]:
    """Return the rows that are named; all of them for an empty text.

    Raises:
        argparse.ArgumentTypeError: there is no such row.
    """
    names = tuple(text.split(",")) if text else ROWS
    for name in names:
        if name not in ROWS:
            raise argparse.ArgumentTypeError(f"there is no row {name!r}; there are {', '.join(ROWS)}")
    return names


def measured(row: str, quick: bool, console: Console) -> Iterator[Line | None]:
    """Measure a row in a process of its own, with one numeric thread; give its lines as they come, None if it fails."""
    command = [sys.executable, "-m", "tests.benchmarks", "--alone", row, *(["--quick"] if quick else [])]
    surroundings = os.environ | {"OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=surroundings) as child:
        assert child.stdout is not None
        alarm = threading.Timer(LONGEST, child.kill)
        alarm.daemon = True  # Ctrl-C does not wait for it
        alarm.start()
        for text in child.stdout:
            if text.startswith(MARK):
                line = from_json(text.removeprefix(MARK))
                console.print(" · ".join(results.cells(line)), markup=False)
                yield line
    alarm.cancel()
    if child.returncode:
        console.print(f"The row {row} failed; what it said is above.")
        yield None


def show(lines: list[Line], console: Console) -> None:
    """Print the table."""
    table = Table(*results.HEADER)
    for line in lines:
        table.add_row(*results.cells(line))
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
