"""Policies that keep to legal actions: acting and learning alike, by hand and by autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engine import tables
from engine.kinds import Batch, MultiAgentEnvironment, View
from engine.operators.setup.dqn_policy import DQNPolicy
from engine.operators.setup.ppo_policy import PPOPolicy
from engine.policies.legal import legal
from tests.engine.operators.pieces import TinyRun

NOUGHTS = MultiAgentEnvironment("classic/tictactoe-v3", "aec")
VIEW = View(NOUGHTS.id, of=NOUGHTS, agents="*")


def policy(**params: Any) -> Any:
    operator = PPOPolicy("policy_1", {"hidden": [16], "entropy_coefficient": 0.1} | params)
    return operator.provide(TinyRun(), environment=VIEW)  # type: ignore[arg-type]  # as much of a run as it needs


def boards(count: int) -> Any:
    """Observations of which half the squares are taken, at random."""
    rng = np.random.default_rng(0)
    obs = np.zeros((count, 27), np.float32)
    for row in obs:
        taken = rng.permutation(9)[:5]
        row[2 * taken] = 1
        row[18:] = 1
        row[18 + taken] = 0
    return obs


def test_illegal_logits_are_lowered_out_of_reach_in_either_library() -> None:
    logits, obs = np.array([[1.0, 2.0]]), np.array([[7.0, 1.0, 0.0]])
    assert legal(logits, obs, 2).tolist() == [[1.0, 2.0 - 1e9]]
    assert legal(torch.tensor(logits), torch.tensor(obs), 2).tolist() == [[1.0, 2.0 - 1e9]]
    assert legal(logits, obs, 0) is logits


def test_every_action_is_legal_and_as_likely_as_it_says() -> None:
    learner, obs = policy(), boards(200)
    acting = learner.blueprint.build()
    acting.load(learner.weights())
    actions, records = acting.act(obs, np.random.default_rng(0))
    assert (obs[np.arange(200), 18 + actions] == 1).all()
    columns = {"obs": obs, "action": actions, **{name: part.copy() for name, part in records.items()}}
    logp = acting.finish(columns)["logp"]
    assert np.exp(logp).mean() == pytest.approx(0.25, abs=0.05)  # four squares are free


@pytest.mark.parametrize("autograd", [False, True])
def test_learning_from_its_own_batch_starts_at_no_divergence(autograd: bool) -> None:
    """The learner's probabilities are the acting part's: else the ratio of the first pass would not be 1."""
    learner, obs = policy(autograd=autograd, learning_rate=1e-9), boards(64)
    acting = learner.blueprint.build()
    acting.load(learner.weights())
    actions, records = acting.act(obs, np.random.default_rng(0))
    rows = acting.finish({"obs": obs, "action": actions, **{name: part.copy() for name, part in records.items()}})
    advantage = np.linspace(-1, 1, 64, dtype=np.float32)
    batch = Batch({**rows, "advantage": advantage, "value_target": rows["value"]})
    metrics = learner.learn(batch, 1, 64, np.random.default_rng(0)).metrics
    assert metrics["kl"] == pytest.approx(0, abs=1e-6)
    assert metrics["entropy"] == pytest.approx(np.log(4), abs=0.01)


def test_policies_that_cannot_keep_to_legal_actions_are_refused() -> None:
    operator = DQNPolicy("policy_1")
    with pytest.raises(ValueError, match="DQN Policy cannot keep to legal actions: use PPO Policy"):
        operator.provide(TinyRun(), environment=VIEW)  # type: ignore[arg-type]  # as much of a run as it needs
    with pytest.raises(ValueError, match="cannot keep to legal actions"):
        policy(recurrent="gru")


def test_the_mask_is_what_the_game_tells() -> None:
    table = tables.make(NOUGHTS)
    table.reset(1)
    (turn,) = table.turns()
    assert turn.obs[18:].tolist() == [1] * 9
    table.close()
