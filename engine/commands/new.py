"""`rlflow new`: starts a graph file, empty or as a copy of a saved graph."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from engine import gallery
from engine.document import Document, load, save
from engine.exit_codes import ExitCode, UsageError
from engine.problems import Place, Problem, nearest

EXAMPLES = """\
examples:
  rlflow new my.json --from ppo_cartpole
  rlflow new empty.json

A file that exists is left alone unless --force is given.
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="the graph file to make")
    known = ", ".join(gallery.names())
    parser.add_argument("--from", dest="source", metavar="NAME", help=f"start as a copy of a saved graph: {known}")
    parser.add_argument("--force", action="store_true", help="replace the file if it exists")


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Write the file."""
    file = Path(arguments.file)
    if file.exists() and not arguments.force:
        raise UsageError(Problem(Place(file=str(file)), "the file exists", "name another, or replace it with --force"))
    if not file.parent.is_dir():
        raise UsageError(Problem(Place(file=str(file)), f"there is no folder {str(file.parent)!r}", "make it first"))
    save(_start(arguments.source, file), file)
    sys.stdout.write(f"Made {file}. Draw it with: rlflow open {file}   Run it with: rlflow run {file}\n")
    return ExitCode.OK


def _start(source: str | None, file: Path) -> Document:
    if source is None:
        return Document(title=file.stem.replace("_", " "))
    try:
        return load(gallery.path(source))
    except KeyError:
        hint = nearest(source, gallery.names()) or f"the saved graphs are {', '.join(gallery.names())}"
        raise UsageError(Problem(Place(field="--from"), f"there is no saved graph {source!r}", hint)) from None
