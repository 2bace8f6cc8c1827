"""What a run counts: the running mean of returns, and what a checkpoint keeps of it."""

from __future__ import annotations

from engine.counters import WINDOW, Counters
from engine.kinds import Episode


def episodes(*returns: float) -> list[Episode]:
    return [Episode(each, 10) for each in returns]


def test_the_mean_is_of_the_newest_episodes_and_the_best_of_full_windows() -> None:
    counters = Counters()
    counters.finished(episodes(9.0))
    assert (counters.return_mean_100, counters.best_mean) == (9.0, None)
    counters.finished(episodes(*[1.0] * WINDOW))
    assert (counters.return_mean_100, counters.best_mean) == (1.0, (9 + WINDOW - 1) / WINDOW)


def test_restored_counters_go_on_as_if_never_stopped() -> None:
    counters, restored = Counters(env_steps=30), Counters()
    counters.finished(episodes(2.0, 4.0))
    restored.restore(counters.state())
    for each in (counters, restored):
        each.finished(episodes(6.0))
    assert restored == counters
    assert restored.return_mean_100 == 4.0


def test_checkpoints_from_when_lengths_were_kept_too_are_read() -> None:
    restored = Counters()
    restored.restore(Counters().state() | {"recent": [[2.0, 10], [4.0, 10]]})
    assert restored.return_mean_100 == 3.0
