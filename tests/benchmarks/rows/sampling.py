"""Sampling alone: two workers of 8 environments, with actions at random and with a network."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks import graphs, ours
from tests.benchmarks.limits import worker
from tests.benchmarks.line import Effort, Line, in_turn
from tests.benchmarks.peers.figures import against

LIMIT = "two Ray actors written by hand, list of environments"


def measure(effort: Effort) -> Iterator[Line]:
    """Measure both, and Gymnasium's own vectorised environments beside the list."""
    with ours.ray() as cluster:
        drawn, limit = in_turn(effort, ours.speed(graphs.sampling(False), cluster), worker.sampling(acting=False))
        yield Line("sampling, actions at random, 2 × 8", "env steps/s", drawn, limit, LIMIT, 0.9)
        yield from against("RLlib Flow, sampling", "sampling, actions at random, 2 × 8", drawn, 10)
        acted, limit = in_turn(effort, ours.speed(graphs.sampling(True), cluster), worker.sampling(acting=True))
        what = "sampling, the network acts, advantages on the worker, 2 × 8"
        yield Line(what, "env steps/s", acted, limit, f"{LIMIT}, network in numpy", 0.9)
