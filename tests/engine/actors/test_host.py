"""What an actor does with a source and the operators behind it, tried in this process."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from engine.actors.host import Host, Load, Stage, stage_of
from engine.declare import Operator, handle_in, handle_out
from engine.kinds import Batch, Episode, Policy, UnfitBatch
from engine.operators.experiences.batch import Batch as Joined
from engine.operators.experiences.concat_batches import ConcatBatches
from engine.operators.experiences.flatten import Flatten


class Counting:
    """A source that gives batches of 1, 2, 3 ... rows, each with one ended episode."""

    def __init__(self) -> None:
        self.rows = 0
        self.weights: Any = None

    def load(self, policy, weights, version):
        self.weights = weights

    def next(self):
        self.rows += 1
        return Batch({"row": np.arange(self.rows)}), (Episode(1.0, self.rows),)

    def close(self):
        self.closed = True


class CountingPlan:
    def build(self):
        return Counting()


class Jammed(Counting):
    """A source that cannot be closed."""

    def close(self):
        raise OSError("the lid is jammed")


class JammedPlan:
    def build(self):
        return Jammed()


class Twice(Operator):
    """Give every item twice."""

    def each(self, item):
        return (item, item)


class EvenRows(Operator):
    """Give batches with an even number of rows only."""

    def each(self, item):
        return (item,) if len(item.value) % 2 == 0 else ()


class Broken(Operator):
    """Fail."""

    def each(self, item):
        raise ValueError("no batch is good enough")


def host(*operators: type[Operator], params: Mapping[str, Any] | None = None) -> Host:
    host = Host()
    stages = tuple(Stage(f"stage_{index}", operator, params or {}) for index, operator in enumerate(operators, 1))
    assert host.load(Load("rollouts_1", "rollouts_1/0", CountingPlan(), stages)) is None
    return host


def test_a_call_gives_one_item_with_its_provenance():
    answer = host().next([("policy_1", 7)], np.zeros(3, np.float32))
    assert (answer.item.source, answer.item.version, answer.item.env_steps) == ("rollouts_1/0", 7, 1)
    assert answer.episodes == (Episode(1.0, 1),)


def test_an_operator_that_gives_several_items_has_them_fetched_one_by_one():
    actor = host(Twice)
    answers = [actor.next() for _ in range(3)]
    assert [len(answer.item.value) for answer in answers] == [1, 1, 2]
    assert [answer.env_steps for answer in answers] == [1, 0, 2]
    assert [[meter.items for meter in answer.meters] for answer in answers] == [[1, 2], [0, 0], [1, 2]]


def test_a_call_whose_item_was_dropped_still_tells_what_was_sampled():
    answer = host(EvenRows).next()
    assert (answer.item, answer.env_steps, len(answer.episodes)) == (None, 1, 1)


def test_items_that_leave_an_operator_count_with_all_the_env_steps_they_stand_for():
    actor = host(ConcatBatches, params={"min_steps": 3})
    answers = [actor.next() for _ in range(2)]
    assert [[meter.env_steps for meter in answer.meters] for answer in answers] == [[1, 0], [2, 3]]


def test_batches_are_joined_by_number_on_the_actor():
    actor = host(Joined, params={"n": 2})
    answers = [actor.next() for _ in range(4)]
    assert [answer.item and len(answer.item.value) for answer in answers] == [None, 3, None, 7]
    assert [answer.env_steps for answer in answers] == [1, 2, 3, 4]


def test_batches_are_cut_on_the_actor_and_their_env_steps_counted_once():
    actor = host(Flatten, params={"size": 1})
    answers = [actor.next() for _ in range(6)]
    assert [len(answer.item.value) for answer in answers] == [1, 1, 1, 1, 1, 1]
    assert [answer.env_steps for answer in answers] == [1, 2, 0, 3, 0, 0]
    assert sum(answer.item.env_steps for answer in answers) == 6


def test_an_operator_that_fails_is_named_and_nothing_is_raised():
    trouble = host(Twice, Broken).next()
    assert (trouble.node, trouble.text) == ("stage_2", "no batch is good enough")
    assert "Traceback" in trouble.trace


def test_an_actor_can_be_loaded_again_for_another_run():
    actor = host(EvenRows)
    source = actor.pipeline.source
    actor.load(Load("rollouts_2", "rollouts_2/0", CountingPlan(), ()))
    assert source.closed
    assert actor.next().item.source == "rollouts_2/0"


def test_an_actor_whose_source_could_not_be_closed_can_be_loaded_again():
    actor = Host()
    actor.load(Load("rollouts_1", "rollouts_1/0", JammedPlan(), ()))
    with pytest.raises(OSError, match="jammed"):
        actor.unload()
    assert actor.load(Load("rollouts_2", "rollouts_2/0", CountingPlan(), ())) is None


def test_a_source_that_cannot_be_built_is_told_by_its_node():
    class Impossible:
        def build(self):
            raise ModuleNotFoundError("no environment called Mars-v0")

    trouble = Host().load(Load("rollouts_1", "rollouts_1/0", Impossible(), ()))
    assert (trouble.node, trouble.text) == ("rollouts_1", "ModuleNotFoundError: no environment called Mars-v0")


class CopiedPolicy(Policy):
    """A policy that only remembers what it was given."""

    def weights(self):
        return self.loaded

    def load(self, weights, version):
        self.loaded, self.version = weights, version

    def gradients(self, batch):
        return None

    def apply(self, gradients):
        return {}

    def learn(self, batch, epochs, minibatch, rng):
        return {}

    def state(self):
        return {}

    def restore(self, state):
        pass


class CopyingPolicy(Operator):
    """Provide a policy."""

    policy = handle_out(Policy, "the policy")

    def provide(self, run, **handles):
        self.copy = CopiedPolicy()
        self.copy.seed = run.seed(self.node)
        return self.copy


class Signed(Operator):
    """Give the version of the policy for each item."""

    policy = handle_in(Policy, "whose version")

    def provide(self, run, **handles):
        self.copy = handles["policy"]

    def each(self, item):
        return (item.carrying((self.copy.version, self.copy.seed)),)


def test_operators_on_an_actor_share_a_copy_of_the_policy_that_follows_the_weights():
    policy = CopyingPolicy("policy_1")
    signed = [Signed("signed_1"), Signed("signed_2")]
    for operator in signed:
        operator.providers["policy"] = policy
    actor = Host()
    actor.load(Load("rollouts_1", "rollouts_1/0", CountingPlan(), tuple(stage_of(s) for s in signed), seed=5))
    assert actor.next([("policy_1", 4)], np.zeros(3, np.float32)).item.value[0] == 4
    first, second = actor.pipeline.stages
    assert first.copy is second.copy
    assert first.copy.weights().tolist() == [0, 0, 0]


def test_copies_on_different_actors_have_seeds_of_their_own():
    operator = Signed("signed_1")
    operator.providers["policy"] = CopyingPolicy("policy_1")
    seeds = set()
    for seed in (1, 2):
        actor = Host()
        actor.load(Load("rollouts_1", f"rollouts_1/{seed}", CountingPlan(), (stage_of(operator),), seed))
        seeds.add(actor.next([("policy_1", 0)], np.zeros(3, np.float32)).item.value[1])
    assert len(seeds) == 2


class Unready(Operator):
    """Fail to be made ready."""

    def provide(self, run, **handles):
        raise ValueError("it needs a policy with a critic")


def test_an_operator_that_cannot_be_made_ready_is_named_and_not_the_rollouts():
    trouble = Host().load(Load("rollouts_1", "rollouts_1/0", CountingPlan(), (Stage("gradients_1", Unready, {}),)))
    assert (trouble.node, trouble.text) == ("gradients_1", "it needs a policy with a critic")


def test_weights_that_do_not_fit_are_trouble_and_no_lost_worker():
    actor = host()
    actor.pipeline.source.load = None  # a source that cannot take weights
    assert actor.next([("policy_1", 1)], np.zeros(3, np.float32)).node == "rollouts_1"


class Unfit(Counting):
    """A source whose batches are of no use."""

    def next(self):
        raise UnfitBatch("a reward of nan", Batch({"reward": np.array([1.0, np.nan])}))


class UnfitPlan:
    def build(self):
        return Unfit()


def test_trouble_brings_the_batch_that_an_operator_failed_on_as_it_entered():
    assert host(Twice, Broken).next().batch["row"].tolist() == [0]


def test_trouble_brings_the_batch_that_a_source_could_not_use():
    actor = Host()
    actor.load(Load("rollouts_1", "rollouts_1/0", UnfitPlan(), ()))
    trouble = actor.next()
    assert (trouble.node, trouble.text, trouble.trace) == ("rollouts_1", "a reward of nan", "")
    assert np.isnan(trouble.batch["reward"]).tolist() == [False, True]
