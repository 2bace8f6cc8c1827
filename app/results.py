"""What runs leave, in the window: seeds in a row, runs laid over each other or compared, deleted ones brought back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.notices import Notice
from app.run.seed_queue import SeedQueue
from app.run.seed_strip import SeedStrip
from app.run.seeds_dialog import SeedsDialog
from app.run.trash import Deleted
from app.themes import Theme
from engine.document import Document

if TYPE_CHECKING:
    from app.main_window import MainWindow
    from app.run_view import RunView


class Results(QObject):
    """Joins plots, list of runs and queue of seeds with each other and the window."""

    def __init__(self, view: RunView, window: MainWindow) -> None:
        super().__init__(view)
        self._view, self._window = view, window
        self.queue = SeedQueue(view.engine, self)
        self.strip = SeedStrip(self.queue, window.theme, window)
        window.centralWidget().layout().insertWidget(1, self.strip)  # between notices and canvas
        view.commands.seeds_wished.connect(self.ask_for_seeds)
        view.runs.open_wished.connect(self._show_runs)
        view.runs.compare_wished.connect(self._show_difference)
        view.runs.deleted.connect(self._offer_undo)
        view.runs.refused.connect(window.toast.say)
        self.queue.ended.connect(self._show_middle)

    def set_theme(self, theme: Theme) -> None:
        """Dress in the theme."""
        self.strip.set_theme(theme)

    def ask_for_seeds(self) -> None:
        """Ask with which seeds to run the open graph, and do so."""
        dialog = SeedsDialog(self._window)
        dialog.accepted.connect(lambda: self._view.run(lambda document: self.run_seeds(document, dialog.seeds)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def run_seeds(self, document: Document, seeds: Sequence[int]) -> None:
        """Run a graph with each of these seeds, and lay their curves over each other."""
        self._view.plots.clear()
        self._view.plots.bar.overlay.setChecked(True)
        self.queue.start(document, seeds)

    def _show_middle(self) -> None:
        """Show what the seeds have in common."""
        self._view.plots.bar.overlay.setChecked(False)
        if len(self.queue.folders) > 1:
            self._view.plots.look({"middle": "iqm"})

    def _show_runs(self, folders: Sequence[str]) -> None:
        self._window.docks["Plots"].bring_up()
        self._view.plots.show_runs(folders)

    def _show_difference(self, first: str, second: str) -> None:
        self._window.docks["Plots"].bring_up()
        self._view.plots.show_difference(first, second)

    def _offer_undo(self, deleted: Sequence[Deleted]) -> None:
        names = deleted[0].folder.name if len(deleted) == 1 else f"{len(deleted)} runs"
        choices = [("Undo", lambda: self._bring_back(deleted))]
        self._window.notices.add(Notice("info", f"{names} moved to the trash.", "", choices, topic="trash"))

    def _bring_back(self, deleted: Sequence[Deleted]) -> None:
        try:
            for one in deleted:
                one.undo()
        except OSError as error:
            self._window.toast.say(f"It could not be brought back: {error.strerror or error}")
        self._view.runs.refresh()
