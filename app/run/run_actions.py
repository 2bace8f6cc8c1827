"""Run, Pause, Stop and what helps after an accident, as actions that are enabled exactly when they make sense."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from app.actions import make_action, set_icons
from app.icons import icon
from app.run.engine_process import EngineProcess
from app.run.state import RunState
from app.themes import Theme
from engine.events import CheckpointSaved, Event, RunStarted

BEFORE_THE_END: Final = frozenset({RunState.STOPPED, RunState.FAILED})


class RunActions(QObject):
    """The actions, kept in step with an engine; add them to a tool bar, a menu, or both.

    Only the window knows which graph to run, so `run` is passed on as `run_wished`; the others act on the engine.

    Attributes:
        run: runs the graph. run_seeds: once with each of several seeds. pause: reads Resume while the run is paused.
        stop: ends the engine where the run has not stopped. restart: a new engine after its death.
        resume_last: the last run, where it was interrupted.

    Signals:
        run_wished(): the user wants the open graph to be run.
        seeds_wished(): the user wants it to be run with several seeds.
        resume_wished(str): the user wants to go on with the run in this folder.
    """

    run_wished = Signal()
    seeds_wished = Signal()
    resume_wished = Signal(str)

    def __init__(self, engine: EngineProcess, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._theme = theme
        self._last_folder = ""
        self._has_checkpoint = False
        self.run = make_action("run", self, self.run_wished.emit)
        self.run_seeds = make_action("run_seeds", self, self.seeds_wished.emit)
        self.pause = make_action("pause", self, self._pause_or_resume)
        self.stop = make_action("stop", self, engine.stop)
        self.restart = make_action("restart", self, engine.start)
        self.resume_last = make_action("resume_last", self, self._resume_last)
        engine.state_changed.connect(self._follow)
        engine.told.connect(self._take)
        self.set_theme(theme)

    def all(self) -> tuple[QAction, ...]:
        """Return the actions, in the order of a menu."""
        return (self.run, self.run_seeds, self.pause, self.stop, self.resume_last, self.restart)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._theme = theme
        set_icons((self.restart, self.resume_last), theme)
        self.run.setIcon(icon("run", theme, theme.success))
        self.stop.setIcon(icon("stop", theme, theme.danger))
        self._follow(self._engine.state)

    def _follow(self, state: RunState) -> None:
        if state is RunState.LAUNCHING:
            self._last_folder = ""
        paused = state is RunState.PAUSED
        self.run.setEnabled(state.allows("run"))
        self.run_seeds.setEnabled(state.allows("run"))
        self.pause.setEnabled(state.allows("pause") or paused)
        self.pause.setText("&Resume" if paused else "&Pause")
        self.pause.setIcon(icon("resume" if paused else "pause", self._theme))
        self.stop.setEnabled(state.allows("stop") or state.allows("end_engine"))
        self.stop.setText("&Stop now" if state.allows("end_engine") else "&Stop")
        self.restart.setEnabled(state.allows("start_engine"))
        left = state is RunState.LOST or (state in BEFORE_THE_END and self._has_checkpoint)
        self.resume_last.setEnabled(bool(self._last_folder) and left)

    def _take(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self._last_folder, self._has_checkpoint = event.folder, event.resumed_at > 0
        elif isinstance(event, CheckpointSaved):
            self._has_checkpoint = True

    def _pause_or_resume(self) -> None:
        if self._engine.state is RunState.PAUSED:
            self._engine.resume()
        else:
            self._engine.pause()

    def _resume_last(self) -> None:
        self.resume_wished.emit(self._last_folder)
