"""One line over the canvas that says why something was not done, and goes away by itself."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QLabel, QWidget

from app.themes import Theme

READING_TIME: Final = 5_000  # ms
MARGIN: Final = 20


class Toast(QLabel):
    """A line at the lower edge of `host`."""

    def __init__(self, theme: Theme, host: QWidget) -> None:
        super().__init__(host)
        self._away = QTimer(self, singleShot=True, interval=READING_TIME)
        self._away.timeout.connect(self.hide)
        self.setAccessibleName("Message")
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setWordWrap(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_theme(theme)
        host.installEventFilter(self)
        self.hide()

    def say(self, text: str) -> None:
        """Show `text`, with a capital letter first, for a few seconds."""
        self.setText(text[:1].upper() + text[1:])
        self._place()
        self.show()
        self.raise_()
        self._away.start()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.setStyleSheet(
            f"background: {theme.raised}; color: {theme.text}; border: 1px solid {theme.warning};"
            "border-radius: 8px; padding: 8px 14px;"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the lower edge when the host changes its size."""
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        host = self.parentWidget()
        width = min(host.width() - 2 * MARGIN, self.fontMetrics().horizontalAdvance(self.text()) + 40)
        self.setFixedWidth(max(width, 80))
        self.adjustSize()
        self.move((host.width() - self.width()) // 2, host.height() - self.height() - MARGIN)
