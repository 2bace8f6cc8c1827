"""`rlflow resume`: goes on with a run that was stopped or killed."""

from __future__ import annotations

import argparse

from engine.checkpoints import Saved
from engine.commands import graph_file, target, training
from engine.document import RunSettings
from engine.exit_codes import ExitCode, UsageError
from engine.problems import Place, Problem, RunFolderError
from engine.runs import RunFolder

EXAMPLES = """\
examples:
  rlflow resume runs/ppo-on-cartpole-20260131-094500
  rlflow resume results/first --stop env_steps=400000
  rlflow resume results/first --address 192.168.1.20:6379

The run goes on from its newest whole checkpoint, in the same folder, here or on a cluster. A run writes one every ten
seconds, when it ends or is stopped, and where a Checkpoint node says so.
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("run", metavar="RUN", help="the run's folder")
    graph_file.add_stop(parser)
    target.add(parser)
    training.add_output(parser)


def execute(arguments: argparse.Namespace) -> ExitCode:
    """Read the run's graph and checkpoint and run on from there."""
    folder = _folder(arguments.run)
    output = training.Output(arguments)
    document = folder.document()
    stop = graph_file.stop_conditions(arguments.stop, document.run.stop)
    saved = folder.newest_checkpoint(lambda problem: output.tell(f"warning: {problem}"))
    if saved is None:
        where = training.nearby(folder.path)
        hint = f"start again with: rlflow run {where}/graph.json"
        raise UsageError(Problem(Place(file=where), "this run ended before its first checkpoint", hint))
    _refuse_if_done(saved, stop)
    output.say(f"Resuming {document.title or arguments.run} at {saved.env_steps:,} env steps.")
    run = RunSettings(seed=document.run.seed, stop=stop)
    with target.joined(arguments, output.say) as site:
        return training.run(document.model_copy(update={"run": run}), folder, output, saved, site)


def _folder(path: str) -> RunFolder:
    try:
        return RunFolder.open(path)
    except RunFolderError as error:
        raise UsageError(*error.problems) from None


def _refuse_if_done(saved: Saved, stop: dict[str, float]) -> None:
    limit = stop.get("env_steps")
    if limit is not None and saved.env_steps >= limit:
        what = f"this run has reached its stop condition: env_steps {limit:,.10g}"
        raise UsageError(Problem(Place(), what, f"go further with --stop env_steps={2 * saved.env_steps}"))
