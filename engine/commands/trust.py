"""`rlflow trust`: shows the Python that a graph carries, and trusts it if you say so."""

from __future__ import annotations

import argparse
import sys
import textwrap

from engine.commands import graph_file
from engine.exit_codes import ExitCode, UsageError
from engine.printable import printable
from engine.problems import Place, Problem

EXAMPLES = """\
examples:
  rlflow trust downloaded.json
  rlflow trust mine.json --yes

Code that you trust runs with all that you may do yourself. What is trusted is exactly the text shown, in whatever graph
it stands; a changed letter must be trusted again. The record lies in your own data folder.
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="the graph file")
    parser.add_argument("--yes", action="store_true", help="trust the code shown without asking")


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Show each piece of code that is not trusted yet, and ask."""
    from engine.catalogue import find
    from engine.trust import Trust, untrusted

    trust = Trust()
    unread = untrusted(graph_file.open_graph(arguments.file), find(), trust)
    if not unread:
        sys.stdout.write("There is no Python in this graph that you have not trusted.\n")
    for piece in unread:
        sys.stdout.write(f"{piece.node}.{piece.field}:\n\n{textwrap.indent(printable(piece.text), '    ')}\n")
        if not (arguments.yes or _asked()):
            sys.stdout.write("Not trusted; the graph will not run.\n")
            return ExitCode.INVALID
        trust.give(piece.text)
        sys.stdout.write("Trusted.\n")
    return ExitCode.OK


def _asked() -> bool:
    if not sys.stdin.isatty():
        hint = "look at it, then add --yes"
        raise UsageError(Problem(Place(field="--yes"), "nobody is there to ask whether to trust this", hint))
    return input("Trust exactly this code? [y/N] ").strip().lower() in ("y", "yes")
