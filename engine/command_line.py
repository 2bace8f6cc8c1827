"""The command line: reads it, does one command, turns errors into sentences and codes.

To follow what happens when a graph runs, go on with `commands/run.py`: read the file, check the graph, run it.
"""

from __future__ import annotations

import argparse
import errno
import functools
import importlib
import io
import os
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from typing import Final, TypeGuard

from engine import versions
from engine.commands import json_line
from engine.commands.outlet import point_nowhere
from engine.exit_codes import MEANINGS, ExitCode, UsageError, code_of
from engine.problems import FlowError, Place, Problem, nearest

COMMANDS: Final[Mapping[str, str]] = {
    "open": "open the studio (also what a bare rlflow does)",
    "run": "train what a graph says, in this terminal",
    "resume": "go on with a run that was stopped or killed",
    "check": "say everything that is wrong with a graph",
    "trust": "read and trust the Python that a graph carries",
    "operators": "list the operators, or explain one",
    "environments": "list the environments, or tell what one shows and takes",
    "new": "start a graph file",
    "export": "write a graph as a Python script",
    "runs": "list, show, compare and delete recorded runs",
    "diff": "say what changed from one graph or run to another",
    "gallery": "list the saved graphs",
    "desktop": "put the studio into the desktop's menu, or take it out",
    "serve": "",  # the studio's own; not shown
}
EXAMPLES: Final = """\
examples:
  rlflow                                      open the studio
  rlflow new my.json --from ppo_cartpole      start from a saved graph
  rlflow run my.json --seed 1                 train it in this terminal
  rlflow check my.json                        look for mistakes

exit codes:
"""
_Help = functools.partial(argparse.RawDescriptionHelpFormatter, max_help_position=28)


def main(argv: Sequence[str] | None = None) -> int:
    """Do what the command line (default: this process's) says; return the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    _write_what_can_be_shown()
    try:
        code = _do(words)
        if sys.stdout is not None:
            sys.stdout.flush()  # a disk that is full may refuse only now
        return code
    except Exception as error:
        return _leave_output(error) if _is_of_output(error) else _apologise()


def _do(words: Sequence[str]) -> int:
    try:
        _refuse_unknown(words)
        arguments = _parser(words).parse_args(words or ["open"])
        return int(importlib.import_module(f"engine.commands.{arguments.command}").execute(arguments))
    except FlowError as error:
        return _tell(error, as_json="--json" in words)
    except SystemExit as leave:  # argparse has said what it had to say
        return leave.code if isinstance(leave.code, int) else ExitCode.FAILED


def _write_what_can_be_shown() -> None:
    """Let a terminal or file that cannot hold a letter of ours get a question mark instead of ending the command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    """Declare the commands; arguments only of the one that is meant, so that no other module is imported."""
    parser = argparse.ArgumentParser(
        prog="rlflow",
        description="Draw a reinforcement learning algorithm as a dataflow graph, run it on Ray, and watch it learn.",
        epilog=EXAMPLES + "\n".join(f"  {code:<4} {meaning}" for code, meaning in MEANINGS.items()),
        formatter_class=_Help,
    )
    parser.add_argument("--version", action="version", version=f"rlflow {versions.installed(versions.PROJECT)}")
    parsers = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    meant = next((word for word in words or ["open"] if not word.startswith("-")), "")
    for name, summary in COMMANDS.items():
        if summary:
            one = parsers.add_parser(name, help=summary, formatter_class=_Help)
        else:  # argparse lists a command whose help is an empty text
            one = parsers.add_parser(name, formatter_class=_Help)
        if name == meant:
            module = importlib.import_module(f"engine.commands.{name}")
            one.description = str(module.__doc__).partition(": ")[2].capitalize()
            one.epilog = module.EXAMPLES
            module.add(one)
    return parser


def _refuse_unknown(words: Sequence[str]) -> None:
    """Refuse a command that there is not, more helpfully than argparse does."""
    if not words or words[0].startswith("-") or words[0] in COMMANDS:
        return
    shown = [name for name, summary in COMMANDS.items() if summary]
    opens = f"to open a graph, type: rlflow open {words[0]}" if os.path.exists(words[0]) else ""
    hint = opens or nearest(words[0], shown) or f"the commands are {', '.join(shown)}"
    raise UsageError(Problem(Place(), f"there is no command {words[0]!r}", hint))


def _tell(error: FlowError, as_json: bool) -> ExitCode:
    """Print what is wrong; who asked for JSON gets it on standard output too."""
    sys.stderr.writelines(f"error: {problem}\n" for problem in error.problems)
    if as_json:
        json_line.write({"status": "refused", "problems": [problem.as_json() for problem in error.problems]})
    return code_of(error)


def _is_of_output(error: Exception) -> TypeGuard[OSError]:
    """Tell whether standard output has refused what was written: what a file refuses names the file."""
    return isinstance(error, OSError) and error.errno in (errno.EPIPE, errno.ENOSPC) and not error.filename


def _leave_output(error: OSError) -> ExitCode:
    """Write no more to standard output; that whoever read it has seen enough is no failure."""
    point_nowhere(sys.stdout)
    if isinstance(error, BrokenPipeError):
        return ExitCode.OK
    sys.stderr.write(f"error: the output cannot be written: {error.strerror}\n")
    return ExitCode.FAILED


def _apologise() -> int:
    """Keep the traceback in a file, for whoever can use it, and say where it is."""
    try:
        with tempfile.NamedTemporaryFile("w", prefix="rlflow-error-", suffix=".log", delete=False) as file:
            file.write(traceback.format_exc())
    except OSError:
        traceback.print_exc()
    else:
        sys.stderr.write(f"error: sorry, this should not have happened; please report it with the file {file.name}\n")
    return ExitCode.FAILED
