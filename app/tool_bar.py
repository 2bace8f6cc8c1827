"""The window's tool bar: what runs a graph and the run's state always show; the other tools give way for them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QToolBar, QToolButton, QWidget

ICON = QSize(18, 18)


class ToolBar(QToolBar):
    """A tool bar without overflow: groups that do not fit are left out, the last first; menus have their tools too."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("Tools", parent)
        self.setObjectName("tools")  # by which the window's state is remembered
        self.setAccessibleName("Tools")
        self.setMovable(False)
        self.setIconSize(ICON)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._groups: list[tuple[QWidget, tuple[QAction, QAction]]] = []

    def add_group(self, actions: Sequence[QAction]) -> None:
        """Add the buttons of these actions and a line behind them; in a narrow window they are left out."""
        group = QWidget()
        row = QHBoxLayout(group)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.layout().spacing())
        for action in actions:
            button = QToolButton(iconSize=ICON, autoRaise=True)
            button.setDefaultAction(action)
            row.addWidget(button)
        self._groups.append((group, (self.addWidget(group), self.addSeparator())))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the groups for which there is room."""
        super().resizeEvent(event)
        room = self._room_beside_lasting()
        for group, actions in self._groups:
            room -= group.sizeHint().width() + sum(self._gap(action) for action in actions)
            for action in actions:
                action.setVisible(room >= 0)

    def _room_beside_lasting(self) -> int:
        """Return the pixels that the others leave, whose buttons show icons alone where their texts do not fit."""
        style = Qt.ToolButtonStyle
        for wanted in (style.ToolButtonTextBesideIcon, style.ToolButtonIconOnly):
            for action in self._lasting():
                button = self.widgetForAction(action)
                if isinstance(button, QToolButton):
                    button.setToolButtonStyle(wanted)
            room = self._within() - sum(self._needs(action) for action in self._lasting())
            if room >= 0:
                break
        return room

    def _within(self) -> int:
        """Return the pixels between the bar's edges."""
        edges = self.layout().contentsMargins()
        return self.width() - edges.left() - edges.right()

    def _lasting(self) -> list[QAction]:
        """Return the actions that are in no group."""
        yielding = [action for _, actions in self._groups for action in actions]
        return [action for action in self.actions() if action not in yielding]

    def _needs(self, action: QAction) -> int:
        """Return the pixels that an action's widget takes: what grows with the bar at least, others always."""
        widget = self.widgetForAction(action)
        grows = widget.sizePolicy().horizontalPolicy() is QSizePolicy.Policy.Expanding
        return (widget.minimumSizeHint() if grows else widget.sizeHint()).width() + self.layout().spacing()

    def _gap(self, action: QAction) -> int:
        """Return the pixels around a group, and those of the line behind it."""
        line = self.widgetForAction(action).sizeHint().width() if action.isSeparator() else 0
        return line + self.layout().spacing()
