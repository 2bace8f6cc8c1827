"""The saved graphs of several agents learn: the files as they are, only the seed differs.

What is asked of each policy is the mean return of the last 100 episodes of its own agents, or how often it beats a
player that moves at random.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from engine.event_log import read_events
from engine.events import MetricsReported
from engine.runs import RunFolder
from tests.learning.training import run

pytestmark = [pytest.mark.slow, pytest.mark.ray]


def last_told(folder: Path) -> Mapping[str, float]:
    """The newest value of every metric that the run reported."""
    told: dict[str, float] = {}
    for event in read_events(folder, only=("metrics_reported",)):
        assert isinstance(event, MetricsReported)
        told |= event.values
    return told


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_algorithms_learn_from_one_stream_of_rollouts(seed: int, tmp_path: Path) -> None:
    """120,000 env steps of four agents, two by PPO, two by DQN. Seeds 1 to 3 ended at 500 each, and 466, 464, 500."""
    assert run("ppo_and_dqn_cartpole.json", seed, tmp_path / "run")["status"] == "finished"
    told = last_told(tmp_path / "run")
    assert told["return_mean_100/ppo_1"] >= 400
    assert told["return_mean_100/dqn_1"] >= 400


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_policy_that_plays_itself_beats_a_player_that_moves_at_random(seed: int, tmp_path: Path) -> None:
    """130,000 moves of Connect Four; 400 games tell the rate to within 0.03. Seeds 1 to 3 won 0.91, 0.94 and 0.94."""
    assert run("self_play_connect_four.json", seed, tmp_path / "run")["status"] == "finished"
    assert last_told(tmp_path / "run")["win_rate"] >= 0.9


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_agents_who_share_a_policy_kill_ever_more_zombies(seed: int, tmp_path: Path) -> None:
    """60,000 env steps: the last 100 episodes return twice what the first 100 do.

    Seeds 1 to 3 began with 2.2, 1.6 and 1.9 zombies an episode, and ended with 7.2, 4.6 and 7.0.
    """
    summary = run("parameter_sharing_zombies.json", seed, tmp_path / "run")
    assert summary["status"] == "finished"
    returns = RunFolder.open(tmp_path / "run").curve().returns
    assert np.mean(returns[-100:]) >= 2 * np.mean(returns[:100])
