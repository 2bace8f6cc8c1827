"""Boxes are lined up by an edge, a middle or equal gaps; what they make together stays where it is."""

from __future__ import annotations

import pytest

from app.aligning import Box, Line, aligned, distributed

BOXES: dict[str, Box] = {"a": (0, 0, 10, 40), "b": (12, 100, 10, 20), "c": (50, 60, 10, 20)}


@pytest.mark.parametrize(
    ("line", "corners"),
    [
        ("left", [(0, 0), (0, 100), (0, 60)]),
        ("centre", [(25, 0), (25, 100), (25, 60)]),
        ("right", [(50, 0), (50, 100), (50, 60)]),
        ("top", [(0, 0), (12, 0), (50, 0)]),
        ("middle", [(0, 40), (12, 50), (50, 50)]),
        ("bottom", [(0, 80), (12, 100), (50, 100)]),
    ],
)
def test_boxes_come_to_share_a_line(line: Line, corners: list[tuple[float, float]]) -> None:
    assert list(aligned(BOXES, line).values()) == corners


def test_gaps_become_equal_and_the_ends_stay() -> None:
    assert distributed(BOXES, "across") == {"a": (0, 0), "b": (25, 100), "c": (50, 60)}
    assert distributed(BOXES, "down") == {"a": (0, 0), "c": (50, 60), "b": (12, 100)}


def test_one_box_stays_where_it_is() -> None:
    alone = {"a": BOXES["a"]}
    assert distributed(alone, "across") == aligned(alone, "centre") == {"a": (0, 0)}
