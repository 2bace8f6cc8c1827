"""Update Target Network moves the target every so many units, and passes every item on."""

from __future__ import annotations

from typing import Any

import pytest

from engine.operators.learning.update_target_network import UpdateTargetNetwork
from tests.engine.operators.pieces import TinyPolicy, TinyRun, result


class Targeted(TinyPolicy):
    """Remembers by how much its target was moved."""

    def __init__(self) -> None:
        super().__init__()
        self.shares: list[float] = []

    def update_target(self, share: float) -> None:
        self.shares.append(share)


def ready(**params: Any) -> tuple[UpdateTargetNetwork, Targeted, TinyRun]:
    operator, policy, run = UpdateTargetNetwork("target_1", params), Targeted(), TinyRun()
    operator.provide(run, policy=policy)
    return operator, policy, run


def updates_at(operator: UpdateTargetNetwork, policy: Targeted, run: TinyRun, unit: str, *counts: int) -> list[int]:
    """At which of these counts an item brings an update; every item is passed on."""
    at = []
    for count in counts:
        setattr(run.counters, unit, count)
        before, item = len(policy.shares), result()
        assert list(operator.each(item)) == [item]
        at += [count] * (len(policy.shares) - before)
    return at


@pytest.mark.parametrize("unit", ["updates", "env_steps", "trained_steps"])
def test_once_whenever_enough_was_counted(unit: str) -> None:
    operator, policy, run = ready(unit=unit, every=500)
    assert updates_at(operator, policy, run, unit, 0, 300, 500, 600, 999, 1700, 1800, 2200) == [500, 1700, 2200]
    assert policy.shares == [1.0, 1.0, 1.0]


def test_what_comes_late_does_not_put_off_what_follows() -> None:
    operator, policy, run = ready(unit="env_steps", every=500)
    assert updates_at(operator, policy, run, "env_steps", 510, 990, 1005, 1490, 1502) == [510, 1005, 1502]


def test_only_its_own_unit_counts() -> None:
    operator, policy, run = ready(unit="updates", every=2)
    assert updates_at(operator, policy, run, "env_steps", 100, 200, 300) == []


def test_every_update_follows_by_its_share() -> None:
    operator, policy, run = ready(share=0.005)
    assert updates_at(operator, policy, run, "updates", 1, 2, 3) == [1, 2, 3]
    assert policy.shares == [0.005] * 3


def test_a_resumed_run_keeps_the_rhythm() -> None:
    operator, policy, run = ready(unit="env_steps", every=500)
    assert updates_at(operator, policy, run, "env_steps", 700) == [700]
    other, policy, run = ready(unit="env_steps", every=500)
    other.restore(operator.state())
    assert updates_at(other, policy, run, "env_steps", 900, 1100, 1200) == [1100]


def test_a_policy_without_a_target_says_so() -> None:
    operator, run = UpdateTargetNetwork("target_1"), TinyRun()
    operator.provide(run, policy=TinyPolicy())
    run.counters.updates = 1
    with pytest.raises(ValueError, match="no target network"):
        operator.each(result())
