"""Spaces are told in words that fit beside a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from gymnasium import spaces

from engine.space_words import words

BYTES = spaces.Box(0, 255, (84, 96, 3), np.uint8)
CART = spaces.Box(np.array([-4.8, -np.inf], np.float32), np.array([4.8, np.inf], np.float32))
NINE = np.arange(9, dtype=np.float32)


@pytest.mark.parametrize(
    ("space", "told"),
    [
        (spaces.Box(-1, 1, (6,)), "vector of 6 (float32): -1 to 1"),
        (CART, "vector of 2 (float32): -4.8 to 4.8, any"),
        (spaces.Box(0, np.inf, (3, 3)), "array of 3 x 3 (float32): at least 0"),
        (spaces.Box(-np.inf, 5, ()), "array of 1 (float32): at most 5"),
        (spaces.Box(-NINE, NINE), "vector of 9 (float32): each within bounds of its own"),
        (BYTES, "image of 84 x 96 x 3 (uint8): 0 to 255"),
        (spaces.Discrete(2), "one of 2"),
        (spaces.Discrete(3, start=-1), "one of 3, counted from -1"),
        (spaces.MultiDiscrete([5, 2]), "2 choices: one of 5, one of 2"),
        (spaces.MultiBinary(4), "4 switches"),
        (spaces.Tuple([spaces.Discrete(2), spaces.Discrete(3)]), "2 parts: one of 2, one of 3"),
        (spaces.Dict({"a": spaces.Discrete(2), "b": spaces.Discrete(3)}), "a: one of 2; b: one of 3"),
        (spaces.Text(5), "Text"),
    ],
)
def test_each_kind_of_space_is_told_in_words(space: spaces.Space[Any], told: str) -> None:
    assert words(space) == told


def test_of_many_parts_the_first_are_told_and_the_others_counted() -> None:
    assert words(spaces.MultiDiscrete([2] * 20)) == f"20 choices: {'one of 2, ' * 8}and 12 more"
