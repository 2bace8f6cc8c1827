"""What stands in the middle of an empty canvas: how to begin, and a way to the saved graphs."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.actions import spoken
from app.themes import Theme

GAP: Final = 10  # pixels between the line and the button


class Empty(QLabel):
    """A line that tells the key of `search`, and a button, over `host`; other drops and clicks go through to that.

    Signals:
        gallery_wished(): the button was pressed.
    """

    gallery_wished = Signal()

    def __init__(self, host: QWidget, search: QAction) -> None:
        super().__init__(host, alignment=Qt.AlignmentFlag.AlignCenter)
        self._host, self._search = host, search
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.button = QPushButton("Choose from the gallery", host, toolTip="Pictures of the saved graphs")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab searches here; the File menu has the gallery too
        self.button.clicked.connect(self.gallery_wished)
        search.changed.connect(self._say)
        self._say()

    def _say(self) -> None:
        key = spoken(self._search.shortcut())
        self.setText(f"Drag an operator here, or press {key} to search" if key else "Drag an operator here")
        self.adjustSize()
        self.place(self._host.rect().center())

    def wear(self, theme: Theme) -> None:
        """Wear another theme."""
        self.setStyleSheet(f"color: {theme.muted}; background: {theme.canvas}; font-size: 12pt; padding: 12px;")
        self.adjustSize()

    def setVisible(self, visible: bool) -> None:
        """Show or hide the line and the button."""
        super().setVisible(visible)
        self.button.setVisible(visible)
        self.place(self._host.rect().center())

    def place(self, centre: QPoint) -> None:
        """Stand around `centre` of the host; the button as large as the window's style wants it by now."""
        self.button.adjustSize()
        self.move(centre - self.rect().center() - QPoint(0, (self.button.height() + GAP) // 2))
        self.button.move(centre.x() - self.button.width() // 2, self.geometry().bottom() + GAP)
        for widget in (self, self.button):
            widget.raise_()
