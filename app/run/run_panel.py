"""The state of the engine and its run in one strip: icon and word, a sentence, figures."""

from __future__ import annotations

import time
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QSizePolicy, QToolButton, QWidget

from app.icons import icon
from app.run.engine_process import EngineProcess
from app.run.progress import why_ended
from app.run.run_actions import RunActions
from app.run.run_figures import RunFigures
from app.run.state import RunState
from app.themes import Theme
from engine.events import Event, Refused, RunEnded, RunStarted, Telemetry
from engine.problems import Problem

ICON: Final = 18  # pixels
SPACING: Final = 8
NARROWEST: Final = 180  # icon and word; the rest hides where there is no room
COUNTING: Final = 200  # ms between updates of the seconds that a start takes
IDLE: Final = frozenset({RunState.OFF, RunState.STARTING, RunState.QUEUED, RunState.READY})
ACCIDENTS: Final = frozenset({RunState.LOST, RunState.FAILED})


class RunPanel(QWidget):
    """The strip, as wide as there is room for; it follows an engine by itself.

    Of the `actions`, it offers to resume the run where that makes sense.
    """

    def __init__(self, engine: EngineProcess, actions: RunActions, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._theme = theme
        self._stop: dict[str, float] = {}
        self._steps: list[tuple[str, float]] = []  # of the engine's start: what, and when it began
        self._started = 0.0
        self._text = ""
        self._icon, self._word, self._detail = QLabel(), QLabel(), QLabel()
        self._resume = QToolButton(toolButtonStyle=Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._resume.setDefaultAction(actions.resume_last)
        self.figures = RunFigures()
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

    def set_theme(self, theme: Theme) -> None:
        """Draw the state in the theme's colours."""
        self._theme = theme
        self._show_state(self._engine.state)

    def minimumSizeHint(self) -> QSize:
        """Return the size of icon and word."""
        return QSize(NARROWEST, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the room anew."""
        super().resizeEvent(event)
        self._share_room()

    def _follow(self, state: RunState) -> None:
        if state.engine_starts:
            if not self._counting.isActive():
                self._steps, self._started = [], time.monotonic()
                self._counting.start()
            self._tell_step()
        elif self._counting.isActive():
            self._counting.stop()
            self._say("")
        if state is RunState.LAUNCHING:
            self._say("")
            self.figures.clear()
        self._show_state(state)

    def _show_state(self, state: RunState) -> None:
        colour = self._theme.state_colour(state.look)
        self._icon.setPixmap(icon(f"state_{state.look}", self._theme, colour).pixmap(QSize(ICON, ICON)))
        self._word.setText(state.value)
        self._word.setStyleSheet(f"color: {colour}; font-weight: 600;")
        self.setAccessibleName(f"Run state: {state.value}")
        self.figures.setVisible(state not in IDLE)
        self._resume.setVisible(self._resume.defaultAction().isEnabled())
        self._share_room()

    def _take(self, event: Event) -> None:
        match event:
            case RunStarted():
                self._stop = dict(event.stop)
                self._say(event.why_not_deterministic)
            case Telemetry():
                self.figures.show_numbers(event, self._stop)
            case RunEnded():
                self._say(why_ended(event))
            case Refused():
                self._say("; ".join(str(Problem.from_json(dict(problem))) for problem in event.problems))

    def _add_step(self, step: str, seconds: float) -> None:
        self._steps.append((step, seconds))
        self._tell_step()

    def _tell_step(self) -> None:
        """Show the step that the start is at, and how long the start has taken; the tooltip lists all steps."""
        step = self._steps[-1][0] if self._steps else "starting Python"
        waits = "starts when the engine is ready · " if self._engine.state is RunState.QUEUED else ""
        self._say(f"{waits}{step} · {time.monotonic() - self._started:.0f} s")
        self._detail.setToolTip("\n".join(f"{seconds:5.1f} s  {step}" for step, seconds in self._steps))

    def _tell_silence(self, seconds: float) -> None:
        self._say(f"The engine has not answered for {seconds:.0f} s." if seconds else "")

    def _tell_death(self, reason: str) -> None:
        self._say(reason.partition("\n")[0])
        self._detail.setToolTip(reason)

    def _say(self, text: str) -> None:
        self._text = text
        self._detail.setToolTip(text)
        self._share_room()

    def _share_room(self) -> None:
        """Give the sentence a third of what icon, word and buttons leave, and what the figures do not need.

        After an accident it has all of it.
        """
        metrics = QFontMetrics(self._detail.font())
        taken = [self._word] + [self._resume] * self._resume.isVisibleTo(self)
        room = self.width() - ICON - sum(widget.sizeHint().width() for widget in taken) - SPACING * (len(taken) + 5)
        most = room if self._engine.state in ACCIDENTS or self._engine.state in IDLE else room // 3
        width = max(min(metrics.horizontalAdvance(self._text) + 2, most), 0)
        width += self.figures.fit(room - width)
        self._detail.setText(metrics.elidedText(self._text, Qt.TextElideMode.ElideRight, width))

    def _lay_out(self) -> None:
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._detail.setProperty("role", "muted")
        self._detail.setTextFormat(Qt.TextFormat.PlainText)  # it quotes files and errors
        row = QHBoxLayout(self)
        row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        row.setContentsMargins(SPACING, 2, SPACING, 2)
        row.setSpacing(SPACING)
        for widget in (self._icon, self._word, self._detail, self._resume):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.figures)
