"""IMPALA, Ape-X, A2C and A3C on CartPole: two workers of 8 environments. No hand-written limit, but goals."""

from __future__ import annotations

from collections.abc import Iterator

from engine.events import Telemetry
from tests.benchmarks import graphs, ours
from tests.benchmarks.line import Effort, Line

GOAL = "the goal"
APEX_BATCH = 512


def measure(effort: Effort) -> Iterator[Line]:
    """Measure each alone; the fragments of Ape-X are RLlib's, and its learner draws as fast as it can."""
    apex = graphs.saved("apex_dqn_cartpole", rollouts_1={"fragment_length": 50}, replay_1={"ratio": 0.0})
    graph = {
        "IMPALA, 2 × 8, batch 800": (graphs.saved("impala_cartpole"), 40_000),
        "A2C, 2 × 8, fragment 20": (graphs.saved("a2c_cartpole"), 40_000),
        "A3C, 2 × 8, fragment 20": (graphs.saved("a3c_cartpole"), 15_000),
    }
    with ours.ray() as cluster:
        for work, (document, goal) in graph.items():
            rates = tuple(ours.speed(document, cluster)(effort.seconds) for _ in range(effort.pairs))
            yield Line(work, "env steps/s", rates, (goal,), GOAL, 1.0)
        stop = {"seconds": ours.WARM_UP + effort.seconds}
        runs = [ours.run(apex, stop, cluster) for _ in range(effort.pairs)]
    yield Line("Ape-X, 2 × 8, sampled", "env steps/s", tuple(run.rate() for run in runs), (30_000,), GOAL, 1.0)
    trained = tuple(run.rate(rows_trained) for run in runs)
    yield Line("Ape-X, 2 × 8, trained meanwhile", "rows/s", trained, (15_000,), GOAL, 1.0)


def rows_trained(told: Telemetry) -> float:
    """Return how many rows the learner has trained on."""
    return told.updates * APEX_BATCH
