"""What Union makes of its weights; how branches take turns is shown in `tests/engine/dataflow/test_union.py`."""

from __future__ import annotations

import pytest

from engine.operators.flow.union import Union
from tests.engine.dataflow.numbers import Items, items, values


def merged(operator: Union) -> list[int]:
    branches = [Items("store_1", items(1, 2, 3, 4)), Items("train_1", items(10, 20))]
    return values(operator.stream({"items": branches}))


def test_branches_have_equal_turns_unless_weights_say_otherwise() -> None:
    assert merged(Union("u")) == [1, 10, 2, 20, 3, 4]
    assert merged(Union("u", {"weights": {"train_1": 0.5}})) == [1, 2, 10, 3, 4, 20]
    assert merged(Union("u", {"weights": {"store_1": "*"}})) == [1, 2, 3, 4, 10, 20]


def test_items_of_driven_branches_end_there() -> None:
    upstreams = {"items": [Items("train_1", items(10, 20))], "driven": [Items("store_1", items(1, 2, 3))]}
    assert values(Union("u", {"weights": {"store_1": 2}}).stream(upstreams)) == [10, 20]


def test_weights_are_read_anew_while_the_run_goes_on() -> None:
    operator = Union("u")
    stream = operator.stream({"items": [Items("a", items(1, 2, 3)), Items("b", items(10, 20))]})
    given = [stream.pull().value, stream.pull().value]
    operator.weights = {"a": 2}
    assert given + values(stream) == [1, 10, 2, 3, 20]


@pytest.mark.parametrize("weight", [0, -1, 5000, "often", None, [1], True])
def test_a_weight_that_is_no_number_of_turns_is_refused(weight: object) -> None:
    (problem,) = Union("u", {"weights": {"train_1": weight}}).check(None)
    assert problem.where.field == "weights"
    assert problem.what.startswith("train_1 must have 0.001 to 1000 turns")


def test_weights_are_refused_where_branches_have_no_turns() -> None:
    (problem,) = Union("u", {"mode": "async", "weights": {"train_1": 2}}).check(None)
    assert problem.what == "branches have no turns in mode async"
    assert not list(Union("u", {"weights": {"train_1": 2}}).check(None))
