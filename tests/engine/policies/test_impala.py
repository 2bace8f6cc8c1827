"""IMPALA and APPO: what older policies sampled is valued by the learner's own networks, and weighted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from engine.actors.rollout import RolloutPlan
from engine.kinds import Batch, Environment, MultiAgentEnvironment, View
from engine.losses.vtrace import VTrace
from engine.operators.setup.appo_policy import APPOPolicy
from engine.operators.setup.impala_policy import IMPALAPolicy
from engine.policies.actor_critic import ActorCritic
from engine.policies.appo import APPO
from engine.policies.hindsight import corrected, judged
from engine.policies.impala import IMPALA

CARTPOLE = Environment("CartPole-v1", {"max_episode_steps": 9})  # short, so that episodes are cut off too


def impala(environment: Environment = CARTPOLE, seed: int = 1, **params: Any) -> IMPALA:
    return IMPALA(IMPALAPolicy("policy_1", {"hidden": [8], **params}), environment, seed)


def appo(environment: Environment = CARTPOLE, seed: int = 1, **params: Any) -> APPO:
    return APPO(APPOPolicy("policy_1", {"hidden": [8], **params}), environment, seed)


def sampled_by(policy: ActorCritic, steps: int = 30, environments: int = 3) -> Batch:
    worker = RolloutPlan(policy.environment, policy.blueprint, environments, steps, seed=0).build()
    try:
        worker.load(policy.name, policy.weights(), policy.version)
        return worker.next()[0]
    finally:
        worker.close()


def learn(policy: ActorCritic, batch: Batch, minibatch: int = 1000, epochs: int = 1) -> dict[str, float]:
    return dict(policy.learn(batch, epochs, minibatch, np.random.default_rng(0)).metrics)


def test_the_policy_that_sampled_judges_as_it_did_then() -> None:
    policy = impala()
    batch = sampled_by(policy)
    assert batch["truncated"].any()
    logp, value, next_value = judged(policy, batch)
    goes_on = ~batch["terminated"]
    np.testing.assert_allclose(logp, batch["logp"], atol=1e-5)
    np.testing.assert_allclose(value, batch["value"], atol=1e-5)
    np.testing.assert_allclose(next_value[goes_on], batch["next_value"][goes_on], atol=1e-5)


def test_another_policy_s_experiences_are_valued_by_the_learner_s_critic_also_behind_their_ends() -> None:
    learner, sampler = impala(seed=1), impala(seed=2)
    batch = sampled_by(sampler)
    logp, value, next_value = judged(learner, batch)
    acting = learner.blueprint.build()
    acting.load(learner.weights())
    ends = batch["truncated"]
    np.testing.assert_allclose(value, acting.values(batch["obs"]), atol=1e-5)
    np.testing.assert_allclose(next_value[ends], acting.values(batch["next_obs"][ends]), atol=1e-5)
    ready = learner.prepared(batch)
    target, advantage = VTrace(0.99)(batch, logp - batch["logp"], value, next_value)
    np.testing.assert_array_equal(ready["value_target"], target)
    np.testing.assert_array_equal(ready["advantage"], advantage)
    np.testing.assert_array_equal(ready["value"], value)


def test_a_gradient_step_follows_the_equation_of_the_paper() -> None:
    """The loss is written out here from the batch's columns, and its gradient compared."""
    settings = {"value_coefficient": 0.5, "entropy_coefficient": 0.1, "gamma": 0.9}
    learner = impala(seed=1, **settings)
    batch = sampled_by(impala(seed=2))
    ready = learner.prepared(batch)
    numbers, value = learner.network(torch.tensor(batch["obs"]))
    chances = torch.softmax(numbers, 1)
    chosen = chances[torch.arange(len(batch)), torch.tensor(batch["action"])]
    entropy = -(chances * chances.log()).sum(1).mean()
    critic = 0.5 * (value - torch.tensor(ready["value_target"])).square().mean()
    loss = -(chosen.log() * torch.tensor(ready["advantage"])).mean() + 0.5 * critic - 0.1 * entropy
    wanted = torch.cat([part.flatten() for part in torch.autograd.grad(loss, list(learner.network.parameters()))])
    np.testing.assert_allclose(learner.gradients(batch).vector, wanted, atol=1e-6)


def test_experiences_of_older_policies_weigh_less_and_say_so() -> None:
    policy = impala(learning_rate=1e-2)
    batch = sampled_by(policy)
    first, *_, last = [learn(policy, batch) for _ in range(20)]
    assert first["importance_weight"] == pytest.approx(1, abs=1e-5)
    assert first["kl"] == pytest.approx(0, abs=1e-6)
    assert last["importance_weight"] < 0.98
    assert last["kl"] > 0.001
    assert last["value_loss"] < first["value_loss"] * 0.6


