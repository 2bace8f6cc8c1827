"""DQN and Ape-X DQN learn to play Up N Down from pixels, on processors alone: the saved graphs as they are.

A player that chooses at random, behind the same wrappers, returns 471 a game (200 games, standard error 34). 30,000 env
steps are 120,000 frames of the game. The last 20 games of seed 1 returned 1456 in the mean with DQN (standard error
208; 7,100 updates of 32 rows; 10 to 15 minutes on one core of a busy machine) and 1343 with Ape-X, which is
asynchronous and gives other numbers each time (3,500 updates; 3 minutes on two cores). The buffer announces 7,712.5
bytes for a transition of four stacked frames: 7.7 GB for a million.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.runs import RunFolder
from tests.learning.training import run

pytestmark = [pytest.mark.slow, pytest.mark.ray]

RANDOM = 471  # mean return of a game; the mean of 20 such games stays below 700 in 49 of 50 cases


@pytest.mark.parametrize("graph", ["dqn", "apex"])
def test_up_n_down_is_played_far_better_than_at_random(graph: str, tmp_path: Path) -> None:
    summary = run(f"{graph}_upndown.json", 1, tmp_path / "run", minutes=60)
    assert summary["status"] == "finished"
    assert np.mean(RunFolder.open(tmp_path / "run").curve().returns[-20:]) >= RANDOM + 230
