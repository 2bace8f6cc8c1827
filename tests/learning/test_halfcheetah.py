"""PPO on HalfCheetah-v5 beside published results at the same budget of a million env steps.

CleanRL's `ppo_continuous_action.py`, whose hyperparameters and normalisation the graph shares, reports 1442.64 ± 46.03
(HalfCheetah-v4; https://docs.cleanrl.dev/rl-algorithms/ppo/) and, earlier, 1822.82 ± 928.11 (HalfCheetah-v2). RL
Baselines3 Zoo, with tuned hyperparameters and the most likely actions, reports 5819.10 ± 663.53 (HalfCheetah-v3, one
run; its benchmark.md). `curves/` holds our own curve. A run takes 3 to 7 minutes on two cores.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.learning.training import run

pytestmark = [pytest.mark.slow, pytest.mark.ray]

PUBLISHED = 1442.64  # CleanRL


@pytest.mark.parametrize("seed", [1])
def test_it_does_not_stay_below_the_published_return(seed: int, tmp_path: Path) -> None:
    summary = run("ppo_halfcheetah.json", seed, tmp_path / "run")
    assert summary["env_steps"] <= 1_002_000
    assert summary["return_mean_100"] >= PUBLISHED
