"""What every kind says of itself: its name, its family, and how its ports look."""

from __future__ import annotations

from typing import ClassVar, Literal

Family = Literal["stream", "handle"]
Row = tuple[tuple[int, ...], str]  # shape and dtype of one row of a column
Shape = Literal["circle", "square", "diamond", "triangle", "chevron", "hexagon", "pentagon", "drum", "ring"]


class Kind:
    """What a port carries: its name, its family, and the shape and colours in which its ports are drawn."""

    title: ClassVar[str] = "anything"
    family: ClassVar[Family] = "stream"
    shape: ClassVar[Shape] = "ring"
    light: ClassVar[str] = "#5A6069"
    dark: ClassVar[str] = "#A7ADB8"


class Anything(Kind):
    """Any stream item: the port takes whatever its wire brings."""
