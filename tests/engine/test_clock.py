"""A run's time: what counts, and what does not."""

from __future__ import annotations

import time

import pytest

from engine.clock import Clock


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time that a monotonic clock would show, to be moved by hand."""
    times = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: times[0])
    return times


def test_seconds_count_from_the_first_start_and_not_while_it_stands(now: list[float]) -> None:
    clock = Clock()
    assert clock.seconds == 0
    clock.start()
    now[0] += 2
    clock.stop()
    now[0] += 10
    clock.start()
    now[0] += 3
    assert clock.seconds == 5


def test_a_second_start_changes_nothing_and_earlier_legs_are_added(now: list[float]) -> None:
    clock = Clock()
    clock.spent = 7.0
    clock.start()
    now[0] += 1
    clock.start()
    assert clock.seconds == 8
