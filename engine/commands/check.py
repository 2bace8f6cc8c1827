"""`rlflow check`: says everything that is wrong with a graph, without running it."""

from __future__ import annotations

import argparse
import sys

from engine.commands import graph_file, json_line, target
from engine.exit_codes import ExitCode, code_of
from engine.problems import FlowError, Problem, errors_among

EXAMPLES = """\
examples:
  rlflow check my.json
  rlflow check my.json --json
  rlflow check my.json --address 192.168.1.20:6379     # against what a cluster has

Errors give exit code 3. Warnings are printed and give exit code 0.
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="the graph file")
    parser.add_argument("--json", action="store_true", help="print the problems as a JSON list")
    target.add(parser)


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Print every problem of the graph."""
    problems, code = _judge(arguments)
    if arguments.json:
        json_line.write([problem.as_json() for problem in problems])
    else:
        sys.stdout.writelines(f"{problem.severity}: {problem}\n" for problem in problems)
        sys.stdout.write(_verdict(problems))
    return code


def _judge(arguments: argparse.Namespace) -> tuple[list[Problem], ExitCode]:
    from engine.checking import check

    try:
        document = graph_file.open_graph(arguments.file)
        with target.joined(arguments, lambda step: None) as site:
            found = check(document, target=target.machine_of(site))
    except FlowError as error:
        return list(error.problems), code_of(error)
    problems = [problem.in_file(arguments.file) for problem in found]
    return problems, ExitCode.INVALID if errors_among(problems) else ExitCode.OK


def _verdict(problems: list[Problem]) -> str:
    errors = len(errors_among(problems))
    if errors:
        return f"{_counted(errors, 'error')}: the graph cannot run.\n"
    warnings = f" ({_counted(len(problems), 'warning')})" if problems else ""
    return f"The graph is ready to run{warnings}.\n"


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" + ("" if count == 1 else "s")
