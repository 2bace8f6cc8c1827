"""`rlflow run`: trains what a graph says, in this terminal."""

from __future__ import annotations

import argparse
import os
from functools import partial

from engine.commands import graph_file, seeds, target, training
from engine.document import Document, RunSettings
from engine.exit_codes import ExitCode, UsageError
from engine.machine import Machine
from engine.problems import InvalidGraph, RunFolderError, errors_among
from engine.runs import RunFolder

EXAMPLES = """\
examples:
  rlflow run saved_graphs/ppo_cartpole.json
  rlflow run saved_graphs/ppo_cartpole.json --set train_1.epochs=8 --seed 1
  rlflow run my.json --stop env_steps=200000 --stop return_mean_100=475 --out results/first
  rlflow run my.json --seeds 1..5 --out results/five
  rlflow run my.json --json 2>progress.txt | tail -n 1
  rlflow run my.json --address 192.168.1.20:6379

The graph's own stop conditions hold too; --stop env_steps=none takes one out. With --json the last line of standard
output is one JSON object with the figures of the run, and progress goes to standard error. With --seeds there is a run
for each seed, one after the other (in DIR/seed-1 and so on), and then what their returns have in common.
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("file", metavar="FILE", help="the graph file")
    parser.add_argument(
        "--set",
        metavar="NODE.PARAM=VALUE",
        action="append",
        default=[],
        help="set a parameter for this run; the file stays as it is (may be repeated)",
    )
    seeding = parser.add_mutually_exclusive_group()
    seeding.add_argument("--seed", metavar="N", type=_seed, help="seed of everything random (default: the graph's)")
    seeds.add(seeding)
    parser.add_argument("--out", metavar="DIR", help="the run's folder, new or empty (default: a new one in runs/)")
    graph_file.add_stop(parser)
    target.add(parser)
    training.add_output(parser)


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Read, check and run the graph."""
    document = graph_file.open_graph(arguments.file)
    output = training.Output(arguments)
    output.say(f"Running {document.title or arguments.file}.")
    document = _as_wished(document, arguments)
    with target.joined(arguments, output.say) as site:
        _refuse_errors(document, arguments.file, target.machine_of(site), output)
        if arguments.seeds is not None:
            folder_for = partial(_seeds_folder, out=arguments.out)
            return seeds.run_each(document, arguments.seeds, folder_for, output, site)
        return training.run(document, _new_folder(document, arguments.out), output, site=site)


def _as_wished(document: Document, arguments: argparse.Namespace) -> Document:
    from engine.catalogue import find

    document = graph_file.with_params(document, arguments.set, find())
    seed = document.run.seed if arguments.seed is None else arguments.seed
    stop = graph_file.stop_conditions(arguments.stop, document.run.stop)
    return document.model_copy(update={"run": RunSettings(seed=seed, stop=stop)})


def _refuse_errors(document: Document, file: str, machine: Machine, output: training.Output) -> None:
    from engine.catalogue import find
    from engine.checking import check
    from engine.trust import problem, untrusted

    problems = [found.in_file(file) for found in check(document)]
    unfit = [found.in_file(file) for found in errors_among(check(document, target=machine))]
    unread = [problem(piece, file).in_file(file) for piece in untrusted(document, find())]
    if errors := (*unfit, *unread):
        raise InvalidGraph(*errors)
    for warning in problems:  # how actors crowd a machine is told by the start
        output.say(f"warning: {warning}")


def _new_folder(document: Document, out: str | None) -> RunFolder:
    try:
        if out is None:
            return RunFolder.create_below("runs", document, document.run.seed)
        return RunFolder.create(out, document, document.run.seed)
    except RunFolderError as error:
        raise UsageError(*error.problems) from None


def _seeds_folder(document: Document, out: str | None) -> RunFolder:
    return _new_folder(document, out and os.path.join(out, f"seed-{document.run.seed}"))


def _seed(text: str) -> int:
    if not (text.isdecimal() and int(text) < 2**32):
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 to {2**32 - 1}, not {text!r}")
    return int(text)
