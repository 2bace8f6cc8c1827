"""Every operator that remembers: kept after any item and given to another one, it goes on as if it never stopped."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from engine.catalogue import find
from engine.counters import Counters
from engine.declare import Operator
from engine.kinds import Batch, Gradients, Item, TrainResult, keep
from engine.packing import pack, unpack

OPERATORS = find().operators


class Seeded:
    """What a run gives an operator: counters, and a seed by node that another run does not share."""

    def __init__(self, seed: int) -> None:
        self.counters = Counters()
        self.root = seed

    def seed(self, node: str, *more: int) -> int:
        return self.root


def steps() -> Iterator[Item]:
    """Fragments of 4 steps of 2 environments: rewards 0 to 7, 8 to 15, ...; an episode ends in each third."""
    for number in range(8):
        count = np.arange(8) + 8 * number
        ends, never = np.full(8, number % 3 == 2), np.zeros(8, np.bool_)
        columns = {"obs": count[:, None], "reward": count, "next_obs": count[:, None] + 1}
        floats = {name: column.astype(np.float32) for name, column in columns.items()}
        yield Item(Batch({**floats, "terminated": ends, "truncated": never}, 4), "rollouts_1/0", number, 8)


def gradients() -> Iterator[Item]:
    for number in range(8):
        yield Item(Gradients(np.float32([number, -number]), number + 1, {"loss": float(number)}), "rollouts_1/0", 1, 4)


def results() -> Iterator[Item]:
    for number in range(8):
        yield Item(TrainResult({"loss": float(number)}, number + 1, 4), "rollouts_1/0", number, 4)


CASES: dict[str, tuple[dict[str, Any], Callable[[], Iterator[Item]]]] = {
    "AverageGradients": ({"n": 3}, gradients),
    "Batch": ({"n": 3}, steps),
    "ConcatBatches": ({"min_steps": 20}, steps),
    "EveryN": ({"n": 3}, results),
    "FetchWeights": ({}, results),
    "MixInReplay": ({"slots": 4, "proportion": 1.5}, steps),
    "NStepReturns": ({"steps": 3}, steps),
    "NormalizeRewards": ({}, steps),
    "OverlapSequences": ({"length": 6, "overlap": 2}, steps),
    "UpdateTargetNetwork": ({"every": 3}, results),
}
ELSEWHERE = {  # what these keep shows only beside environments, a policy or a run: their own tests, and whole runs
    "AllReduceTrain",
    "BroadcastWeights",
    "Checkpoint",
    "Evaluate",
    "Learner",
    "LearnerQueue",
    "PlayAgainst",
    "RecordDataset",
    "RecordVideo",
    "ReplayBuffer",
    "TrainOneStep",
}


class Learner:
    """Stands for a policy: it notes when its target follows."""

    def __init__(self) -> None:
        self.followed = 0

    def update_target(self, share: float) -> None:
        self.followed += 1


def made(name: str, params: dict[str, Any], seed: int) -> tuple[Operator, Learner, Seeded]:
    operator, learner, run = OPERATORS[name]("node_1", params), Learner(), Seeded(seed)
    operator.provide(run, policy=learner)
    return operator, learner, run


def fed(operator: Operator, item: Item, run: Seeded) -> list[Any]:
    run.counters.updates += 1
    return flat(list(operator.each(item)))


def flat(items: list[Item]) -> list[Any]:
    arrays, tree = pack({"items": keep(items)})
    return [tree, {name: array.tolist() for name, array in arrays.items()}]


def written_and_read(state: dict[str, Any]) -> dict[str, Any]:
    """Through the forms in which a checkpoint lies on the disk."""
    arrays, tree = pack(state)
    return unpack(load(save(arrays)), json.loads(json.dumps(tree)))


@pytest.mark.parametrize("stop", range(1, 8))
@pytest.mark.parametrize("name", CASES)
def test_it_goes_on_as_if_it_never_stopped(name: str, stop: int) -> None:
    params, source = CASES[name]
    items = list(source())
    straight, followed, run = made(name, params, seed=1)
    whole = [fed(straight, item, run) for item in items]

    first, before, run = made(name, params, seed=1)
    given = [fed(first, item, run) for item in items[:stop]]
    second, after, other = made(name, params, seed=2)
    other.counters.updates = run.counters.updates
    second.restore(written_and_read(first.state() | first.bulk()))
    given += [fed(second, item, other) for item in items[stop:]]
    assert given == whole
    assert before.followed + after.followed == followed.followed
    assert flat(list(second.rest())) == flat(list(straight.rest()))


def test_every_operator_that_remembers_is_tried() -> None:
    policies = {name for name in OPERATORS if name.endswith("Policy")}  # tested in tests/engine/policies
    remembering = {
        name for name, each in OPERATORS.items() if each.state is not Operator.state or each.bulk is not Operator.bulk
    }
    assert remembering - policies == CASES.keys() | ELSEWHERE
