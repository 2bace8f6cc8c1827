"""Broadcast Weights sends the newest weights to all workers, or to the one an item came from."""

from __future__ import annotations

from engine.operators.weights.broadcast_weights import BroadcastWeights
from tests.engine.operators.pieces import TinyPolicy, TinyRun, TinyWorkers, result, through


def ready(**params: str | int) -> tuple[BroadcastWeights, TinyPolicy, TinyWorkers]:
    operator, policy, workers = BroadcastWeights("broadcast_1", params), TinyPolicy(), TinyWorkers()
    operator.provide(TinyRun(), policy=policy, workers=workers)
    return operator, policy, workers


def test_each_item_passes_after_the_weights_of_that_moment_went_to_all() -> None:
    operator, policy, workers = ready()
    items = [result(), result()]
    policy.rows, policy.version = 8, 1
    given = through(operator, items[0])
    policy.rows, policy.version = 16, 2
    given += through(operator, items[1])
    assert given == items
    assert workers.sent == [([8], 1, None), ([16], 2, None)]


def test_to_the_source_alone() -> None:
    operator, _, workers = ready(to="source")
    through(operator, result(source="rollouts_1/0"), result(source="rollouts_1/3"))
    assert [to for _, _, to in workers.sent] == [("rollouts_1/0",), ("rollouts_1/3",)]


def test_every_third_item_sets_it_off_and_all_pass() -> None:
    operator, _, workers = ready(every=3)
    assert len(through(operator, *[result()] * 7)) == 7
    assert len(workers.sent) == 2
