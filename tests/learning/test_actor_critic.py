"""The saved A2C and A3C graphs learn what they promise: the files as they are, only the seed differs.

Mean return of the last 100 episodes of 450 or more within the file's own 500,000 env steps. A run takes 15 to 40
seconds on two cores.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.learning.training import run

pytestmark = [pytest.mark.slow, pytest.mark.ray]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("graph", ["a2c_cartpole.json", "a3c_cartpole.json"])
def test_cartpole_is_learned_within_500_000_steps(graph: str, seed: int, tmp_path: Path) -> None:
    summary = run(graph, seed, tmp_path / "run")
    assert summary["status"] == "finished"
    assert summary["best_return_mean_100"] >= 450
