"""DQN on images: it learns from what they show, and workers see them alike."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest

from engine.counters import Counters
from engine.kinds import Batch, Environment
from engine.operators.setup.dqn_policy import DQNPolicy
from engine.policies.dqn import DQN


class Pictures(gymnasium.Env[Any, Any]):
    """Shows pictures, and is never stepped."""

    observation_space = gymnasium.spaces.Box(0, 255, (36, 36), np.uint8)
    action_space = gymnasium.spaces.Discrete(2)


@pytest.fixture(autouse=True)
def pictures() -> Iterator[None]:
    gymnasium.register("Pictures-v0", Pictures)
    yield
    del gymnasium.registry["Pictures-v0"]


def policy(*, normalise: bool = False, **params: Any) -> DQN:
    operator = DQNPolicy("policy_1", {"hidden": [16], **params})
    return operator.build(Environment("Pictures-v0", normalise_observations=normalise), 1, Counters())


def bright_or_dark(rows: int = 16) -> Batch:
    """Bright pictures pay 1 for action 1, dark ones for action 0; each is an episode of its own."""
    rng = np.random.default_rng(0)
    bright, action = np.arange(rows) % 2, rng.integers(2, size=rows)
    obs = (rng.integers(0, 50, (rows, 36, 36)) + 200 * bright[:, None, None]).astype(np.uint8)
    columns = {
        "obs": obs,
        "action": action,
        "reward": (action == bright).astype(np.float32),
        "terminated": np.ones(rows, np.bool_),
        "next_obs": obs,
    }
    for column in columns.values():
        column.flags.writeable = False
    return Batch(columns)


@pytest.mark.parametrize("parts", [{}, {"noisy": True, "dueling": True, "atoms": 11, "v_max": 2.0}])
def test_it_learns_what_pictures_show_and_workers_act_on_it(parts: dict[str, Any]) -> None:
    learner, batch, rng = policy(learning_rate=1e-3, **parts), bright_or_dark(), np.random.default_rng(0)
    for _ in range(150):
        result = learner.learn(batch, 1, 16, rng)
        learner.update_target(0.5)
    assert result.metrics["td_error"] < 0.3
    weights = learner.weights()
    weights.flags.writeable = False  # as they arrive through shared memory
    acting = learner.blueprint.build()
    acting.load(weights)
    assert acting.observation == ((36, 36), "uint8")
    np.testing.assert_array_equal(acting.act_greedily(batch["obs"]), np.arange(16) % 2)


def test_targets_look_with_the_target_networks_own_convolutions() -> None:
    learner, batch = policy(double=False), bright_or_dark()
    before = learner._target(learner._seen(learner._columns(batch.having(terminated=np.zeros(16, np.bool_)))))
    learner.vector[:] = 0
    after = learner._target(learner._seen(learner._columns(batch.having(terminated=np.zeros(16, np.bool_)))))
    np.testing.assert_array_equal(before, after)


def test_images_are_neither_normalised_nor_remembered() -> None:
    with pytest.raises(ValueError, match="DQN Policy can normalise vectors only"):
        policy(normalise=True)
    with pytest.raises(ValueError, match="DQN Policy can remember vectors only"):
        policy(recurrent="lstm")
