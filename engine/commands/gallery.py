"""`rlflow gallery`: lists the saved graphs that come with the program."""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator
from typing import Any

from engine import gallery
from engine.catalogue import find
from engine.commands import json_line
from engine.exit_codes import ExitCode
from engine.gallery import Entry

EXAMPLES = """\
examples:
  rlflow gallery
  rlflow new my.json --from a3c_cartpole

Each is a file in saved_graphs/: run it as it is, or start your own from it with rlflow new.
"""
WIDTH = 100


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print what is told of each as a JSON list")
    form.add_argument("--markdown", action="store_true", help="print the table that the README holds")


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Print the saved graphs."""
    if arguments.markdown:
        sys.stdout.write(gallery.as_markdown(find()))
    elif arguments.json:
        json_line.write([_facts(entry) for entry in gallery.entries()])
    else:
        sys.stdout.write("\n\n".join("\n".join(_told(entry)) for entry in gallery.entries()) + "\n")
    return ExitCode.OK


def _facts(entry: Entry) -> dict[str, Any]:
    graph = entry.document
    return {
        "name": entry.name,
        "title": graph.title,
        "description": graph.description,
        **graph.about.model_dump(mode="json"),
        "nodes": len(graph.nodes),
        "edges": len(graph.edges),
    }


def _told(entry: Entry) -> Iterator[str]:
    graph = entry.document
    yield f"{entry.name}: {graph.title} ({entry.size})"
    about = {"": graph.description, "Look at: ": graph.about.look_at, "Paper: ": str(graph.about.paper)}
    for label, text in about.items():
        if text:
            yield textwrap.fill(label + text, WIDTH, initial_indent="  ", subsequent_indent="  ")
