"""Learning with a memory: the learner sees what the workers saw, in whole sequences, from the states they stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gymnasium
import numpy as np
import pytest

from engine.actors.rollout import RolloutPlan
from engine.kinds import Batch, Environment, Item, Policy
from engine.operators.experiences.compute_advantages import ComputeAdvantages
from engine.operators.setup.actor_critic_policy import ActorCriticPolicy
from engine.operators.setup.ppo_policy import PPOPolicy

SHORT = Environment("CartPole-v1", {"max_episode_steps": 15}, hidden=(1, 3))  # some episodes fall, others are cut off
TINY = 1e-12  # a learning rate at which nothing moves


def policy(operator: type[Any] = PPOPolicy, environment: Environment = SHORT, **params: Any) -> Policy:
    """A policy whose actions depend on what it remembers."""
    params = {"hidden": [8], "recurrent": "gru", "memory_size": 8, "sequence_length": 8, **params}
    made: Policy = operator("policy_1", params).build(environment, 1)
    weights = made.weights()
    moved = weights + 0.5 * np.random.default_rng(0).standard_normal(weights.size).astype(np.float32)
    made.load(moved if not environment.normalise_observations else np.concatenate([moved[:-4], weights[-4:]]), 0)
    return made


def batch_of(learner: Policy, fragments: int = 1, length: int = 64) -> Batch:
    """The last of several fragments of 3 environments, with advantages."""
    rollout = RolloutPlan(learner.environment, learner.blueprint, 3, length, seed=4).build()
    rollout.load("policy_1", learner.weights(), learner.version)
    batch = [rollout.next()[0] for _ in range(fragments)][-1]
    (item,) = ComputeAdvantages("advantages_1").each(Item(batch))
    rollout.close()
    done: Batch = item.value
    return done


@pytest.mark.parametrize("cell", ["gru", "lstm"])
def test_the_learner_finds_the_log_probabilities_that_the_workers_stored(cell: str) -> None:
    learner = policy(recurrent=cell)
    batch = batch_of(learner, fragments=2)
    ended = batch["terminated"].sum(), batch["truncated"].sum()
    assert min(ended) > 0
    assert learner.gradients(batch).metrics["kl"] < 1e-7
    forgotten = batch.having(state=np.zeros_like(batch["state"]))
    assert learner.gradients(forgotten).metrics["kl"] > 1e-5
    endless = batch.having(terminated=np.zeros_like(batch["terminated"]), truncated=np.zeros_like(batch["truncated"]))
    assert learner.gradients(endless).metrics["kl"] > 1e-5


def test_minibatches_are_shuffled_by_whole_sequences() -> None:
    learner = policy(learning_rate=TINY)
    metrics = learner.learn(batch_of(learner), 2, 20, np.random.default_rng(0)).metrics
    assert metrics["kl"] < 1e-7
    assert np.isfinite(metrics["gradient_norm"])


def test_a_minibatch_shorter_than_a_sequence_is_one_sequence() -> None:
    learner = policy(learning_rate=TINY)
    assert learner.learn(batch_of(learner), 1, 1, np.random.default_rng(0)).metrics["kl"] < 1e-7


def test_the_value_after_a_fragment_is_that_with_which_the_next_begins() -> None:
    learner = policy()
    first, second = (batch_of(learner, fragments, length=5) for fragments in (1, 2))
    over = first["terminated"][4::5] | first["truncated"][4::5]
    assert not over.any()
    np.testing.assert_allclose(first["next_value"][4::5], second["value"][::5], atol=1e-6)


def test_the_value_of_an_episode_cut_off_is_that_had_it_gone_on() -> None:
    cut, whole = (
        batch_of(policy(environment=Environment("CartPole-v1", {"max_episode_steps": steps})), length=6)
        for steps in (5, 6)
    )
    assert cut["truncated"][4::6].all()
    np.testing.assert_allclose(cut["next_value"][4::6], whole["value"][5::6], atol=1e-6)


def test_normalised_observations_are_remembered_normalised() -> None:
    learner = policy(environment=Environment("CartPole-v1", hidden=(1, 3), normalise_observations=True))
    batch = batch_of(learner)
    first = learner.learn(batch, 1, 64, np.random.default_rng(0)).metrics
    again = learner.learn(batch_of(learner), 1, 10_000, np.random.default_rng(0)).metrics
    assert np.isfinite(first["policy_loss"])
    assert again["kl"] < 1e-7


def test_a_recurrent_actor_critic_of_a2c_learns_alike() -> None:
    learner = policy(ActorCriticPolicy, recurrent="lstm")
    batch = batch_of(learner)
    metrics = learner.apply(learner.gradients(batch))
    assert metrics["gradient_norm"] > 0
    assert metrics["kl"] < 1e-7
    assert learner.version == 1


@pytest.mark.parametrize("length", [6, 7])  # 6 divides the rows of all environments together, 7 does not
def test_fragments_that_sequences_do_not_divide_are_refused(length: int) -> None:
    learner = policy(sequence_length=length)
    with pytest.raises(ValueError, match="set the policy's sequence_length to a divisor of fragment_length"):
        learner.learn(batch_of(learner), 1, 64, np.random.default_rng(0))


class Pictures(gymnasium.Env[Any, Any]):
    """Shows pictures, and is never stepped."""

    observation_space = gymnasium.spaces.Box(0, 255, (36, 36, 3), np.uint8)
    action_space = gymnasium.spaces.Discrete(2)


@pytest.fixture
def pictures() -> Iterator[str]:
    gymnasium.register("RememberedPictures-v0", Pictures)
    yield "RememberedPictures-v0"
    del gymnasium.registry["RememberedPictures-v0"]


def test_pictures_are_not_remembered(pictures: str) -> None:
    with pytest.raises(ValueError, match="can remember vectors only, and RememberedPictures-v0 gives images"):
        policy(environment=Environment(pictures))
