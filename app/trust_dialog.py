"""Asks whether the Python that a graph carries may run, showing exactly what would."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QTextOption
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QVBoxLayout, QWidget

from app.fitting import fit_to_screen
from app.python_colours import PythonColours
from app.script_panel import POINTS
from app.themes import CODE_FAMILY, Theme
from engine.printable import printable
from engine.trust import Code

SIZE: Final = QSize(640, 420)
WORDS: Final = (
    "<b>This graph carries Python that you have not trusted yet.</b><br>"
    "It would run with all that you may do yourself. Read it; if you did not write it, ask who did."
)


class TrustDialog(QDialog):
    """The code of each node, read-only; the safe answer is the default.

    Long lines are broken and signs that nobody sees are written out, so that nothing can hide beyond the window's edge.
    """

    def __init__(self, code: Sequence[Code], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Trust this code?")
        fit_to_screen(self, SIZE)
        words = QLabel(WORDS, self)
        words.setWordWrap(True)
        self.text = QPlainTextEdit(self)
        self.text.setPlainText("\n".join(f"# {piece.node}.{piece.field}\n{printable(piece.text)}" for piece in code))
        self.text.setReadOnly(True)
        self.text.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.text.setFont(QFont(CODE_FAMILY, POINTS))
        self.text.setAccessibleName("The code that would run")
        self.colours = PythonColours(theme, self.text.document())
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.trust = self.buttons.addButton("Trust and run", QDialogButtonBox.ButtonRole.AcceptRole)
        cancel = self.buttons.button(QDialogButtonBox.StandardButton.Cancel)
        cancel.setDefault(True)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for part in (words, self.text, self.buttons):
            layout.addWidget(part)
        cancel.setFocus()