@pytest.mark.parametrize("family", [impala, appo])
def test_real_actions_and_normalised_observations_are_learned_from_too(family: Any) -> None:
    policy = family(Environment("Pendulum-v1", normalise_observations=True))
    for _ in range(3):
        metrics = learn(policy, sampled_by(policy))
        assert metrics["kl"] == pytest.approx(0, abs=1e-5)  # workers and learner saw the observations alike


@pytest.mark.parametrize("family", [impala, appo])
def test_illegal_actions_have_no_part_in_what_a_learner_thinks_of_others(family: Any) -> None:
    """Of nine squares only the first two are free, so that at the start either is taken with probability 1/2."""
    noughts = MultiAgentEnvironment("classic/tictactoe-v3", "aec")
    policy = family(View(noughts.id, of=noughts, agents="*"))
    obs = np.zeros((2, 27), np.float32)
    obs[:, 18:20] = 1
    nothing = np.zeros(2, bool)
    columns = {"obs": obs, "next_obs": obs, "action": np.array([0, 1]), "truncated": nothing, "terminated": nothing}
    batch = Batch({**columns, "logp": np.log(np.full(2, 0.5, np.float32)), "reward": np.ones(2, np.float32)}, 1)
    np.testing.assert_allclose(judged(policy, batch)[0], batch["logp"], atol=0.05)
    np.testing.assert_allclose(policy.prepared(batch)["logp"], batch["logp"], atol=0.05)


@pytest.mark.parametrize("family", [impala, appo])
def test_a_batch_that_does_not_say_what_came_after_it_is_refused_in_words(family: Any) -> None:
    policy = family()
    batch = sampled_by(policy)
    rest = Batch({name: rows for name, rows in batch.columns.items() if name != "next_obs"}, batch.sequence)
    with pytest.raises(ValueError, match=r"Policy needs batches with next_obs: connect this policy to the Rollouts"):
        learn(policy, rest)


def test_the_target_network_stands_still_until_it_is_updated() -> None:
    policy = appo(learning_rate=1e-2)
    batch = sampled_by(policy)
    np.testing.assert_allclose(policy.prepared(batch)["logp"], batch["logp"], atol=1e-5)
    for _ in range(5):
        learn(policy, batch)
    np.testing.assert_allclose(policy.prepared(batch)["logp"], batch["logp"], atol=1e-5)
    policy.update_target(1)
    now, _, _ = judged(policy, batch)
    np.testing.assert_allclose(policy.prepared(batch)["logp"], now, atol=1e-6)
    assert np.abs(now - batch["logp"]).max() > 1e-3


def test_a_share_moves_the_target_only_so_far() -> None:
    policy = appo(learning_rate=1e-2)
    before = policy.target_vector.clone()
    learn(policy, sampled_by(policy))
    policy.update_target(0.25)
    np.testing.assert_allclose(policy.target_vector, before + 0.25 * (policy.descent.vector - before), atol=1e-7)


def test_the_weights_are_those_of_the_target_policy_over_the_one_that_sampled() -> None:
    learner, sampler = appo(seed=1), appo(seed=2)
    batch = sampled_by(sampler)
    for _ in range(3):
        learn(learner, batch)
    ready = learner.prepared(batch)
    wanted = corrected(learner, learner.settings.vtrace, batch, ready["logp"])
    np.testing.assert_array_equal(ready["advantage"], wanted["advantage"])
    assert (learner.prepared(batch.having(logp=ready["logp"]))["advantage"] != ready["advantage"]).any()


def test_several_passes_move_the_policy_away_from_the_target_and_the_clip_says_so() -> None:
    policy = appo(learning_rate=1e-2, clip=0.05)
    metrics = learn(policy, sampled_by(policy), minibatch=30, epochs=10)
    assert metrics["clip_fraction"] > 0.01
    assert metrics["kl"] > 0


def test_a_checkpoint_goes_on_with_its_target() -> None:
    policy, other = appo(learning_rate=1e-2), appo(seed=5, learning_rate=1e-2)
    batch = sampled_by(policy)
    learn(policy, batch)
    other.restore(policy.state())
    assert learn(other, batch) == learn(policy, batch)
    np.testing.assert_array_equal(other.weights(), policy.weights())


def test_a_copy_on_an_actor_has_as_target_what_it_was_sent() -> None:
    policy, copy = appo(), appo(seed=5)
    copy.load(policy.weights(), 3)
    np.testing.assert_array_equal(copy.target_vector, policy.descent.vector)
