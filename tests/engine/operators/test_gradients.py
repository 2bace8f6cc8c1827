"""Compute, Average and Apply Gradients: what they give, keep and count."""

from __future__ import annotations

import numpy as np

from engine.kinds import Gradients, Item
from engine.operators.learning.apply_gradients import ApplyGradients
from engine.operators.learning.average_gradients import AverageGradients
from engine.operators.learning.compute_gradients import ComputeGradients
from tests.engine.operators.pieces import TinyPolicy, TinyRun, fragment, through


def gradient(number: float, rows: int, **provenance: int) -> Item:
    return Item(Gradients(np.array([number], np.float32), rows, {"policy_loss": number}), "w/0", **provenance)


def test_each_batch_gives_the_gradient_of_the_policy_over_it() -> None:
    operator = ComputeGradients("gradients_1")
    operator.provide(TinyRun(), policy=TinyPolicy())
    (given,) = through(operator, fragment(1, 2, 3, version=5))
    assert (given.value.rows, given.version, given.env_steps) == (3, 5, 3)


def test_gradients_are_averaged_by_the_rows_behind_them() -> None:
    first, second = gradient(1, 100, version=4, env_steps=100), gradient(4, 200, version=3, env_steps=200)
    (given,) = through(AverageGradients("average_1", {"n": 2}), first, second)
    assert given.value.vector.tolist() == [3.0]
    assert given.value.metrics == {"policy_loss": 3.0}
    assert (given.value.rows, given.version, given.env_steps) == (300, 3, 300)


def test_an_average_waits_until_n_have_come() -> None:
    assert through(AverageGradients("average_1", {"n": 3}), gradient(1, 1), gradient(2, 1)) == []


def test_each_gradient_is_one_update_that_tells_its_lag() -> None:
    run, policy = TinyRun(), TinyPolicy()
    operator = ApplyGradients("apply_1")
    operator.provide(run, policy=policy)
    given = through(operator, gradient(1, 160, version=0), gradient(2, 160, version=0))
    assert [item.value.metrics["policy_lag"] for item in given] == [0.0, 1.0]
    assert [item.value.version for item in given] == [1, 2]
    assert (run.counters.updates, run.counters.trained_steps) == (2, 320)
