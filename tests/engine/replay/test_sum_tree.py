"""The sum tree finds leaves in proportion to their priorities."""

from __future__ import annotations

import numpy as np
import pytest

from engine.replay.sum_tree import SumTree


def tree_of(*priorities: float) -> SumTree:
    tree = SumTree(len(priorities))
    tree.set(np.arange(len(priorities)), np.array(priorities))
    return tree


def test_a_mass_is_found_in_the_leaf_whose_share_it_lies_in() -> None:
    tree = tree_of(1, 0, 3)
    assert tree.total == 4
    assert tree.search(np.array([0.0, 0.5, 1.0, 3.9])).tolist() == [0, 0, 2, 2]


def test_where_an_index_comes_twice_the_last_priority_stands() -> None:
    tree = tree_of(1, 1)
    tree.set(np.array([0, 0]), np.array([5.0, 2.0]))
    assert (tree.leaves.tolist(), tree.total) == ([2, 1], 3)


@pytest.mark.parametrize("size", [1, 15, 16, 17, 300, 5000, 70_000])
def test_trees_of_any_size_agree_with_running_sums(size: int) -> None:
    rng = np.random.default_rng(size)
    tree = tree_of(*(rng.random(size) * (rng.random(size) < 0.7) + 1e-9))
    masses = rng.random(1000) * tree.total
    assert tree.search(masses).tolist() == np.searchsorted(tree.leaves.cumsum(), masses, side="right").tolist()


def test_a_leaf_without_priority_is_never_found_even_at_the_very_end() -> None:
    tree = SumTree(100_000)
    tree.set(np.arange(1, 90_000, 3), 0.1)  # tenths do not add up exactly
    found = tree.search(np.linspace(0, tree.total * 1.001, 20_000))
    assert (tree.leaves[found] > 0).all()
    assert (found[0], found[-1]) == (1, 89_998)


def test_a_million_updates_leave_no_rounding_error_in_the_total() -> None:
    tree, rng = SumTree(64), np.random.default_rng(0)
    for _ in range(2000):
        tree.set(rng.integers(0, 64, 500), 10.0 ** rng.integers(-9, 9, 500))
    tree.set(np.arange(64), 0.0)
    assert tree.total == 0.0
