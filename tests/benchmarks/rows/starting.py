"""From a click on Run to the first sample: the engine as the studio starts it, cold and warm."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from engine.document import write
from engine.events import Quit, StartRun, to_line
from tests.benchmarks import graphs
from tests.benchmarks.line import Effort, Line

ROOT = Path(__file__).parents[3]
GRAPH = "ppo_cartpole"
STOP = {"seconds": 0.6}


def measure(effort: Effort) -> Iterator[Line]:
    """Start the engine some times, each time with a run that waits for it already and then another one."""
    colds, warms = [], []
    for _ in range(effort.pairs - 2):
        with tempfile.TemporaryDirectory() as place, engine() as child:
            clicked = time.monotonic()
            colds.append(first_sample(child, Path(place, "cold")) - clicked)
            wait_for(child, "run_ended")
            for number in range(3):
                clicked = time.monotonic()
                warms.append(first_sample(child, Path(place, f"warm-{number}")) - clicked)
                wait_for(child, "run_ended")
    goal = "the goal (Ray alone: 5.2 s)"
    yield Line("click Run to first sample, engine cold", "s", tuple(colds), (7.0,), goal, 1.0, fewer_is_better=True)
    goal = "the goal (Ray alone: 0.15 s)"
    yield Line("click Run to first sample, engine warm", "s", tuple(warms), (0.5,), goal, 1.0, fewer_is_better=True)


@contextlib.contextmanager
def engine() -> Iterator[subprocess.Popen[bytes]]:
    """Give the engine's process as the studio starts it, at once."""
    command = [sys.executable, "-m", "engine", "serve"]
    pipe, silent = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, stderr=silent) as child:
        yield child
        assert child.stdin is not None
        child.stdin.write(to_line(Quit()))
        child.stdin.close()


def first_sample(child: subprocess.Popen[bytes], folder: Path) -> float:
    """Start a run; return when its first sample came, in monotonic seconds: a run's clock starts with that."""
    assert child.stdin is not None
    graph = write(graphs.saved(GRAPH))
    child.stdin.write(to_line(StartRun(graph=graph, seed=1, stop=STOP, out=str(folder))))
    child.stdin.flush()
    told = wait_for(child, "telemetry", having="env_steps")
    return time.monotonic() - float(told["seconds"])


def wait_for(child: subprocess.Popen[bytes], wanted: str, having: str = "type") -> dict[str, Any]:
    """Read events until one of the wanted type comes that has a value for `having`; return it.

    Raises:
        RuntimeError: the engine ended, or refused, before that.
    """
    assert child.stdout is not None
    for line in child.stdout:
        event: dict[str, Any] = json.loads(line)
        if event["type"] == wanted and event.get(having):
            return event
        if event["type"] == "refused":
            break
    raise RuntimeError(f"the engine did not tell {wanted}")
