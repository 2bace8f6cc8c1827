"""Filter passes on what compares as wanted."""

from __future__ import annotations

import pytest

from engine.operators.experiences.filter import Filter
from tests.engine.operators.pieces import fragment, result, through


@pytest.mark.parametrize(("comparison", "passed"), [(">=", [2.0, 3.0]), (">", [3.0]), ("<=", [1.0, 2.0]), ("<", [1.0])])
def test_fragments_pass_by_their_mean_reward(comparison: str, passed: list[float]) -> None:
    operator = Filter("filter_1", {"quantity": "reward", "comparison": comparison, "threshold": 2})
    given = through(operator, fragment(1, 1), fragment(1, 3), fragment(2, 4))
    assert [item.value["reward"].mean() for item in given] == passed


def test_items_pass_by_their_env_steps_or_by_a_metric() -> None:
    by_steps = Filter("filter_1", {"quantity": "env_steps", "threshold": 2})
    assert [item.env_steps for item in through(by_steps, fragment(1), fragment(1, 2))] == [2]
    by_kl = Filter("filter_1", {"quantity": "kl", "comparison": "<", "threshold": 0.02})
    assert [item.value.metrics["kl"] for item in through(by_kl, result(kl=0.01), result(kl=0.03))] == [0.01]


def test_a_quantity_that_an_item_does_not_have_is_named() -> None:
    operator = Filter("filter_1", {"quantity": "kl"})
    with pytest.raises(ValueError, match="a batch has no column 'kl'; it has reward and env_steps"):
        through(operator, fragment(1))
    with pytest.raises(ValueError, match="an item of kind TrainResult has no quantity 'kl'"):
        through(operator, result(loss=0.1))
