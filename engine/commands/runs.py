"""`rlflow runs`: lists, shows, compares and deletes recorded runs."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from engine.commands import json_line
from engine.commands.seeds import tell_middles
from engine.exit_codes import ExitCode, UsageError
from engine.printable import printable
from engine.problems import FlowError, Place, Problem, nearest
from engine.run_rows import RunRow, row_of, rows_below
from engine.runs import RunFolder
from engine.text_plot import draw, short_count

EXAMPLES = """\
examples:
  rlflow runs list
  rlflow runs list results --sort best
  rlflow runs show runs/ppo-on-cartpole-20260131-094500
  rlflow runs show runs/first --log
  rlflow runs compare runs/first runs/second runs/third
  rlflow runs rm runs/first --yes

A run is named by its folder, or by its folder's name where it lies in runs/. Runs of one graph with several seeds are
compared by the median and the interquartile mean of their last returns, each with a 95 % bootstrap interval. What `rm`
deletes is gone for good, so it asks first; a run that is under way is not deleted.
"""
HOME: Final = Path("runs")
SORTS: Final[Mapping[str, Callable[[RunRow], Any]]] = {
    "started": lambda row: row.started.timestamp() if row.started else 0.0,
    "best": lambda row: _or_lowest(row.best),
    "last": lambda row: _or_lowest(row.last),
    "speed": lambda row: _or_lowest(row.env_steps_per_s),
    "title": lambda row: row.name.lower(),
}
COLUMNS: Final = ("run", "status", "seed", "best", "last", "env steps", "steps/s", "time", "host", "graph")
NARROWEST: Final = 120  # columns of a table that nobody sees on a terminal


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    does = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    one = does.add_parser("list", help="list the runs of a folder, newest first")
    one.add_argument("folder", metavar="DIR", nargs="?", default=str(HOME), help="where they lie (default: runs/)")
    one.add_argument("--sort", choices=sorted(SORTS), default="started", help="by what, the largest first")
    one = does.add_parser("show", help="tell all about one run")
    one.add_argument("runs", metavar="RUN", nargs=1, help="its folder")
    one.add_argument("--log", action="store_true", help="its log too, with the traceback of what failed")
    one = does.add_parser("compare", help="set runs side by side")
    one.add_argument("runs", metavar="RUN", nargs="+", help="their folders")
    one = does.add_parser("rm", help="delete runs for good")
    one.add_argument("runs", metavar="RUN", nargs="+", help="their folders")
    one.add_argument("-y", "--yes", action="store_true", help="do not ask")
    for one in does.choices.values():
        one.add_argument("--json", action="store_true", help="print one line of JSON")


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Do what is asked with the runs."""
    if arguments.what == "list":
        return _list(arguments)
    rows = [_row(name) for name in arguments.runs]
    does = {"show": _show, "compare": _compare, "rm": _rm}
    return does[arguments.what](rows, arguments)


def _list(arguments: argparse.Namespace) -> ExitCode:
    folder = Path(arguments.folder)
    if not folder.is_dir() and folder != HOME:
        raise UsageError(Problem(Place(file=str(folder)), "there is no such folder", "name the folder of runs"))
    rows = sorted(rows_below(folder), key=SORTS[arguments.sort], reverse=arguments.sort != "title")
    if arguments.json:
        json_line.write([row.as_json() for row in rows])
    elif rows:
        _tell_table(rows)
    else:
        sys.stdout.write(f"No runs in {folder} yet.\n")
    return ExitCode.OK


