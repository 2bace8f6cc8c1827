"""What a window tells of one thing that can be chosen in it: a picture, words below, and a button to take it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QTextBrowser, QVBoxLayout, QWidget

from app.themes import Theme


class Page(QWidget):
    """A picture of a fixed size, words, and a button.

    Signals:
        wished(): the button was pressed.
    """

    wished = Signal()

    def __init__(self, size: QSize, about: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.picture.setFixedSize(size)
        self.words = QTextBrowser(openExternalLinks=True, accessibleName=about)
        self.words.setStyleSheet("QTextBrowser { border: none; background: transparent; padding: 0; }")
        self.button = QPushButton()
        self.button.setProperty("primary", True)
        self.button.setDefault(True)
        self.button.clicked.connect(self.wished)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        for widget in (self.picture, self.words, self.button):
            self.column.addWidget(widget)

    def frame(self, theme: Theme, padding: int) -> None:
        """Draw the picture's frame in the theme's colours, `padding` pixels away from it."""
        self.picture.setStyleSheet(
            f"background: {theme.canvas}; color: {theme.muted}; border: 1px solid {theme.border};"
            f"border-radius: 9px; padding: {padding}px;"
        )
