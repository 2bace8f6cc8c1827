"""The user's own function on batches of four rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.kinds import Batch, Item
from engine.operators.experiences.map import Map
from tests.engine.operators.pieces import TinyRun

FOUR = Item(Batch({"reward": np.arange(4, dtype=np.float32), "obs": np.zeros((4, 2), np.float32)}, 2), "a/0", 3, 4)


def mapped(body: str) -> list[Item]:
    operator = Map("map_1", {"code": f"def each(columns):\n    {body}\n"})
    operator.provide(TinyRun())  # type: ignore[arg-type]  # as much of a run as it needs
    return list(operator.each(FOUR))


def test_the_default_changes_nothing() -> None:
    operator = Map("map_1")
    operator.provide(TinyRun())  # type: ignore[arg-type]  # as much of a run as it needs
    (item,) = operator.each(FOUR)
    assert item.value.columns.keys() == FOUR.value.columns.keys()
    assert item.value.sequence == 2


def test_columns_may_be_changed_added_and_taken_out() -> None:
    (item,) = mapped('return {"reward": columns["reward"] + 1, "square": np.square(columns["reward"])}')
    assert item.value["reward"].tolist() == [1, 2, 3, 4]
    assert item.value["square"].tolist() == [0, 1, 4, 9]
    assert (item.source, item.version, item.env_steps) == ("a/0", 3, 4)


def test_fewer_rows_are_no_sequences_any_more() -> None:
    (item,) = mapped("keep = columns['reward'] > 0; return {name: part[keep] for name, part in columns.items()}")
    assert (len(item.value), item.value.sequence) == (3, 1)


@pytest.mark.parametrize("body", ["return None", "return {name: rows[:0] for name, rows in columns.items()}"])
def test_none_or_no_row_drops_the_batch(body: str) -> None:
    assert mapped(body) == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("return columns['speed']", "line 2 of its code failed: KeyError: 'speed'"),
        ("return 3", "must return columns or None, not int"),
        ("return {}", "must return columns or None, not dict"),
        ("return {'a': columns['reward'], 'b': columns['reward'][:2]}", "as many rows each, not a 4, b 2"),
        ("return {'a': 1.0}", "as many rows each, not a"),
    ],
)
def test_what_goes_wrong_is_told_in_a_sentence(body: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        mapped(body)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("def each(columns)\n", "line 1 of its code cannot be read"),
        ("x = 1\n", "defines no function each"),
        ("import nothing_of_that_name\n", "line 1 of its code failed: ModuleNotFoundError"),
    ],
)
def test_code_that_gives_no_function_is_told_before_the_first_batch(code: str, told: str) -> None:
    operator: Any = Map("map_1", {"code": code})
    with pytest.raises(ValueError, match=told):
        operator.provide(TinyRun())
