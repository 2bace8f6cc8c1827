"""The list of what is wrong with the graph, or a calm word that nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QStackedLayout, QWidget

from app.icons import icon
from app.themes import Theme
from engine.problems import Problem

PROBLEM: Final = Qt.ItemDataRole.UserRole


class ProblemsPanel(QWidget):
    """One row a problem; errors first.

    Signals:
        chosen(object): the problem that was clicked, or on which Enter was pressed.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._problems: tuple[Problem, ...] = ()
        self.list = QListWidget(self)
        self.list.setAccessibleName("Problems of the graph")
        self.list.setWordWrap(True)
        self.list.setIconSize(QSize(16, 16))
        self.list.itemClicked.connect(self._choose)
        self.list.itemActivated.connect(self._choose)
        self.empty = QLabel("No problems. The graph is ready to run.", self)
        self.empty.setProperty("role", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self.empty)
        self._layout.addWidget(self.list)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is shown, in order."""
        return self._problems

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show these problems, errors first."""
        self._problems = tuple(sorted(problems, key=lambda problem: problem.severity != "error"))
        self.list.clear()
        for problem in self._problems:
            item = QListWidgetItem(self._icon(problem), _sentence(problem), self.list)
            item.setData(PROBLEM, problem)
            item.setToolTip(str(problem))
        self._layout.setCurrentWidget(self.list if problems else self.empty)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._theme = theme
        self.show_problems(self._problems)

    def _icon(self, problem: Problem) -> QIcon:
        colour = self._theme.danger if problem.severity == "error" else self._theme.warning
        return icon("error" if problem.severity == "error" else "warning", self._theme, colour)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(PROBLEM))


def _sentence(problem: Problem) -> str:
    place = f"{problem.where}:  " if str(problem.where) else ""
    hint = f"  →  {problem.hint}" if problem.hint else ""
    return f"{place}{problem.what[:1].upper()}{problem.what[1:]}.{hint}"
