"""Standardize Fields: mean 0 and deviation 1 over all rows, in float32."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.kinds import Item
from engine.operators.experiences.standardize_fields import StandardizeFields
from tests.engine.operators.pieces import batch, through


def test_one_two_three_become_values_around_zero() -> None:
    item = Item(batch(advantage=[1.0, 2.0, 3.0], reward=[5.0, 5.0, 5.0]))
    (given,) = through(StandardizeFields("standardize_1"), item)
    assert given.value["advantage"] == pytest.approx([-1.2247, 0, 1.2247], abs=1e-4)
    assert given.value["advantage"].dtype == np.float32
    assert given.value["reward"] is item.value["reward"]
    assert item.value["advantage"].tolist() == [1, 2, 3], "a batch may lie in shared memory and is never written to"


def test_equal_values_become_zero_and_not_infinity() -> None:
    (given,) = through(StandardizeFields("standardize_1"), Item(batch(advantage=[2.0, 2.0])))
    assert given.value["advantage"].tolist() == [0, 0]


def test_a_column_that_is_not_there_is_named_with_those_that_are() -> None:
    operator = StandardizeFields("standardize_1", {"fields": ["advantage", "reward"]})
    with pytest.raises(ValueError, match="a batch has no column 'advantage'; it has reward, value"):
        through(operator, Item(batch(value=[1.0], reward=[1.0])))


@pytest.mark.parametrize(("column", "dtype"), [([0, 1], "int64"), ([True, False], "bool")])
def test_columns_of_no_real_numbers_are_refused_in_words(column: list[Any], dtype: str) -> None:
    operator = StandardizeFields("standardize_1", {"fields": ["action"]})
    with pytest.raises(ValueError, match=f"action is {dtype}: only columns of real numbers can be standardised"):
        through(operator, Item(batch(action=column)))
