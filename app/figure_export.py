"""Saves the open graph as a vector figure, where the person says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QFileDialog

from app.canvas.figure import Figure
from app.themes import LIGHT
from engine.atomic import write_atomically

if TYPE_CHECKING:
    from app.main_window import MainWindow

KINDS: Final = "Vector figure (*.svg);;PDF (*.pdf)"


def ask_for_figure(window: MainWindow) -> None:
    """Ask for a file, and save the graph there as a figure."""
    dialog = QFileDialog(window, "Export the graph as a figure", "", KINDS)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("svg")
    dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix("pdf" if "pdf" in kind else "svg"))
    dialog.selectFile(f"{window.editing.name.removesuffix('.json')}.svg")
    dialog.fileSelected.connect(lambda path: save_figure(window, Path(path)))
    dialog.open()


def save_figure(window: MainWindow, path: Path) -> None:
    """Save the open graph at `path`, in the light theme: as PDF if its name says so, else as SVG."""
    figure = Figure(window.catalogue, LIGHT, window)
    document = window.editing.document
    try:
        write_atomically(path, figure.pdf(document) if path.suffix.lower() == ".pdf" else figure.svg(document))
    except OSError as error:
        window.toast.say(f"The figure was not saved: {error.strerror or error}")
    else:
        window.toast.say(f"Saved {path}")
    figure.deleteLater()
