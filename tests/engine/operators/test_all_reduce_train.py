"""All Reduce Train and Fetch Weights: copies that learn in step, on two workers in this process."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from engine.actors.host import ActorRun
from engine.actors.peers import Meeting, Seat
from engine.kinds import Batch, Environment, Item, TrainResult
from engine.operators.learning.all_reduce_train import AllReduceTrain
from engine.operators.learning.average_gradients import average
from engine.operators.setup.actor_critic_policy import ActorCriticPolicy
from engine.operators.weights.fetch_weights import FetchWeights
from engine.policies.policy_gradient import PolicyGradient
from tests.engine.operators.pieces import TinyPolicy, TinyRun, through


@pytest.fixture
def meeting() -> Iterator[Meeting]:
    place = Meeting("127.0.0.1")
    yield place
    del place


def policy(seed: int = 1, normalise: bool = False, **params: Any) -> PolicyGradient:
    operator = ActorCriticPolicy("policy_1", {"hidden": [8, 8], **params})
    return PolicyGradient(operator, Environment("CartPole-v1", normalise_observations=normalise), seed)


def item(seed: int, rows: int = 12) -> Item:
    rng = np.random.default_rng(seed)
    columns = {name: rng.normal(size=rows).astype(np.float32) for name in ("advantage", "value_target", "value")}
    obs, action = rng.normal(size=(rows, 4)).astype(np.float32), rng.integers(0, 2, rows)
    return Item(Batch({**columns, "obs": obs, "action": action, "logp": np.full(rows, -0.7, np.float32)}))


def workers(meeting: Meeting, *learners: PolicyGradient, **params: Any) -> list[AllReduceTrain]:
    operators = [AllReduceTrain("allreduce_1", {"epochs": 1, "minibatch": 12, **params}) for _ in learners]
    for index, (operator, learner) in enumerate(zip(operators, learners, strict=True)):
        operator.provide(ActorRun(index, Seat(index, len(learners), meeting.address)), policy=learner)
    return operators


def round_of(operators: list[AllReduceTrain], *items: Item) -> list[TrainResult]:
    """What each of them makes of its item, all at the same time."""
    with ThreadPoolExecutor(len(operators)) as threads:
        given = threads.map(lambda operator, item: tuple(operator.each(item)), operators, items)
        return [result.value for (result,) in given]


def test_the_step_is_the_one_along_the_mean_gradient(meeting: Meeting) -> None:
    by_hand = policy()
    by_hand.apply(average([by_hand.gradients(item(seed).value) for seed in (1, 2)]))
    copies = policy(), policy()
    round_of(workers(meeting, *copies), item(1), item(2))
    for copy in copies:
        np.testing.assert_allclose(copy.weights(), by_hand.weights(), atol=1e-6)


def test_copies_stay_alike_bit_by_bit_without_any_broadcast(meeting: Meeting) -> None:
    copies = [policy(normalise=True, anneal_over=1000) for _ in range(2)]
    operators = workers(meeting, *copies, epochs=3, minibatch=5)
    for step in range(4):
        round_of(operators, item(2 * step), item(2 * step + 1))
    assert copies[0].weights().tobytes() == copies[1].weights().tobytes()
    assert copies[0].trained_rows == 4 * 2 * 12


def test_moments_are_those_of_all_workers_observations(meeting: Meeting) -> None:
    copies = policy(normalise=True), policy(normalise=True)
    round_of(workers(meeting, *copies), item(1), item(2))
    both = np.concatenate([item(1).value["obs"], item(2).value["obs"]])
    np.testing.assert_allclose(copies[1].moments.mean, both.mean(0), atol=1e-6)
    np.testing.assert_allclose(copies[1].moments.deviation, both.std(0), atol=1e-6)


def test_copies_that_began_differently_begin_with_the_first_one_s_state(meeting: Meeting) -> None:
    first, second = policy(seed=1), policy(seed=2)
    round_of(workers(meeting, first, second), item(1), item(2))
    assert first.weights().tobytes() == second.weights().tobytes()


def test_copies_that_are_no_longer_alike_are_refused(meeting: Meeting) -> None:
    copies = policy(), policy()
    operators = workers(meeting, *copies)
    round_of(operators, item(1), item(2))
    copies[1].load(copies[1].weights() + np.float32(1e-3), version=1)
    with pytest.raises(ValueError, match="no longer alike"):
        round_of(operators, item(3), item(4))


def test_batches_of_different_length_are_refused(meeting: Meeting) -> None:
    with pytest.raises(ValueError, match="differ in length"):
        round_of(workers(meeting, policy(), policy()), item(1), item(2, rows=11))


def test_the_first_worker_brings_its_state_every_so_often_and_the_policy_follows(meeting: Meeting) -> None:
    operators = workers(meeting, policy(), policy(), state_every=2)
    rounds = [round_of(operators, item(1), item(2)) for _ in range(2)]
    assert [[result.state is not None for result in results] for results in rounds] == [[False, False], [True, False]]
    run, followed = TinyRun(), policy(seed=3)
    fetch = FetchWeights("fetch_1")
    fetch.provide(run, policy=followed)
    given = through(fetch, *(Item(result) for results in rounds for result in results))
    assert followed.weights().tobytes() == operators[1].learner.weights().tobytes()
    assert followed.state()["adam"]["step"] == 2
    assert [one.value.state for one in given] == [None] * 4
    assert (run.counters.updates, run.counters.trained_steps) == (2, 48)


def test_one_worker_alone_trains_as_train_one_step_does() -> None:
    alone, plain = policy(), policy()
    operator = AllReduceTrain("allreduce_1", {"epochs": 1, "minibatch": 12})
    operator.provide(ActorRun(0, Seat()), policy=alone)
    assert len(through(operator, item(1))) == 1
    plain.learn(item(1).value, 1, 12, np.random.default_rng(0))
    np.testing.assert_allclose(alone.weights(), plain.weights(), atol=1e-6)


def test_a_policy_that_cannot_learn_in_step_says_so() -> None:
    operator = AllReduceTrain("allreduce_1")
    operator.provide(ActorRun(0, Seat()), policy=TinyPolicy())
    with pytest.raises(ValueError, match="cannot learn in step"):
        operator.each(item(1))
