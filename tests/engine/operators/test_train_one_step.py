"""Train One Step: one update a batch, with the lag of what it was trained on."""

from __future__ import annotations

from engine.operators.learning.train_one_step import TrainOneStep
from tests.engine.operators.pieces import TinyPolicy, TinyRun, fragment, through


def ready(**params: int) -> tuple[TrainOneStep, TinyPolicy, TinyRun]:
    operator, policy, run = TrainOneStep("train_1", params), TinyPolicy(), TinyRun()
    operator.provide(run, policy=policy)
    return operator, policy, run


def test_each_batch_is_one_update_whatever_the_epochs() -> None:
    operator, policy, run = ready(epochs=4, minibatch=2)
    given = through(operator, fragment(1, 2, 3), fragment(4, 5))
    assert policy.learned == [(3, 4, 2), (2, 4, 2)]
    assert [(item.value.version, item.value.rows, item.env_steps) for item in given] == [(1, 3, 3), (2, 2, 2)]
    assert (run.counters.updates, run.counters.trained_steps) == (2, 5)


def test_the_result_says_how_far_the_policy_is_ahead_of_the_one_that_sampled() -> None:
    operator, _, _ = ready()
    given = through(operator, fragment(1, version=0), fragment(1, version=0), fragment(1, version=2))
    assert [item.value.metrics["policy_lag"] for item in given] == [0, 1, 0]
    assert given[0].value.metrics["policy_loss"] == 0.5


def test_the_same_run_seed_shuffles_the_same_way_and_another_node_otherwise() -> None:
    shuffles = []
    for node in ("train_1", "train_1", "train_2"):
        operator = TrainOneStep(node)
        operator.provide(TinyRun(), policy=TinyPolicy())
        shuffles.append([item.value.metrics["shuffled"] for item in through(operator, fragment(1), fragment(2))])
    assert shuffles[0] == shuffles[1] != shuffles[2]


def test_minibatches_larger_than_the_batch_are_doubted_before_the_run() -> None:
    operator, _, _ = ready(minibatch=256)
    assert [str(problem) for problem in operator.check(128)] == [
        "train_1.minibatch: minibatch 256 is larger than the batches that come, of 128 rows (try 128 or less)"
    ]
    assert list(operator.check(256)) == list(operator.check(None)) == []
