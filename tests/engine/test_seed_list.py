"""Lists of seeds as people type them."""

from __future__ import annotations

import pytest

from engine.seed_list import seeds_in


def test_a_range_holds_both_its_ends() -> None:
    assert seeds_in("1..5") == (1, 2, 3, 4, 5)


def test_ranges_and_single_seeds_stand_side_by_side_and_each_counts_once() -> None:
    assert seeds_in("1..3, 7,2") == (1, 2, 3, 7)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "a seed is a whole number from 0 to 4294967295, not ''; write for example 1..5"),
        ("1..", "a seed is a whole number from 0 to 4294967295, not ''"),
        ("1.5", "not '1.5'"),
        ("-1", "not '-1'"),
        ("4294967296", "not '4294967296'"),
        ("5..1", "'5..1' names no seed: write the smaller one first"),
        ("0..4294967295", "'0..4294967295' makes more than 1,000 runs"),
        ("1..600,1000..1600", "'1000..1600' makes more than 1,000 runs"),
    ],
)
def test_what_names_no_seeds_is_refused_with_the_reason(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        seeds_in(text)
    assert complaint in str(refused.value)
