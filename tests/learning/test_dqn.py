"""The saved graphs of the DQN family learn what they promise and keep it: the files as they are, only the seed differs.

Mean return of the last 100 episodes at the end of the file's own budget. A run takes 15 to 90 seconds on two cores.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.learning.training import run

pytestmark = [pytest.mark.slow, pytest.mark.ray]
SEEDS = pytest.mark.parametrize("seed", [1, 2, 3])


@SEEDS
@pytest.mark.parametrize("graph", ["simple_q", "dqn", "dqn_rainbow", "apex_dqn"])
def test_cartpole_is_learned_and_stays_learned(graph: str, seed: int, tmp_path: Path) -> None:
    summary = run(f"{graph}_cartpole.json", seed, tmp_path / "run")
    assert summary["status"] == "finished"
    assert summary["return_mean_100"] >= 450


@SEEDS
def test_what_is_hidden_is_remembered(seed: int, tmp_path: Path) -> None:
    """200,000 env steps. Seeds 1 to 3 ended at 467, 500 and 350; with other kernels of the processor 452, 500, 486."""
    assert run("r2d2_cartpole.json", seed, tmp_path / "run")["return_mean_100"] >= 300


@SEEDS
def test_without_a_memory_the_same_graph_stays_far_below(seed: int, tmp_path: Path) -> None:
    summary = run("r2d2_cartpole.json", seed, tmp_path / "run", "--set", "policy_1.recurrent=none")
    assert summary["best_return_mean_100"] < 150
