"""Asks with which seeds a graph shall be run."""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from engine.seed_list import seeds_in

FIRST: Final = "1..5"
ABOUT: Final = "One run after the other, each with its own seed. Write 1..5, or 1, 3, 7."
WIDTH: Final = 360


class SeedsDialog(QDialog):
    """A line for seeds that says what it understands; it can be accepted only while that makes sense.

    Attributes:
        seeds: what was understood.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Run with seeds")
        self.setMinimumWidth(WIDTH)
        self.seeds: tuple[int, ...] = ()
        self.line = QLineEdit(FIRST, accessibleName="Seeds")
        self.words = QLabel(wordWrap=True)
        self.words.setProperty("role", "muted")
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.go = self.buttons.addButton("Run", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.line.textChanged.connect(self._understand)
        column = QVBoxLayout(self)
        for widget in (QLabel(ABOUT, wordWrap=True), self.line, self.words, self.buttons):
            column.addWidget(widget)
        self._understand(FIRST)
        self.line.selectAll()

    def _understand(self, text: str) -> None:
        try:
            self.seeds = seeds_in(text)
        except ValueError as error:
            self.seeds = ()
            self.words.setText(f"{str(error)[:1].upper()}{str(error)[1:]}.")
        else:
            self.words.setText(f"{len(self.seeds)} run{'s' if len(self.seeds) > 1 else ''}.")
        self.go.setEnabled(bool(self.seeds))
