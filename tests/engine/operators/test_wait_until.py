"""Wait Until drops items until the run has sampled enough."""

from __future__ import annotations

from types import SimpleNamespace

from engine.counters import Counters
from engine.kinds import Item
from engine.operators.flow.wait_until import WaitUntil
from tests.engine.operators.pieces import through


def test_items_pass_once_the_run_has_sampled_enough_whatever_they_stand_for() -> None:
    run = SimpleNamespace(counters=Counters())
    operator = WaitUntil("wait_1", {"env_steps": 100})
    operator.provide(run)
    run.counters.env_steps = 99
    assert through(operator, Item("early", env_steps=1000)) == []
    run.counters.env_steps = 100
    assert [item.value for item in through(operator, Item("late"))] == ["late"]
