"""What a group of rollout workers counts, and to whom it sends weights."""

from __future__ import annotations

import pytest

from engine.actors.host import Answer
from engine.actors.workers import MOST_UNCOUNTED, RolloutGroup
from engine.dataflow import Meter
from engine.kinds import Episode, Item
from tests.engine.operators.pieces import TinyPolicy, TinyRun


class Group(RolloutGroup):
    """Two workers that never start: what they answer is handed to `receive`."""

    def start(self, source, plan): ...

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
