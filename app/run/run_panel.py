"""The state of the engine and its run in one strip: icon and word, figures, progress, and what to do after an accident.

Every figure keeps its place and its width, so that nothing dances while numbers change four times a second.
"""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QAction, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.icons import icon
from app.run.engine_process import EngineProcess
from app.run.progress import figures, progress, why_ended
from app.run.run_actions import RunActions
from app.run.state import RunState
from app.themes import Theme, number_font
from engine.events import Event, Refused, RunEnded, RunStarted, Telemetry
from engine.problems import Problem

ICON: Final = 18  # pixels
GAP: Final = 8  # before each figure, besides the layout's spacing
BAR: Final = 3
WIDTHS: Final = {"env steps": "10,000,000", "steps/s": "999.9k", "elapsed": "10:00:00", "return": "-1,000.0"}
COUNTING: Final = 200  # ms between updates of the seconds that a start takes


class RunPanel(QWidget):
    """The strip; it follows an engine by itself. `actions` gives the buttons that it offers after an accident."""

    def __init__(self, engine: EngineProcess, actions: RunActions, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._theme = theme
        self._stop: dict[str, float] = {}
        self._steps: list[tuple[str, float]] = []  # of the engine's start: what, and when it began
        self._started = 0.0
        self._text = ""
        self._icon = QLabel()
        self._word = QLabel()
        self._detail = QLabel()
        self._figures = {name: QLabel() for name in WIDTHS}
        self._bar = QProgressBar(textVisible=False, maximum=1000)
        self._buttons = [_button(action) for action in (actions.resume_last, actions.restart)]
        self._counting = QTimer(self, interval=COUNTING)
        self._counting.timeout.connect(self._tell_step)
        self._lay_out()
        engine.state_changed.connect(self._follow)
        engine.told.connect(self._take)
        engine.starting.connect(self._add_step)
        engine.silent.connect(self._tell_silence)
        engine.died.connect(self._tell_death)
        self.set_theme(theme)

    @property
    def word(self) -> str:
        """The state's word as it is shown."""
        return self._word.text()

    @property
    def detail(self) -> str:
        """The sentence beside the state, unshortened."""
        return self._text

    @property
    def share_done(self) -> float:
        """How much of the way to the stop condition is shown as done, from 0 to 1."""
        return self._bar.value() / self._bar.maximum()

    def figure(self, name: str) -> str:
        """Return a figure as it is shown: `env steps`, `steps/s`, `elapsed` or `return`."""
        return self._figures[name].text()

    def set_theme(self, theme: Theme) -> None:
        """Draw the state in the theme's colours."""
        self._theme = theme
        self._show_state(self._engine.state)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten the sentence to the room there is."""
        super().resizeEvent(event)
        self._fit_detail()

    def _follow(self, state: RunState) -> None:
        if state is RunState.STARTING:
            self._steps, self._started = [], time.monotonic()
            self._counting.start()
            self._tell_step()
        elif self._counting.isActive():
            self._counting.stop()
            self._say("")
        if state is RunState.LAUNCHING:
            self._say("")
            self._clear_figures()
        self._show_state(state)

    def _show_state(self, state: RunState) -> None:
        colour = self._theme.state_colour(state.look)
        self._icon.setPixmap(icon(f"state_{state.look}", self._theme, colour).pixmap(QSize(ICON, ICON)))
        self._word.setText(state.value)
        self._word.setStyleSheet(f"color: {colour}; font-weight: 600;")
        self.setAccessibleName(f"Run state: {state.value}")
        in_sight = state not in (RunState.OFF, RunState.STARTING, RunState.READY)
        self._numbers.setVisible(in_sight)
        for button in self._buttons:
            button.setVisible(button.defaultAction().isEnabled())

    def _take(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._stop = dict(event.stop)
                self._say(event.why_not_deterministic)
            case Telemetry():
                self._show_numbers(event)
            case RunEnded():
                self._say(why_ended(event))
            case Refused():
                self._say("; ".join(str(Problem.from_json(dict(problem))) for problem in event.problems))

    def _show_numbers(self, numbers: Telemetry) -> None:
        for name, value in figures(numbers):
            self._figures[name].setText(value)
        way = progress(self._stop, numbers)
        self._bar.setValue(round(way.share * self._bar.maximum()) if way else 0)
        self._bar.setToolTip(f"{way.share:.0%} of the way to {way.until}" if way else "runs until it is stopped")

    def _clear_figures(self) -> None:
        self._bar.setValue(0)
        for label in self._figures.values():
            label.setText("–")

    def _add_step(self, step: str, seconds: float) -> None:
        self._steps.append((step, seconds))
        self._tell_step()

    def _tell_step(self) -> None:
        """Show the step that the start is at, and how long the start has taken; the tooltip lists all steps."""
        step = self._steps[-1][0] if self._steps else "starting Python"
        self._say(f"{step} · {time.monotonic() - self._started:.0f} s")
        self._detail.setToolTip("\n".join(f"{seconds:5.1f} s  {step}" for step, seconds in self._steps))

    def _tell_silence(self, seconds: float) -> None:
        self._say(f"The engine has not answered for {seconds:.0f} s." if seconds else "")

    def _tell_death(self, reason: str) -> None:
        self._say(reason.partition("\n")[0])
        self._detail.setToolTip(reason)

    def _say(self, text: str) -> None:
        self._text = text
        self._detail.setToolTip(text)
        self._fit_detail()

    def _fit_detail(self) -> None:
        metrics = QFontMetrics(self._detail.font())
        self._detail.setText(metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, self._detail.width()))

    def _lay_out(self) -> None:
        self._detail.setProperty("role", "muted")
        self._detail.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._bar.setFixedHeight(BAR)
        self._bar.setAccessibleName("Progress towards the stop condition")
        self._numbers = QWidget()
        column = QVBoxLayout(self._numbers)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addLayout(self._figures_row())
        column.addWidget(self._bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 8, 2)
        row.setSpacing(8)
        for widget in (self._icon, self._word):
            row.addWidget(widget)
        row.addWidget(self._detail, 1)
        for widget in (*self._buttons, self._numbers):
            row.addWidget(widget)

    def _figures_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(5)
        for name, label in self._figures.items():
            row.addSpacing(GAP)
            label.setFont(number_font(10))
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            label.setFixedWidth(QFontMetrics(label.font()).horizontalAdvance(WIDTHS[name]) + 4)
            label.setAccessibleName(name)
            caption = QLabel(name)
            caption.setProperty("role", "muted")
            row.addWidget(label)
            row.addWidget(caption)
        self._figures["return"].setToolTip("Mean return of the last 100 episodes")
        return row


def _button(action: QAction) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    return button
