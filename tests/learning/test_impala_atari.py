"""IMPALA learns to play Breakout from pixels: the saved graph, stopped after half of its budget.

A policy that chooses at random, behind the same wrappers, returns 1.42 a game (200 games, standard error 0.10). After
75,000 env steps, 300,000 frames, seed 1 returned 1.88 as the mean of the last 100 training games; it is asynchronous,
so another run gives other numbers. The run took 13 minutes on two cores that many others used, at 98 env steps a
second, with a learner that took both of them and was the bottleneck.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.learning.training import run

RANDOM = 1.42  # mean return of a game; the mean of 100 such games stays below 1.7 in 49 of 50 cases

pytestmark = [pytest.mark.slow, pytest.mark.ray]


def test_breakout_is_played_better_than_at_random_after_75_000_steps(tmp_path: Path) -> None:
    summary = run("impala_breakout.json", 1, tmp_path / "run", "--stop", "env_steps=75000", minutes=30)
    assert summary["status"] == "finished"
    assert summary["return_mean_100"] >= RANDOM + 0.28
    assert list((tmp_path / "run" / "videos").glob("*.mp4"))
