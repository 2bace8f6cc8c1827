"""Joining each n batches, on a few rows."""

from __future__ import annotations

from engine.operators.experiences.batch import Batch
from tests.engine.operators.pieces import fragment, through


def test_each_n_batches_become_one_whatever_their_rows() -> None:
    given = through(Batch("batch_1", {"n": 2}), fragment(1, 2, 3), fragment(4), fragment(5, 6), fragment(7, 8))
    assert [item.value["reward"].tolist() for item in given] == [[1, 2, 3, 4], [5, 6, 7, 8]]
    assert [item.env_steps for item in given] == [4, 4]


def test_the_joined_item_has_the_oldest_version_and_the_last_source() -> None:
    parts = fragment(1, source="rollouts_1/0", version=7), fragment(2, source="rollouts_1/1", version=5)
    (joined,) = through(Batch("batch_1"), *parts)
    assert (joined.source, joined.version) == ("rollouts_1/1", 5)


def test_it_knows_the_rows_that_come_out() -> None:
    assert Batch("batch_1", {"n": 3}).rows(4) == 12
    assert Batch("batch_1").rows(None) is None
