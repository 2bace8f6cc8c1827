"""`rlflow diff`: says what changed from one graph or run to another."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from engine.commands import graph_file, json_line
from engine.comparing import Difference, differences, in_common, version_differences
from engine.document import Document
from engine.exit_codes import ExitCode
from engine.printable import printable
from engine.runs import RunFolder

EXAMPLES = """\
examples:
  rlflow diff saved_graphs/a3c_cartpole.json saved_graphs/a2c_cartpole.json
  rlflow diff runs/first runs/second
  rlflow diff my.json runs/first --json

Of a run, its graph is compared as it was run; of two runs, machine, versions and figures stand below. The exit
code is 0 either way.
"""
HEADINGS: Final = {
    "node": "nodes", "wire": "wires", "parameter": "parameters", "bypass": "bypassed", "run": "run settings",
    "version": "machine and versions",
}  # fmt: skip
FIGURES: Final = ("status", "env_steps", "seconds", "env_steps_per_s", "return_mean_100", "best_return_mean_100")


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("old", metavar="OLD", help="a graph file or a run's folder")
    parser.add_argument("new", metavar="NEW", help="another")
    parser.add_argument("--json", action="store_true", help="print the differences as a JSON list")


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Print what changed."""
    from engine.catalogue import find

    old, new = _graph(arguments.old), _graph(arguments.new)
    found = (*differences(old, new, find()), *_versions(arguments.old, arguments.new))
    if arguments.json:
        json_line.write([difference.as_json() for difference in found])
    else:
        sys.stdout.write(f"{arguments.old} → {arguments.new}\n")
        sys.stdout.writelines(_told(found))
        sys.stdout.write(_common(old, new) if found else "")
        sys.stdout.writelines(_figures(arguments.old, arguments.new))
    return ExitCode.OK


def _graph(path: str) -> Document:
    if Path(path).is_dir():
        return RunFolder.open(path).document()
    return graph_file.open_graph(path)


def _versions(old: str, new: str) -> tuple[Difference, ...]:
    """Return how machine and versions of two runs differ; nothing if one of them is a graph."""
    if not (Path(old).is_dir() and Path(new).is_dir()):
        return ()
    return version_differences(RunFolder.open(old).about(), RunFolder.open(new).about())


def _told(found: Sequence[Difference]) -> Iterator[str]:
    if not found:
        yield "The graphs run the same.\n"
    for subject, heading in HEADINGS.items():
        lines = [f"  {printable(str(difference))}\n" for difference in found if difference.subject == subject]
        if lines:
            yield f"{heading}\n"
            yield from lines


def _common(old: Document, new: Document) -> str:
    nodes, wires = in_common(old, new)
    return f"the same: {nodes} of {len(new.nodes)} nodes, {wires} of {len(new.edges)} wires\n"


def _figures(old: str, new: str) -> Iterator[str]:
    """Give the figures of two finished runs side by side; nothing if one of them is a graph or not finished."""
    if not (Path(old).is_dir() and Path(new).is_dir()):
        return
    before, after = RunFolder.open(old).summary(), RunFolder.open(new).summary()
    if before is None or after is None:
        yield "One of the runs has not ended, so there are no figures to compare.\n"
        return
    yield "figures\n"
    yield from (f"  {name}: {_change(before.get(name), after.get(name))}\n" for name in FIGURES)


def _change(before: Any, after: Any) -> str:
    """Say how a figure changed: `12 → 15 (+25 %)`."""
    if before == after:
        return f"{_figure(after)}, the same"
    numbers = isinstance(before, int | float) and isinstance(after, int | float) and before
    share = f" ({(after - before) / abs(before):+.0%})".replace("%", " %") if numbers else ""
    return f"{_figure(before)} → {_figure(after)}{share}"


def _figure(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int | float) else "none" if value is None else printable(str(value))
