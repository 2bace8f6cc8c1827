"""Checkpoint sets one off each time enough env steps of the whole run have gone by."""

from __future__ import annotations

from engine.operators.report.checkpoint import Checkpoint
from tests.engine.operators.pieces import TinyRun, result


def test_one_is_written_each_time_a_thousand_steps_have_gone_by() -> None:
    operator, run = Checkpoint("checkpoint_1", {"every": 1000}), TinyRun()
    operator.provide(run)
    passed = []
    for steps in (512, 1024, 1536, 2048, 2560):
        run.counters.env_steps = steps
        passed += operator.each(result())
    assert run.checkpoints == [1024, 2048]
    assert len(passed) == 5
