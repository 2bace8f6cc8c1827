"""The saved graphs of the policy gradient family learn what they promise: the files as they are, only the seed differs.

Each must hold a mean return of 450 over the last 100 episodes at the end of its own budget of 500,000 env steps. A run
takes 5 to 30 seconds on two cores. Seeds 1, 2 and 3 ended with, when the files were tuned:

    pg_cartpole               487  486  491
    a2c_cartpole              495  500  492
    a2c_microbatch_cartpole   500  500  495
    a3c_cartpole              496  500  491   (asynchronous: other numbers each time)

Rewards are scaled by 0.1: unscaled, the critic's gradient is so much longer than the actor's that clipping leaves
little of the latter, and A2C forgot in the end (seed 3: 195).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.learning.training import run

pytestmark = [pytest.mark.slow, pytest.mark.ray]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("graph", ["pg", "a2c", "a2c_microbatch", "a3c"])
def test_cartpole_is_learned_within_500_000_steps_and_stays_learned(graph: str, seed: int, tmp_path: Path) -> None:
    summary = run(f"{graph}_cartpole.json", seed, tmp_path / "run")
    assert summary["status"] == "finished"
    assert summary["env_steps"] <= 505_000
    assert summary["return_mean_100"] >= 450
