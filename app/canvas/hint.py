"""A line near the pointer that says why a gesture does nothing."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from app.themes import Theme

STAYS_MS: Final = 4_000
BESIDE: Final = QPoint(14, 14)  # pixels from the pointer, so that it hides nothing


class Hint(QLabel):
    """The line; a child of the view, so that it needs no window of its own."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._gone = QTimer(self, singleShot=True, interval=STAYS_MS)
        self._gone.timeout.connect(self.hide)
        self.hide()

    def wear(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.setStyleSheet(
            f"color: {theme.text}; background: {theme.raised}; border: 1px solid {theme.danger};"
            "border-radius: 6px; padding: 5px 9px;"
        )

    def say(self, text: str, pixel: QPoint) -> None:
        """Show `text` beside a pixel of the parent, inside it; an empty text hides the line."""
        if not text:
            self.hide()
            return
        self.setText(text)
        self.adjustSize()
        room = self.parentWidget().rect().bottomRight() - self.rect().bottomRight()
        wished = pixel + BESIDE
        self.move(max(0, min(wished.x(), room.x())), max(0, min(wished.y(), room.y())))
        self.show()
        self.raise_()
        self._gone.start()
