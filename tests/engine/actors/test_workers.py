"""What a group of rollout workers counts, and to whom it sends weights."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pytest

from engine.actors.answer import Answer
from engine.actors.remote import RemoteWorkers
from engine.actors.workers import MOST_UNCOUNTED, RolloutGroup
from engine.dataflow import Meter, gather_async
from engine.kinds import Episode, Item
from tests.engine.operators.pieces import TinyPolicy, TinyRun, batch


class Group(RolloutGroup):
    """Two workers that never start: what they answer is handed to `receive`."""

    def start(self, source, plan): ...

    def resize(self, plans): ...

    def tell_param(self, *told): ...

    def ask(self, source): ...

    def arrived(self):
        return ()


class Run(TinyRun):
    """Keeps the returns of the episodes that count, in order."""

    def __init__(self):
        super().__init__()
        self.returns = []

    def sampled(self, env_steps, episodes, agent_steps=0):
        super().sampled(env_steps, episodes, agent_steps)
        self.returns += [episode.episode_return for episode in episodes]


@pytest.fixture
def run():
    return Run()


@pytest.fixture
def group(run):
    policy = TinyPolicy()
    policy.name = "policy_1"
    return Group("rollouts_1", [None, None], [policy], run)


def answer(source, won, item=True):
    """A fragment of 8 env steps in which an episode returned `won`; of some, no item came out."""
    item = Item("batch", source) if item else None
    return Answer(item, (Episode(won, 8),), 8, 8, (Meter(),))


def test_fragments_of_which_no_item_came_out_count_with_the_next_in_the_order_in_which_items_are_taken(group, run):
    for source, won, item in (("rollouts_1/1", 3, True), ("rollouts_1/0", 1, False), ("rollouts_1/0", 2, True)):
        group.receive(source, answer(source, won, item))
    assert (run.counters.env_steps, run.returns) == (0, [])
    for source in group.sources:  # a round is taken in shard order, whoever was first
        group.taken(Item("batch", source))
    assert (run.counters.env_steps, run.returns) == (24, [1, 2, 3])


def test_fragments_of_a_worker_that_gives_no_item_for_long_count_all_the_same(group, run):
    for won in range(MOST_UNCOUNTED + 2):
        group.receive("rollouts_1/0", answer("rollouts_1/0", won, item=False))
    assert run.returns == [0, 1]


def test_weights_for_a_worker_of_others_are_refused_by_name(group):
    with pytest.raises(ValueError, match="rollouts_2/0 is no worker of rollouts_1: send the weights to all"):
        group.send(group.policies["policy_1"], ["rollouts_2/0"])


class Four:
    """A worker that gives 1, 2, 3 and 4, a row each, and then begins anew."""

    def __init__(self, plan):
        self.numbers = itertools.cycle([1.0, 2.0, 3.0, 4.0])

    def next(self):
        return batch(reward=[next(self.numbers)]), ()

    def load(self, policy, weights, version): ...

    def close(self): ...


@dataclass(frozen=True)
class FourPlan:
    """How to begin one; plain enough for any actor."""

    seed: int = 0
    worker: int = 0
    workers: int = 1

    def build(self):
        return Four(self)


def plans(count):
    return [FourPlan(seed=index, worker=index, workers=count) for index in range(count)]


@pytest.mark.ray
def test_a_worker_that_goes_still_gives_what_it_was_asked_and_one_that_comes_has_the_newest_weights(run, cluster):
    run.cluster, policy = cluster, TinyPolicy()
    policy.name = "policy_1"
    group = RemoteWorkers("rollouts_1", plans(2), [policy], run, deadline=60)
    gathered = gather_async(group.stream(), "gather_1", num_async=2)
    given = [pulled(gathered, run)]
    policy.version = 7
    group.resize(plans(3))
    while len(given_by("rollouts_1/2", given)) < 6:
        given.append(pulled(gathered, run))
    assert {item.version for item in given if item.source == "rollouts_1/2"} == {7}
    group.resize(plans(1))
    while set(group.hosts.actors) != {"rollouts_1/0"}:
        given.append(pulled(gathered, run))
    group.resize(plans(2))
    life, before = group.hosts.lives["rollouts_1/1"], len(given_by("rollouts_1/1", given))
    while len(given_by("rollouts_1/1", given)) <= before + 4:
        given.append(pulled(gathered, run))
    group.close()
    assert life.incarnation == 1  # a life of its own, with a seed of its own
    for source in ("rollouts_1/0", "rollouts_1/2"):
        numbers = given_by(source, given)
        assert numbers == list(itertools.islice(itertools.cycle([1, 2, 3, 4]), len(numbers)))  # none lost, none twice
    assert run.counters.env_steps - len(given) == len(gathered.outgoing)  # each counts once, when it has come
    assert run.calls.submitted == run.calls.received + run.calls.failed + len(run.calls.in_flight)


def given_by(source, items):
    return [float(item.value["reward"][0]) for item in items if item.source == source]


def pulled(stream, run):
    """The next item, waiting for it."""
    while not isinstance(item := stream.pull(), Item):
        run.calls.poll(1.0)
    return item
