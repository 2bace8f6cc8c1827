"""The legend above the charts: which runs they show, in their colours, and what the marks on the curves mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget


@dataclass(frozen=True, slots=True)
class Named:
    """What a run is called, what it is called where there is little room, and the colour of its curves."""

    name: str
    short: str
    colour: str


BULLET: Final = "● "
GAP: Final = "   "
SHORTEST: Final = 70  # pixels of a name that still tells something
ELIDE: Final = Qt.TextElideMode.ElideLeft  # names differ in their ends


class Legend(QLabel):
    """One line that never asks for more width than there is.

    Marks give way first, then long names to short ones, then their beginnings to dots, then the last runs to a number.

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
        self.whole = _html([(run.name, run.colour) for run in runs], marks)
        self.setToolTip("\n".join([*(run.name for run in runs), *marks]))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        text = _html(*self._fitting())
        if text != self.text():
            self.setText(text)

    def _fitting(self) -> tuple[Sequence[tuple[str, str]], Sequence[str]]:
        """Return names with their colours, and marks, as they fit."""
        whole = [(run.name, run.colour) for run in self._runs]
        short = [(run.short, run.colour) for run in self._runs]
        for names, marks in ((whole, self._marks), (whole, ()), (short, ())):
            if self._width([*(BULLET + name for name, _ in names), *marks]) <= self.width():
                return names, marks
        return self._shortened(short)

    def _shortened(self, names: Sequence[tuple[str, str]]) -> tuple[Sequence[tuple[str, str]], Sequence[str]]:
        """Return the ends of the first names, and how many more there are."""
        metrics = self.fontMetrics()
        extra = metrics.horizontalAdvance(BULLET + GAP)
        shown = max(1, min(len(names), self.width() // (SHORTEST + extra)))
        left = len(names) - shown
        more = [f"… and {left} more"] if left else []
        room = self.width() - self._width(more) - shown * extra
        widths = _shares([metrics.horizontalAdvance(name) for name, _ in names[:shown]], room)
        elided = (metrics.elidedText(name, ELIDE, width) for (name, _), width in zip(names, widths, strict=False))
        return [(name, colour) for name, (_, colour) in zip(elided, names, strict=False)], more

    def _width(self, parts: Sequence[str]) -> int:
        return self.fontMetrics().horizontalAdvance(GAP.join(parts))


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


def _html(names: Sequence[tuple[str, str]], marks: Sequence[str]) -> str:
    parts = [f'<span style="color: {colour}">●</span>&nbsp;{escape(name)}' for name, colour in names]
    return "&nbsp;&nbsp;&nbsp;".join([*parts, *marks])
