"""DQN and Ape-X DQN learn to play Up N Down from pixels, on processors alone: the saved graphs as they are.

A player that chooses at random, behind the same wrappers, returns 471 a game (200 games, standard error 34). An env
step is four frames of the game. The last 20 games of seeds 1, 2 and 3 returned in the mean (standard error)

- with DQN after 60,000 env steps: 1578 (178), 1155 (199), 2370 (261); 14,595 updates of 32 rows, 11 minutes on one core
  of a busy machine. After half of them seed 3 was still at 592 (110): no better than chance;
- with Ape-X, asynchronous and never twice the same, after 30,000: 1416 (187), 1150 (167), 979 (136); 7,200 updates,
  17 to 20 minutes on two cores that others used as much. With a learner's queue of 4 the drawing's replay ratio of 8
  was 4, and seed 3 ended at 812 (113).

The buffer announces 7,712.5 bytes for a transition of four stacked frames: 7.7 GB for a million.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.runs import RunFolder
from tests.learning.training import run

pytestmark = [pytest.mark.slow, pytest.mark.ray]

RANDOM = 471  # mean return of a game; the mean of 20 such games stays below 700 in 49 of 50 cases


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("graph", ["dqn", "apex"])
def test_up_n_down_is_played_far_better_than_at_random(graph: str, seed: int, tmp_path: Path) -> None:
    summary = run(f"{graph}_upndown.json", seed, tmp_path / "run", minutes=60)
    assert summary["status"] == "finished"
    assert np.mean(RunFolder.open(tmp_path / "run").curve().returns[-20:]) >= RANDOM + 230