def _show(rows: Sequence[RunRow], arguments: argparse.Namespace) -> ExitCode:
    (row,) = rows
    run = RunFolder.open(row.folder)
    about, checkpoints = run.about(), [path.name for path in run.finished_checkpoints()]
    if arguments.json:
        told = {"about": about, "summary": run.summary(), "checkpoints": checkpoints}
        ended = {"problems": [problem.as_json() for problem in run.problems()]}
        log = {"log": [line.model_dump(mode="json", exclude={"type"}) for line in run.log()]} if arguments.log else {}
        json_line.write(row.as_json() | told | ended | log)
        return ExitCode.OK
    _tell_table(rows)
    sys.stdout.write(f"started: {about.get('started', 'unknown')} on {printable(str(about.get('system', '')))}\n")
    versions = about.get("versions")
    named = ", ".join(f"{name} {version}" for name, version in versions.items()) if isinstance(versions, dict) else ""
    sys.stdout.write(printable(f"versions: {named}\ncheckpoints: {', '.join(checkpoints) or 'none'}") + "\n")
    for node, steps in ((run.summary() or {}).get("on_machines") or {}).items():
        shares = ", ".join(f"{count:,} on {machine}" for machine, count in sorted(steps.items()))
        sys.stdout.write(printable(f"env steps of {node}: {shares}") + "\n")
    sys.stdout.write(draw(run.curve(), min(100, shutil.get_terminal_size().columns)))
    sys.stdout.writelines(printable(f"error: {problem}") + "\n" for problem in run.problems())
    if arguments.log:
        _tell_log(run)
    return ExitCode.OK


def _tell_log(run: RunFolder) -> None:
    for line in run.log():
        whose = f"{line.node}: " if line.node else ""
        sys.stdout.write(printable(f"{line.level}: {whose}{line.text.rstrip()}") + "\n")


def _compare(rows: Sequence[RunRow], arguments: argparse.Namespace) -> ExitCode:
    if arguments.json:
        json_line.write([row.as_json() for row in rows])
        return ExitCode.OK
    _tell_table(rows)
    tell_middles(rows, lambda text: sys.stdout.write(text + "\n"))
    return ExitCode.OK


def _rm(rows: Sequence[RunRow], arguments: argparse.Namespace) -> ExitCode:
    if busy := [row for row in rows if row.status == "running"]:
        what = "this run is under way"
        raise UsageError(*(Problem(Place(file=str(row.folder)), what, "stop it first") for row in busy))
    if not arguments.yes and not _agreed(rows):
        raise UsageError(Problem(Place(), "nothing was deleted", "agree with y, or with --yes on the command line"))
    for row in rows:
        _delete(row.folder)
    if arguments.json:
        json_line.write([str(row.folder) for row in rows])
    else:
        sys.stdout.writelines(f"Deleted {printable(str(row.folder))}\n" for row in rows)
    return ExitCode.OK


def _agreed(rows: Sequence[RunRow]) -> bool:
    if not sys.stdin.isatty():
        return False
    sys.stderr.write("".join(f"{printable(str(row.folder))}\n" for row in rows) + "Delete for good? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _delete(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        what = f"the run was not deleted whole: {error.strerror or error}"
        raise FlowError(Problem(Place(file=str(folder)), what)) from None


def _row(name: str) -> RunRow:
    """Return the row of the run that lies at `name` or, of this name, in `runs/`."""
    known = [run.parent.name for run in HOME.glob("*/run.json")]
    folder = HOME / name if name in known and not Path(name).exists() else Path(name)
    try:
        return row_of(folder)
    except FlowError as error:
        hint = nearest(name, known) or "list them with: rlflow runs list"
        raise UsageError(*(Problem(problem.where, problem.what, hint) for problem in error.problems)) from None


def _tell_table(rows: Sequence[RunRow]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in COLUMNS:
        table.add_column(name, justify="right" if name in COLUMNS[2:8] else "left", overflow="fold")
    for row in rows:
        table.add_row(*(printable(text) for text in _cells(row)))
    console = Console(highlight=False, markup=False)
    console.width = console.width if console.is_terminal else max(console.width, NARROWEST)
    console.print(table)


def _cells(row: RunRow) -> tuple[str, ...]:
    numbers = (row.best, row.last)
    counts = (row.env_steps, row.env_steps_per_s)
    return (
        row.folder.name, row.status, str(row.seed), *("–" if value is None else f"{value:.4g}" for value in numbers),
        *("–" if value is None else short_count(value) for value in counts),
        "–" if row.seconds is None else f"{row.seconds:,.0f} s", row.host, row.name,
    )  # fmt: skip


def _or_lowest(value: float | None) -> float:
    return float("-inf") if value is None else value
