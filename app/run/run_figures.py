"""The figures of a run and its progress, each in its own place and width, so that nothing dances as they change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from app.run.progress import figures, progress
from app.themes import number_font
from engine.events import Telemetry

WIDEST: Final = {"env steps": "10,000,000", "steps/s": "999k", "elapsed": "10:00:00", "return": "-1,000.0"}
IMPORTANCE: Final = ("env steps", "return", "steps/s", "elapsed")  # the last make room first
TIPS: Final = {
    "env steps": "Environment steps received so far",
    "steps/s": "Environment steps a second",
    "elapsed": "Time since the first sample",
    "return": "Mean return of the last 100 episodes",
}
GAP: Final = 16  # pixels between figures
BAR: Final = 3


class RunFigures(QWidget):
    """Figures above a thin bar that fills up towards the stop condition."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values = {name: QLabel("–") for name in WIDEST}
        self._pairs = {name: _pair(name, value) for name, value in self._values.items()}
        self._bar = QProgressBar(textVisible=False, maximum=1000, accessibleName="Progress")
        self._bar.setFixedHeight(BAR)
        row = QHBoxLayout()
        row.setSpacing(GAP)
        row.addStretch(1)
        for pair in self._pairs.values():
            row.addWidget(pair)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(row)
        column.addWidget(self._bar)

    @property
    def share_done(self) -> float:
        """How much of the way to the stop condition is shown as done, from 0 to 1."""
        return self._bar.value() / self._bar.maximum()

    def figure(self, name: str) -> str:
        """Return a figure as it is shown: `env steps`, `steps/s`, `elapsed` or `return`."""
        return self._values[name].text()

    def show_numbers(self, numbers: Telemetry, stop: Mapping[str, float]) -> None:
        """Show these numbers of a run that ends at `stop`."""
        for name, value in figures(numbers):
            self._values[name].setText(value)
        self._pairs["steps/s"].setToolTip("\n".join((TIPS["steps/s"], *on_machines(numbers))))
        way = progress(stop, numbers)
        self._bar.setValue(round(way.share * self._bar.maximum()) if way else 0)
        self._bar.setToolTip(f"{way.share:.0%} of the way to {way.until}" if way else "Runs until it is stopped")

    def clear(self) -> None:
        """Show no numbers."""
        self._bar.setValue(0)
        for value in self._values.values():
            value.setText("–")

    def fit(self, room: int) -> int:
        """Show the figures for which `room` pixels are enough, the most important first; return what is left of it."""
        left = max(room, 0)
        for name in IMPORTANCE:
            pair = self._pairs[name]
            room -= pair.sizeHint().width() + GAP
            pair.setVisible(room >= 0)
            left = min(left, room) if room >= 0 else left
        self._bar.setVisible(self._pairs[IMPORTANCE[0]].isVisibleTo(self))
        return left


def on_machines(numbers: Telemetry) -> list[str]:
    """Return how fast each machine of a cluster is, in words; nothing where all is on one.

    Example: "rollouts_1 on node-2: 3,100 a second".
    """
    return [
        f"{node} on {machine}: {rate:,.0f} a second"
        for node, rates in numbers.machines.items()
        for machine, rate in sorted(rates.items())
    ]


def _pair(name: str, value: QLabel) -> QWidget:
    """Put a value, right-aligned in room for the widest one, before its name."""
    value.setFont(number_font(10))
    value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    value.setFixedWidth(QFontMetrics(value.font()).horizontalAdvance(WIDEST[name]) + 2)
    value.setAccessibleName(name)
    caption = QLabel(name)
    caption.setProperty("role", "muted")
    pair = QWidget(toolTip=TIPS[name])
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(5)
    row.addWidget(value)
    row.addWidget(caption)
    return pair
