"""The left side of a window in which something is found by typing: a field over a view, or a sentence instead of it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QStackedLayout, QVBoxLayout, QWidget

from app.icons import icon
from app.themes import Theme

EDGE = 14  # pixels around the window's two sides, and between them


class SearchColumn(QWidget):
    """A search field, and a view below it.

    Attributes:
        field: the search field.
        none: what stands instead of the view.
    """

    def __init__(self, prompt: str, view: QWidget) -> None:
        super().__init__()
        self.field = QLineEdit(placeholderText=prompt, accessibleName=prompt, clearButtonEnabled=True)
        self._lens = self.field.addAction(QIcon(), QLineEdit.ActionPosition.LeadingPosition)
        self.none = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self.none.setProperty("role", "muted")
        self._view = view
        self._pages = QStackedLayout()
        self._pages.addWidget(view)
        self._pages.addWidget(self.none)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addLayout(self._pages, 1)

    def say(self, sentence: str) -> None:
        """Show a sentence instead of the view; the view for none."""
        self.none.setText(sentence)
        self._pages.setCurrentWidget(self.none if sentence else self._view)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._lens.setIcon(icon("search", theme, theme.muted))

    def stand_beside(self, page: QWidget, window: QWidget) -> None:
        """Fill the window: this on the left, a page about what is chosen on the right."""
        row = QHBoxLayout(window)
        row.setContentsMargins(EDGE, EDGE, EDGE, EDGE)
        row.setSpacing(EDGE)
        row.addWidget(self, 1)
        row.addWidget(page)
