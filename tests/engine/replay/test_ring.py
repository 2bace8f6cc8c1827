"""A ring keeps the newest rows, and knows each by its serial number."""

from __future__ import annotations

import numpy as np
import pytest

from engine.replay.ring import Ring


def numbers(*values: float) -> dict[str, np.ndarray]:
    return {"number": np.array(values, np.float32), "twice": 2 * np.array([values, values], np.float64).T}


def kept(ring: Ring) -> list[float]:
    return ring.rows(np.arange(ring.oldest, ring.end))["number"].tolist()


def test_the_newest_rows_are_there_under_their_serial_numbers() -> None:
    ring = Ring(4)
    assert ring.add(numbers(0, 1, 2)).tolist() == [0, 1, 2]
    assert ring.add(numbers(3, 4, 5, 6)).tolist() == [3, 4, 5, 6]
    assert (ring.oldest, ring.end, len(ring)) == (3, 7, 4)
    rows = ring.rows(np.array([6, 3, 6]))
    assert rows["number"].tolist() == [6, 3, 6]
    assert rows["twice"].tolist() == [[12, 12], [6, 6], [12, 12]]


def test_a_serial_number_whose_row_was_overwritten_is_known_to_be_gone() -> None:
    ring = Ring(4)
    ring.add(numbers(0, 1, 2, 3, 4, 5))
    assert ring.has(np.array([0, 1, 2, 5, 6])).tolist() == [False, False, True, True, False]


@pytest.mark.parametrize("lengths", [(1,) * 20, (3,) * 7, (4, 4, 4), (9, 2), (2, 9, 1), (5, 23, 4)])
def test_batches_of_any_length_leave_the_last_rows_in_order(lengths: tuple[int, ...]) -> None:
    ring, came = Ring(5), 0
    for length in lengths:
        serials = ring.add(numbers(*range(came, came + length)))
        came += length
        assert serials.tolist() == list(range(max(came - length, came - 5), came))
        assert kept(ring) == list(range(max(0, came - 5), came))


def test_rows_keep_their_dtypes_and_reading_gives_copies() -> None:
    ring = Ring(3)
    ring.add({"flag": np.array([True]), "small": np.array([7], np.int8)})
    read = ring.rows(np.array([0]))
    assert {name: column.dtype.name for name, column in read.items()} == {"flag": "bool", "small": "int8"}
    read["small"][0] = 0
    assert ring.rows(np.array([0]))["small"].tolist() == [7]


def test_batches_of_other_columns_are_refused_in_words() -> None:
    ring = Ring(3)
    ring.add(numbers(1))
    with pytest.raises(ValueError, match="keeps the columns number, twice; a batch came with cost, number"):
        ring.add({"number": np.zeros(1), "cost": np.zeros(1)})


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (np.zeros((1, 3)), "the buffer keeps obs of 2; a batch came with obs of 3"),
        (np.zeros(1), "the buffer keeps obs of 2; a batch came with obs of one number"),
        (np.zeros((1, 2)), "the buffer keeps obs as int64; a batch came with obs as float64"),
    ],
)
def test_rows_that_are_none_of_a_column_are_refused_in_words_and_nothing_is_written(values, sentence) -> None:
    ring = Ring(3)
    ring.add({"obs": np.array([[7, 7]])})
    with pytest.raises(ValueError, match=sentence):
        ring.add({"obs": values})
    assert ring.rows(np.array([0]))["obs"].tolist() == [[7, 7]]
    assert len(ring) == 1


def test_what_a_checkpoint_keeps_brings_the_rows_back_under_their_numbers() -> None:
    ring, again = Ring(4), Ring(4)
    ring.add(numbers(0, 1, 2, 3, 4, 5))
    again.restore(ring.state())
    assert (again.oldest, again.end, kept(again)) == (2, 6, [2, 3, 4, 5])
    assert again.add(numbers(6)).tolist() == ring.add(numbers(6)).tolist() == [6]
    assert kept(again) == kept(ring)
