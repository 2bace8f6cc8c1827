"""`rlflow check`: says everything that is wrong with a graph, without running it."""

from __future__ import annotations

import argparse
import sys

from engine.commands import graph_file, json_line
from engine.exit_codes import ExitCode, code_of
from engine.problems import FlowError, Problem, errors_among

EXAMPLES = """\
examples:
  rlflow check my.json
  rlflow check my.json --json

Errors give exit code 3. Warnings are printed and give exit code 0.
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="the graph file")
    parser.add_argument("--json", action="store_true", help="print the problems as a JSON list")


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Print every problem of the graph."""
    problems, code = _judge(arguments.file)
    if arguments.json:
        json_line.write([problem.as_json() for problem in problems])
    else:
        sys.stdout.writelines(f"{problem.severity}: {problem}\n" for problem in problems)
        sys.stdout.write(_verdict(problems))
    return code


def _judge(file: str) -> tuple[list[Problem], ExitCode]:
    from engine.checking import check
    from engine.machine import this_machine

    try:
        document = graph_file.open_graph(file)
    except FlowError as error:
        return list(error.problems), code_of(error)
    problems = [problem.in_file(file) for problem in check(document, target=this_machine())]
    return problems, ExitCode.INVALID if errors_among(problems) else ExitCode.OK


def _verdict(problems: list[Problem]) -> str:
    errors = len(errors_among(problems))
    if errors:
        return f"{_counted(errors, 'error')}: the graph cannot run.\n"
    warnings = f" ({_counted(len(problems), 'warning')})" if problems else ""
    return f"The graph is ready to run{warnings}.\n"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")
