"""Where one is in a graph with groups: the levels that lead to the open one, as buttons above the canvas."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from app.groups import TOP

Crumb = tuple[str, str]  # a level and its title


class Breadcrumbs(QWidget):
    """One button for each level above the open one, whose title stands last; hidden on the top level.

    Signals:
        chosen(str): the level whose button was pressed.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Groups that are open")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 4, 8, 4)
        self._row.setSpacing(2)
        self._shown: tuple[Crumb, ...] = ()
        self.hide()

    def show_path(self, path: Sequence[Crumb]) -> None:
        """Show the groups that lead to the open one, itself last; none on the top level."""
        if self._shown != tuple(path):
            self._shown = tuple(path)
            self._fill()
        self.setVisible(bool(path))

    def _fill(self) -> None:
        while item := self._row.takeAt(0):
            if widget := item.widget():
                widget.setParent(None)
                widget.deleteLater()
        *above, here = ((TOP, "Whole graph"), *self._shown)
        for level, title in above:
            self._add_button(level, title)
            self._row.addWidget(_label("›"))
        self._row.addWidget(_label(here[1], bold=True))
        self._row.addStretch()

    def _add_button(self, level: str, title: str) -> None:
        button = QToolButton(self)
        button.setText(title)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(f"Go to {title}")
        button.setToolTip(f"Leave for {title} (Escape leaves one group)")
        button.clicked.connect(lambda: self.chosen.emit(level))
        self._row.addWidget(button)


def _label(text: str, bold: bool = False) -> QLabel:
    label = QLabel(text)
    label.setContentsMargins(6, 0, 6, 0)
    font = label.font()
    font.setBold(bold)
    label.setFont(font)
    return label
