"""`rlflow gallery`: lists the saved graphs that come with the program."""

from __future__ import annotations

import argparse
import sys
import textwrap

from engine import gallery
from engine.commands import json_line
from engine.document import Document, load
from engine.exit_codes import ExitCode

EXAMPLES = """\
examples:
  rlflow gallery
  rlflow new my.json --from a3c_cartpole

Each is a file in saved_graphs/: run it as it is, or start your own from it with rlflow new.
"""
WIDTH = 100


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--json", action="store_true", help="print name, title, description and size of each as JSON")


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Print the saved graphs."""
    graphs = {name: load(gallery.path(name)) for name in gallery.names()}
    if arguments.json:
        json_line.write([{"name": name, **_facts(graph)} for name, graph in graphs.items()])
    else:
        sys.stdout.writelines(_entry(name, graph) for name, graph in graphs.items())
    return ExitCode.OK


def _facts(graph: Document) -> dict[str, str | int]:
    size = {"nodes": len(graph.nodes), "edges": len(graph.edges)}
    return {"title": graph.title, "description": graph.description, **size}


def _entry(name: str, graph: Document) -> str:
    words = textwrap.fill(graph.description, WIDTH, initial_indent="  ", subsequent_indent="  ")
    return f"{name}: {graph.title} ({len(graph.nodes)} nodes, {len(graph.edges)} wires)\n{words}\n"
