"""What stands in the middle of an empty canvas: how to begin, and a way to the saved graphs."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from app.themes import Theme

EMPTY: Final = "Drag an operator here, or press Tab to search"
GAP: Final = 10  # pixels between the line and the button


class Empty(QLabel):
    """A line and a button over `host`; drops and clicks beside the button go through to what lies below.

    Signals:
        gallery_wished(): the button was pressed.
    """

    gallery_wished = Signal()

    def __init__(self, host: QWidget) -> None:
        super().__init__(EMPTY, host, alignment=Qt.AlignmentFlag.AlignCenter)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.button = QPushButton("Choose from the gallery", host, toolTip="Pictures of the saved graphs (Ctrl+G)")
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab searches here; Ctrl+G does what the button does
        self.button.clicked.connect(self.gallery_wished)

    def wear(self, theme: Theme) -> None:
        """Wear another theme."""
        self.setStyleSheet(f"color: {theme.muted}; background: {theme.canvas}; font-size: 12pt; padding: 12px;")
        self.adjustSize()
        self.button.adjustSize()

    def setVisible(self, visible: bool) -> None:
        """Show or hide the line and the button."""
        super().setVisible(visible)
        self.button.setVisible(visible)

    def place(self, centre: QPoint) -> None:
        """Stand around `centre` of the host."""
        self.move(centre - self.rect().center() - QPoint(0, (self.button.height() + GAP) // 2))
        self.button.move(centre.x() - self.button.width() // 2, self.geometry().bottom() + GAP)
        for widget in (self, self.button):
            widget.raise_()
