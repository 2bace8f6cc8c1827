"""Going on with a recorded run: its graph is open meanwhile, and what can be turned stands as it is in the run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.notices import Notice, listed
from app.restoring import graph_behind
from app.run.engine_process import EngineProcess
from app.run.turning import runs_alike, with_live_of
from engine.events import Event, RunStarted
from engine.problems import FlowError

if TYPE_CHECKING:
    from app.main_window import MainWindow


class Resuming(QObject):
    """Resumes runs from the window."""

    def __init__(self, engine: EngineProcess, window: MainWindow) -> None:
        super().__init__(window)
        self._engine, self._window = engine, window

    def resume(self, folder: str) -> None:
        """Go on with the run in a folder; its graph is opened first, unless it is open but for what can be turned."""
        try:
            document = graph_behind(Path(folder))
        except FlowError as error:
            self._window.notices.add(Notice("error", "The run was not resumed.", listed(error.problems), topic="run"))
            return
        if runs_alike(self._window.editing.document, document, self._window.catalogue):
            self._engine.resume_run(folder, document)
        else:
            self._window.files.begin(document, lambda: self._engine.resume_run(folder, document))

    def take(self, event: Event) -> None:
        """Show live parameters as a run begins with them: a resumed one goes on with what had been turned."""
        run = self._engine.document
        if isinstance(event, RunStarted) and run is not None:
            editing = self._window.editing
            shown = with_live_of(editing.document, run, self._window.catalogue)
            editing.edit("Take over what the run goes on with", shown)
