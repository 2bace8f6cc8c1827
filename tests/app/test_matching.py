"""An operator is found by its own name, by RLlib's, and by a few letters of it."""

from __future__ import annotations

import pytest

from app.matching import ranked
from engine.catalogue import Catalogue


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("gather s", "Gather Sync"),
        ("concurrently", "Union"),
        ("ParallelRollouts", "Rollouts"),
        ("cb", "Concat Batches"),
        ("GAE", "Compute Advantages"),
        ("train", "Train One Step"),
    ],
)
def test_the_best_match_comes_first(query: str, first: str, catalogue: Catalogue) -> None:
    assert ranked(query, catalogue.specs)[0].title == first


def test_nothing_typed_finds_all_in_palette_order(catalogue: Catalogue) -> None:
    assert ranked(" ", catalogue.specs) == catalogue.specs


def test_what_is_nowhere_finds_nothing(catalogue: Catalogue) -> None:
    assert ranked("quantum", catalogue.specs) == ()
