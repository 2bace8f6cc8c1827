"""`--seeds 1..5`: the same graph once with each seed, one run after the other, and what the runs have in common."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, Protocol

from engine.commands import training
from engine.commands.training import Output
from engine.comparing import recipe
from engine.document import Document
from engine.exit_codes import ExitCode
from engine.over_seeds import MIDDLES, SURE, interval
from engine.problems import FlowError
from engine.run_rows import RunRow, row_of
from engine.runs import RunFolder
from engine.seed_list import seeds_in

if TYPE_CHECKING:
    from engine.site import Site

HELP: Final = "run once with each of these seeds, such as 1..5 or 1,3,7, one after the other"


class Arguments(Protocol):
    """What arguments can be declared on: a parser or a group of it."""

    def add_argument(self, *names: str, **about: Any) -> argparse.Action:
        """Declare one."""


def add(parser: Arguments) -> None:
    """Declare `--seeds`."""
    parser.add_argument("--seeds", metavar="A..B", type=_seeds, help=HELP)


def run_each(
    document: Document,
    seeds: Sequence[int],
    folder_for: Callable[[Document], RunFolder],
    output: Output,
    site: Site | None = None,
) -> ExitCode:
    """Run the graph once with each seed, here or at `site`, and tell what the runs have in common.

    A run that fails does not keep the others from running; Ctrl-C ends them all. Returned is the first code that tells
    of a run which did not finish.
    """
    codes, folders = [ExitCode.OK], []
    for number, seed in enumerate(seeds, 1):
        one = document.model_copy(update={"run": document.run.model_copy(update={"seed": seed})})
        folders.append(folder_for(one))
        output.say(f"Run {number} of {len(seeds)}, seed {seed}.")
        codes.append(training.run(one, folders[-1], output, site=site))
        if codes[-1] is ExitCode.INTERRUPTED:
            break
    tell_middles((row_of(folder.path) for folder in folders), output.tell)
    return next((code for code in codes if code is not ExitCode.OK), ExitCode.OK)


def tell_middles(rows: Iterable[RunRow], say: Callable[[str], object]) -> None:
    """Tell median and interquartile mean of the last returns of each graph that ran with two seeds or more."""
    for title, returns in _groups(rows):
        say(f"{title}: {len(returns)} runs, mean return of the last 100 episodes at their end")
        for middle, name in MIDDLES.items():
            centre, low, high = (f"{float(value):.4g}" for value in interval(returns, middle))
            say(f"  {name.lower() if name == 'Median' else name} {centre}, {SURE:.0%} interval {low} to {high}")


def _groups(rows: Iterable[RunRow]) -> list[tuple[str, Sequence[float]]]:
    returns: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        if row.last is not None:
            returns[row.title, _recipe(row)].append(row.last)
    return [(title, found) for (title, _), found in returns.items() if len(found) > 1]


def _recipe(row: RunRow) -> str:
    try:
        return recipe(RunFolder.open(row.folder).document())
    except FlowError:  # its graph cannot be read any more: it is like no other
        return str(row.folder)


def _seeds(text: str) -> tuple[int, ...]:
    try:
        return seeds_in(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
