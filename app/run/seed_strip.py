"""A line above the graph while it runs with several seeds: what is done, what is under way, what is to come."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from app.icons import icon
from app.run.seed_queue import SeedQueue, SeedRun, SeedStatus
from app.themes import Theme
from engine.events import NodeStateName

LOOKS: Final[dict[SeedStatus, NodeStateName]] = {
    "waiting": "ready",
    "running": "running",
    "finished": "done",
    "stopped": "done",
    "interrupted": "paused",
    "failed": "failed",
    "cancelled": "blocked",
}
MOST: Final = 12  # seeds with a button each; of more, those around the one that runs


class SeedStrip(QWidget):
    """Shows a queue; a click on a seed that waits or runs does without it. Hidden while there is no queue."""

    def __init__(self, queue: SeedQueue, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._queue, self._theme = queue, theme
        self.setAccessibleName("Seeds")
        self.words = QLabel()
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._shown: tuple[SeedRun, ...] = ()
        self.buttons = [self._button(place) for place in range(MOST)]
        self.cancel = QPushButton("Cancel all", clicked=queue.cancel_all)
        self.close_it = QPushButton("Close", clicked=self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 4, 8, 4)
        row.setSpacing(2)
        row.addWidget(self.words, 1)
        for widget in (*self.buttons, self.cancel, self.close_it):
            row.addWidget(widget)
        queue.changed.connect(self.refresh)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._theme = theme
        self._fill()

    def refresh(self) -> None:
        """Show the queue as it is now."""
        self._fill()
        self.setVisible(bool(self._queue.runs))

    def _fill(self) -> None:
        runs, busy = self._queue.runs, self._queue.busy
        over = sum(run.status not in ("waiting", "running") for run in runs)
        self.words.setText(f"{self._queue.title or 'The graph'}: {over} of {len(runs)} seeds done")
        self._shown = self._around_the_running()
        for place, button in enumerate(self.buttons):
            button.setVisible(place < len(self._shown))
        for button, run in zip(self.buttons, self._shown, strict=False):
            self._dress(button, run)
        self.cancel.setVisible(busy)
        self.close_it.setVisible(not busy)

    def _around_the_running(self) -> tuple[SeedRun, ...]:
        runs = self._queue.runs
        at = next((number for number, run in enumerate(runs) if run.status == "running"), len(runs))
        start = max(0, min(at - MOST // 2, len(runs) - MOST))
        return runs[start : start + MOST]

    def _dress(self, button: QToolButton, run: SeedRun) -> None:
        look, open_ = LOOKS[run.status], run.status in ("waiting", "running")
        share = f" · {run.share:.0%}" if run.status == "running" else ""
        button.setText(f"{run.seed}{share}")
        button.setIcon(icon(f"state_{look}", self._theme, self._theme.state_colour(look)))
        button.setEnabled(open_)
        tip = f"Seed {run.seed}: {run.status}" + (". Click to do without it" if open_ else "")
        button.setToolTip(tip)
        button.setAccessibleName(tip)

    def _button(self, place: int) -> QToolButton:
        button = QToolButton(iconSize=QSize(14, 14), autoRaise=True, accessibleName="No seed yet")
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.clicked.connect(lambda: self._queue.cancel(self._shown[place].seed))
        return button
