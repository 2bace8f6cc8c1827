"""Backward sums within sequences, worked by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.losses.sequences import backward_sums, following

TERMS = np.array([1, 2, 3, 4], np.float32)
HALF = np.full(4, 0.5, np.float32)


def test_each_sum_takes_in_what_comes_later_in_its_sequence() -> None:
    np.testing.assert_array_equal(backward_sums(TERMS, HALF, 2), [2, 2, 5, 4])
    np.testing.assert_array_equal(backward_sums(TERMS, HALF, 4), [3.25, 4.5, 5, 4])
    np.testing.assert_array_equal(backward_sums(TERMS, HALF, 1), TERMS)


def test_a_factor_of_nil_keeps_the_later_out() -> None:
    np.testing.assert_array_equal(backward_sums(TERMS, np.array([1, 0, 1, 1], np.float32), 4), [3, 2, 7, 4])


def test_rows_that_are_no_whole_sequences_are_refused() -> None:
    with pytest.raises(ValueError, match="4 rows cannot be divided into sequences of 3"):
        backward_sums(TERMS, HALF, 3)


def test_what_follows_is_one_row_later_and_nil_after_a_sequence() -> None:
    np.testing.assert_array_equal(following(TERMS, 2), [2, 0, 4, 0])
    np.testing.assert_array_equal(following(TERMS, 4), [2, 3, 4, 0])
