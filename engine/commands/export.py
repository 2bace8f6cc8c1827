"""`rlflow export`: writes a graph as a short Python script that makes and runs it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine.atomic import write_atomically
from engine.commands import graph_file
from engine.document import Document
from engine.exit_codes import ExitCode, UsageError
from engine.problems import InvalidGraph, Place, Problem, errors_among

EXAMPLES = """\
examples:
  rlflow export saved_graphs/ppo_cartpole.json
  rlflow export my.json -o my.py

The script makes the same nodes, wires, parameters and run settings with the functions of engine.fluent; where nodes
are drawn, and what the gallery tells, stays in the graph's file. A graph with errors cannot be written (exit code 3).
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="the graph file")
    parser.add_argument("-o", "--output", metavar="SCRIPT", help="the script to make (default: standard output)")
    parser.add_argument("--force", action="store_true", help="replace the script if it exists")


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Write the script."""
    target = Path(arguments.output) if arguments.output else None
    if target and target.exists() and not arguments.force:
        hint = "name another, or replace it with --force"
        raise UsageError(Problem(Place(file=str(target)), "the file exists", hint))
    text = _script(graph_file.open_graph(arguments.file), arguments.file)
    if target is None:
        sys.stdout.write(text)
    else:
        _write(target, text)
        sys.stdout.write(f"Made {target}. Run it with: python {target}\n")
    return ExitCode.OK


def _script(document: Document, file: str) -> str:
    from engine.catalogue import find
    from engine.checking import check
    from engine.scripting import script

    if errors := errors_among(check(document)):
        raise InvalidGraph(*(problem.in_file(file) for problem in errors))
    try:
        return script(document, find())
    except InvalidGraph as error:
        raise InvalidGraph(*(problem.in_file(file) for problem in error.problems)) from None


def _write(target: Path, text: str) -> None:
    try:
        write_atomically(target, text.encode())
    except OSError as error:
        what = f"the script was not written: {error.strerror or error}"
        raise UsageError(Problem(Place(file=str(target)), what, "choose another folder")) from None
