"""The saved PPO graphs learn what they promise: the files as they are, only the seed differs.

Each test states the graph, the seeds, the budget in env steps (the file's own) and the mean return of the last 100
episodes that must be reached within it. A run takes 5 to 30 seconds on two cores.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.learning.training import run

pytestmark = [pytest.mark.slow, pytest.mark.ray]


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 5])
def test_cartpole_is_solved_within_150_000_steps_and_stays_solved(seed: int, tmp_path: Path) -> None:
    summary = run("ppo_cartpole.json", seed, tmp_path / "run")
    assert summary["status"] == "finished"
    assert summary["env_steps"] <= 152_000
    assert summary["best_return_mean_100"] >= 475
    assert summary["return_mean_100"] >= 475


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cartpole_is_solved_with_sampling_and_training_overlapped(seed: int, tmp_path: Path) -> None:
    summary = run("ppo_overlapped_cartpole.json", seed, tmp_path / "run")
    assert summary["env_steps"] <= 152_000
    assert summary["return_mean_100"] >= 475


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pendulum_swings_up_and_stays(seed: int, tmp_path: Path) -> None:
    summary = run("ppo_pendulum.json", seed, tmp_path / "run")
    assert summary["return_mean_100"] >= -250


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_acrobot_reaches_the_bar_within_100_steps(seed: int, tmp_path: Path) -> None:
    summary = run("ppo_acrobot.json", seed, tmp_path / "run")
    assert summary["return_mean_100"] >= -100
