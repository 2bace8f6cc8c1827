"""The saved DD-PPO graph learns what it promises: the file as it is, only the seed differs.

It must hold a mean return of 475 over the last 100 episodes at the end of its budget of 150,000 env steps. When the
file was tuned, seeds 1, 2 and 3 all ended with 500, and held that from 100,000 steps on.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.learning.training import run

pytestmark = [pytest.mark.slow, pytest.mark.ray]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_cartpole_is_learned_by_copies_that_learn_in_step(seed: int, tmp_path: Path) -> None:
    summary = run("ddppo_cartpole.json", seed, tmp_path / "run")
    assert summary["status"] == "finished"
    assert summary["env_steps"] <= 152_000
    assert summary["return_mean_100"] >= 475
