"""Checkpoint sets one off each time enough env steps of the whole run have gone by."""

from __future__ import annotations

from engine.operators.report.checkpoint import Checkpoint
from tests.engine.operators.pieces import TinyRun, result, through


def test_one_is_written_each_time_a_thousand_steps_have_gone_by() -> None:
    operator, run = Checkpoint("checkpoint_1", {"every": 1000}), TinyRun()
    operator.provide(run)
    passed = []
    for steps in (512, 1024, 1536, 2048, 2560):
        run.counters.env_steps = steps
        passed += operator.each(result())
    assert run.checkpoints == [1024, 2048]
    assert len(passed) == 5


def test_what_is_done_now_and_then_does_not_drift() -> None:
    """Batches of 2,048 env steps pass each multiple of 50,000 a little late, and 150,000 all the same."""
    operator, run = Checkpoint("checkpoint_1", {"every": 50_000}), TinyRun()
    operator.provide(run)
    for env_steps in range(2048, 151_553, 2048):
        run.counters.env_steps = env_steps
        through(operator, result())
    assert run.checkpoints == [51_200, 100_352, 151_552]
