"""How wide texts are, measured once: zooming paints the same few words again in every frame."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

KEPT: Final = 8192  # texts; a node has about ten


@lru_cache(maxsize=KEPT)
def elided(font: QFont, text: str, width: float) -> str:
    """Return as much of the text as fits, with an ellipsis if that is not all.

    Example: `"Standardize Fields"` in a width of 90 scene pixels is `"Standardize…"`.
    """
    return QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, width)


@lru_cache(maxsize=KEPT)
def advance(font: QFont, text: str) -> float:
    """Return how many scene pixels a line of text takes."""
    return QFontMetricsF(font).horizontalAdvance(text)
