"""The legend above the charts: which runs they show, in their colours, and what the marks on the curves mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

Named = tuple[str, str]  # what a run is called, and the colour of its curves

BULLET: Final = "● "
GAP: Final = "   "
SHORTEST: Final = 70  # pixels of a name that still tells something


class Legend(QLabel):
    """One line that never asks for more width than there is: marks give way first, then the middles of long names.

    Attributes:
        whole: everything it has to tell, as HTML, for pictures that have room for it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._runs: Sequence[Named] = ()
        self._marks: Sequence[str] = ()
        self.whole = ""

    def show_runs(self, runs: Sequence[Named], marks: Sequence[str]) -> None:
        """Name these runs and, behind them, these marks."""
        self._runs, self._marks = runs, marks
        self.whole = _html(runs, marks)
        self.setToolTip("\n".join([*(name for name, _ in runs), *marks]))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        text = _html(*self._fitting())
        if text != self.text():
            self.setText(text)

    def _fitting(self) -> tuple[Sequence[Named], Sequence[str]]:
        """Return the runs and marks as they fit."""
        names = [name for name, _ in self._runs]
        if self._width([*(BULLET + name for name in names), *self._marks]) <= self.width():
            return self._runs, self._marks
        metrics = self.fontMetrics()
        extra = metrics.horizontalAdvance(BULLET + GAP)
        shown = max(1, min(len(names), self.width() // (SHORTEST + extra)))
        left = names[shown:]
        more = [f"… and {len(left)} more"] if left else []
        room = self.width() - self._width(more) - shown * extra
        widths = _shares([metrics.horizontalAdvance(name) for name in names[:shown]], room)
        elided = (metrics.elidedText(*part) for part in _elisions(names, widths))
        return [(name, colour) for name, (_, colour) in zip(elided, self._runs, strict=False)], more

    def _width(self, parts: Sequence[str]) -> int:
        return self.fontMetrics().horizontalAdvance(GAP.join(parts))


def _elisions(names: Sequence[str], widths: Sequence[int]) -> Iterator[tuple[str, Qt.TextElideMode, int]]:
    for name, width in zip(names, widths, strict=False):
        yield name, Qt.TextElideMode.ElideMiddle, width


def _shares(wanted: Sequence[int], room: int) -> list[int]:
    """Return how many pixels each name gets of the room: short ones what they want, long ones equal shares of the rest.

    Example: `_shares([20, 100, 100], 120)` is `[20, 50, 50]`.
    """
    shares, left = [0] * len(wanted), room
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    for done, at in enumerate(order):
        shares[at] = min(wanted[at], left // (len(order) - done))
        left -= shares[at]
    return shares


def _html(runs: Sequence[Named], marks: Sequence[str]) -> str:
    parts = [f'<span style="color: {colour}">●</span>&nbsp;{escape(name)}' for name, colour in runs]
    return "&nbsp;&nbsp;&nbsp;".join([*parts, *marks])
