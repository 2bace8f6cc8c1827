"""Watching a policy play: joins the panel with the engine and with the policies of the open graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.run.engine_process import EngineProcess
from app.run.state import RunState
from app.run.watch_panel import WatchPanel
from app.themes import Theme
from engine.events import Event, Refused, RunEnded, RunStarted, VideoRecorded
from engine.inspecting import PolicySeen
from engine.kinds import Policy
from engine.problems import Problem

if TYPE_CHECKING:
    from app.main_window import MainWindow


class Watcher(QObject):
    """Lets a policy play while the graph runs, and shows how.

    Attributes:
        panel: where it plays.
    """

    def __init__(self, engine: EngineProcess, window: MainWindow) -> None:
        super().__init__(window)
        self._engine, self._window = engine, window
        self._folder = Path()
        self.panel = WatchPanel(window.theme, window)
        self.panel.wished.connect(engine.look)
        engine.state_changed.connect(self._follow_state)
        window.editing.watch(self.follow_document)
        self.follow_document()

    def follow_document(self) -> None:
        """Offer the policies of the document that is shown now."""
        catalogue = self._window.catalogue
        nodes = self._window.editing.document.nodes
        specs = {node.id: catalogue.spec(node.type) for node in nodes}
        gives = {name for name, spec in specs.items() if spec and any(p.kind is Policy for p in spec.outputs)}
        self.panel.show_policies([node.id for node in nodes if node.id in gives])

    def take(self, event: Event) -> None:
        """Show what the engine tells of the play."""
        match event:
            case PolicySeen():
                self.panel.show_play(event)
            case RunStarted():
                self._folder = Path(event.folder)
            case VideoRecorded() if Path(event.file).name.startswith("watched-"):
                self.panel.show_film(self._folder / event.file)
            case Refused(command="watch"):
                problem = Problem.from_json(dict(event.problems[0]))
                self.panel.refuse(problem.what[:1].upper() + problem.what[1:])
            case RunEnded() if self.panel.watch.isChecked():
                self.panel.tell("The run has ended. The next one is watched again.")

    def set_theme(self, theme: Theme) -> None:
        """Dress the panel in the theme."""
        self.panel.set_theme(theme)

    def _follow_state(self, state: RunState) -> None:
        self.panel.set_running(state.allows("look"))
