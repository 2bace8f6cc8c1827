"""`rlflow serve`: the engine as the studio's child process; people have no need of it."""

from __future__ import annotations

import argparse

from engine.commands import target

EXAMPLES = "Commands come as JSON lines on standard input, events go as JSON lines to standard output.\n"


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    target.add(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Serve until standard input ends."""
    from engine.serving import main

    return main(arguments.address)
