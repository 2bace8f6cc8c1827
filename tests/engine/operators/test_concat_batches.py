"""Concat Batches joins whole fragments until there are enough env steps."""

from __future__ import annotations

import pytest

from engine.operators.experiences.concat_batches import ConcatBatches
from tests.engine.operators.pieces import batch, fragment, through


def test_three_batches_of_three_become_one_of_six_and_the_last_waits() -> None:
    concat = ConcatBatches("concat_1", {"min_steps": 5})
    (joined,) = through(concat, fragment(1, 2, 3), fragment(4, 5, 6), fragment(7, 8, 9))
    assert joined.value["reward"].tolist() == [1, 2, 3, 4, 5, 6]
    assert joined.env_steps == 6
    (later,) = through(concat, fragment(10, 11))
    assert later.value["reward"].tolist() == [7, 8, 9, 10, 11]


def test_the_joined_item_has_the_oldest_version_and_the_last_source() -> None:
    concat = ConcatBatches("concat_1", {"min_steps": 2})
    (joined,) = through(concat, fragment(1, source="a", version=7), fragment(2, source="b", version=9))
    assert (joined.version, joined.source) == (7, "b")


def test_batches_that_do_not_fit_each_other_are_refused_in_words() -> None:
    odd = fragment(1).carrying(batch(cost=[1.0]))
    with pytest.raises(ValueError, match="only batches with the same columns and sequence length can be joined"):
        through(ConcatBatches("concat_1", {"min_steps": 2}), fragment(1), odd)


def test_the_rows_of_what_leaves_are_known_before_any_run() -> None:
    concat = ConcatBatches("concat_1", {"min_steps": 5})
    assert (concat.rows(3), concat.rows(5), concat.rows(8), concat.rows(None)) == (6, 5, 8, None)
