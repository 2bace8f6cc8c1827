"""What `run` and `resume` share: a run shown in the terminal from its start to its figures."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO, cast

from rich.console import Console

from engine.checkpoints import Saved
from engine.commands import json_line
from engine.commands.outlet import Outlet
from engine.document import Document
from engine.events import RunEnded, RunStatus
from engine.exit_codes import ExitCode
from engine.interruption import Interruption
from engine.printable import printable
from engine.problems import FlowError, Problem
from engine.progress import Progress
from engine.runs import RunFolder
from engine.terminal import display, short
from engine.text_plot import draw

if TYPE_CHECKING:
    from engine.site import Site

WIDEST_PLOT: Final = 100  # columns
CODES: Final[Mapping[RunStatus, ExitCode]] = {
    "finished": ExitCode.OK,
    "stopped": ExitCode.INTERRUPTED,
    "interrupted": ExitCode.INTERRUPTED,
    "failed": ExitCode.FAILED,
}


def add_output(parser: argparse.ArgumentParser) -> None:
    """Declare how much is printed, and where."""
    parser.add_argument("--json", action="store_true", help="end with one line of JSON; progress to standard error")
    talk = parser.add_mutually_exclusive_group()
    talk.add_argument("-q", "--quiet", action="store_true", help="print only how the run ended")
    talk.add_argument("-v", "--verbose", action="store_true", help="print node states, checkpoints and information too")


class Output:
    """Where a run's words go: standard output, or standard error when standard output is for JSON."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        self.json: bool = arguments.json
        self.verbosity = arguments.verbose - arguments.quiet
        stream = Outlet(sys.stderr if arguments.json else sys.stdout)
        self.console = Console(file=cast("TextIO", stream), highlight=False)

    def say(self, text: str) -> None:
        """Print a line, unless asked to be quiet."""
        if self.verbosity >= 0:
            self.tell(text)

    def tell(self, text: str) -> None:
        """Print a line, quiet or not."""
        self.console.print(printable(text), markup=False, soft_wrap=True)


def run(
    document: Document, folder: RunFolder, output: Output, resume: Saved | None = None, site: Site | None = None
) -> ExitCode:
    """Run the graph, here or at `site`, show it while it runs, and say how it ended.

    Raises:
        MissingDependency: Ray is needed and does not start.
    """
    # Imported here, so that the line above it is printed before numpy and torch come in.
    from engine import relaying, session

    output.say(f"Seed {document.run.seed}; {_until(document)}. Recording in {nearby(folder.path)}")
    output.say("Starting; Ray takes some seconds.")
    run_graph = session.run_graph if site is None else partial(relaying.run_graph, cluster=site)
    progress = Progress(document.title, document.run.seed, document.run.stop)
    with Interruption() as interruption:
        with display(output.console, progress, output.verbosity) as shown:
            ended = run_graph(
                document,
                folder=folder,
                seed=document.run.seed,
                stop=document.run.stop,
                tell=shown.take,
                commands=interruption,
                resume=resume,
            )
        _tell_end(ended, folder, output, f" --address {site.at}" if site else "")
    return CODES[ended.status]


def nearby(path: Path) -> str:
    """Return a path as one types it here: relative to the current folder if it lies below."""
    return os.path.relpath(path) if path.is_relative_to(Path.cwd()) else str(path)


def _until(document: Document) -> str:
    stop = document.run.stop
    return "until " + " or ".join(f"{name} {value:,.10g}" for name, value in stop.items()) if stop else "until stopped"


def _tell_end(ended: RunEnded, folder: RunFolder, output: Output, at: str) -> None:
    if output.verbosity >= 0:
        _tell_curve(folder, output)
    for problem in ended.problems:
        output.tell(f"error: {Problem.from_json(dict(problem))}")
    output.tell(_sentence(ended.status, ended.summary))
    where = nearby(folder.path)
    output.say(f"Run folder:   {where}\nReward curve: {os.path.join(where, 'reward_curve.png')}")
    if ended.status == "failed":
        output.say(f"Log:          rlflow runs show {where} --log")
    if ended.status == "stopped" and folder.finished_checkpoints():
        output.say(f"Go on with:   rlflow resume {where}{at}")
    if output.json:
        json_line.write(dict(ended.summary) | {"problems": list(ended.problems)})


def _tell_curve(folder: RunFolder, output: Output) -> None:
    try:
        curve = folder.curve()
    except FlowError:  # the run's own problem is told instead
        return
    if plot := draw(curve, min(WIDEST_PLOT, shutil.get_terminal_size().columns)):
        output.tell(plot)


def _sentence(status: str, figures: Any) -> str:
    """Return how the run ended, in figures."""
    best = f" (best {short(figures['best_return_mean_100'])})" if figures["best_return_mean_100"] is not None else ""
    return (
        f"{status.capitalize()} after {figures['seconds']:.1f} s: env steps {figures['env_steps']:,} "
        f"({figures['env_steps_per_s']:,.0f} a second), updates {figures['updates']:,}, "
        f"episodes {figures['episodes']:,}, mean return of the last 100 {short(figures['return_mean_100'])}{best}."
    )
