"""A row of buttons above a panel that never asks for more width than the panel has."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolButton, QWidget

ICON: Final = QSize(16, 16)


class ToolRow(QWidget):
    """Lays widgets out side by side; where the row is narrower than `roomy` pixels, buttons are icons alone."""

    def __init__(self, roomy: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # what is below says how narrow
        self.roomy = roomy
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(8, 4, 4, 0)
        self.row.setSpacing(4)
        self._buttons: list[QToolButton] = []

    def add_action(self, action: QAction) -> None:
        """Add a button with the action's icon and text."""
        button = QToolButton(iconSize=ICON)
        button.setDefaultAction(action)
        self.add_button(button)

    def add_button(self, button: QToolButton) -> None:
        """Add a button with an icon and a text, of which the text gives way."""
        self._buttons.append(button)
        self.row.addWidget(button)
        self._give_room()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show texts where there is room for them."""
        super().resizeEvent(event)
        self._give_room()

    def _give_room(self) -> None:
        roomy = self.width() >= self.roomy
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if roomy else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._buttons:
            button.setToolButtonStyle(style)
