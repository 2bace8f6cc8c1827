"""The open graph as a Python script, beside the canvas: read, copied or saved, and never run here.

It follows each check of the graph, which waits until typing rests; while nobody sees the panel, nothing is written.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSizePolicy,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.python_colours import PythonColours
from app.themes import CODE_FAMILY, Theme
from engine.atomic import write_atomically
from engine.catalogue import Catalogue
from engine.document import Document
from engine.problems import InvalidGraph, Problem, errors_among
from engine.scripting import script

Checked = tuple[Document, tuple[Problem, ...]]  # a graph, and what is wrong with it

ABOUT: Final = "In Python"
NO_GRAPH: Final = "An empty graph has no script."
ERRORS: Final = "The script appears once the graph has no errors."
POINTS: Final = 9


class ScriptPanel(QWidget):
    """The text that `rlflow export` writes, with buttons to copy and to save it.

    Signals:
        said(str): what a button did, or why it did not.
    """

    said = Signal(str)

    def __init__(self, catalogue: Catalogue, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._newest: Checked = (Document(), ())
        self._shown: Checked | None = None
        self._seen = False
        self.text = QPlainTextEdit(readOnly=True, accessibleName="Script of the graph")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFont(CODE_FAMILY, POINTS))
        self.text.setStyleSheet("QPlainTextEdit { border: none; border-radius: 0; }")
        self.text.setTabChangesFocus(True)
        self._colours = PythonColours(theme, self.text.document())
        self.reason = QLabel(NO_GRAPH, alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True, margin=14)
        self.reason.setProperty("role", "muted")
        self.copy_button = _button("Copy", "Copy the script")
        self.save_button = _button("Save…", "Save the script as a Python file")
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self._choose_file)
        self._lay_out()
        self.set_theme(theme)

    def show_graph(self, document: Document, problems: tuple[Problem, ...]) -> None:
        """Show the script of a document with these problems, at once if the panel is seen, else when it is."""
        self._newest = (document, problems)
        if self._seen:
            self._write()

    def set_seen(self, seen: bool) -> None:
        """Know whether somebody sees the panel; it may lie behind another, which Qt does not call hidden."""
        self._seen = seen
        if seen:
            self._write()

    def set_theme(self, theme: Theme) -> None:
        """Wear the theme's colours."""
        self._colours.set_theme(theme)
        self.copy_button.setIcon(icon("copy", theme, theme.muted))
        self.save_button.setIcon(icon("save", theme, theme.muted))

    def _write(self) -> None:
        if self._newest == self._shown:
            return
        self._shown = self._newest
        text, reason = self._script(*self._newest)
        self.reason.setText(reason)
        self._pages.setCurrentWidget(self.reason if reason else self.text)
        for button in (self.copy_button, self.save_button):
            button.setEnabled(not reason)
        if text != self.text.toPlainText():
            self._replace(text)

    def _script(self, document: Document, problems: tuple[Problem, ...]) -> tuple[str, str]:
        """Return the script, or why there is none."""
        errors = errors_among(problems)
        if errors or not document.nodes:
            return "", f"{ERRORS}\n\n{errors[0]}" if document.nodes else NO_GRAPH
        try:
            return script(document, self._catalogue), ""
        except InvalidGraph as error:
            return "", f"{error}."

    def _replace(self, text: str) -> None:
        """Write another text and stay where the reader was."""
        bars = (self.text.verticalScrollBar(), self.text.horizontalScrollBar())
        places = [bar.value() for bar in bars]
        self.text.setPlainText(text)
        for bar, place in zip(bars, places, strict=True):
            bar.setValue(place)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.said.emit("The script was copied.")

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, "Save the script", str(Path.cwd()), "Python (*.py);;All files (*)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("py")
        dialog.selectFile("graph.py")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self._save(Path(name)))
        dialog.open()

    def _save(self, path: Path) -> None:
        try:
            write_atomically(path, self.text.toPlainText().encode())
        except OSError as error:
            self.said.emit(f"The script was not saved: {error.strerror or error}")
        else:
            self.said.emit(f"Saved {path}")

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(14, 4, 4, 4)
        row.setSpacing(4)
        about = QLabel(ABOUT)
        about.setProperty("role", "muted")
        about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        row.addWidget(about, 1)
        row.addWidget(self.copy_button)
        row.addWidget(self.save_button)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.reason)
        self._pages.addWidget(self.text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addLayout(self._pages, 1)


def _button(text: str, tip: str) -> QToolButton:
    style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon
    return QToolButton(text=text, toolTip=tip, accessibleName=tip, iconSize=QSize(16, 16), toolButtonStyle=style)
