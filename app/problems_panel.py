"""The list of what is wrong with the graph, with a button that mends it where that is obvious; or that nothing is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QLabel, QListWidget, QListWidgetItem, QPushButton, QStackedLayout, QVBoxLayout, QWidget

from app.icons import icon
from app.themes import Theme
from engine.problems import Problem

PROBLEM: Final = Qt.ItemDataRole.UserRole


class ProblemsPanel(QWidget):
    """One row a problem, errors first; below them the fix of the current row, or of the first that has one.

    Signals:
        chosen(object): the problem that was clicked, or on which Enter was pressed.
        fix_wished(object): the problem that is to be mended.
    """

    chosen = Signal(object)
    fix_wished = Signal(object)

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
        self.list.currentRowChanged.connect(self._offer_fix)
        self.fix = QPushButton("Fix", self)
        self.fix.clicked.connect(lambda: self.fix_wished.emit(self._mendable()))
        self.empty = QLabel("No problems. The graph is ready to run.", self)
        self.empty.setProperty("role", "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._layout = QStackedLayout(self)
        self._layout.addWidget(self.empty)
        self._layout.addWidget(self._filled())
        self._offer_fix()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is shown, in order."""
        return self._problems

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show these problems, errors first; the row that is current stays so while it is there."""
        current = self._current()
        self._problems = tuple(sorted(problems, key=lambda problem: problem.severity != "error"))
        self.list.clear()
        for problem in self._problems:
            item = QListWidgetItem(self._icon(problem), _sentence(problem), self.list)
            item.setData(PROBLEM, problem)
            item.setToolTip(str(problem))
        if current in self._problems:
            self.list.setCurrentRow(self._problems.index(current))
        self._layout.setCurrentIndex(1 if problems else 0)
        self._offer_fix()

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self._theme = theme
        self.show_problems(self._problems)

    def _filled(self) -> QWidget:
        """The list, with the button below it."""
        filled = QWidget(self)
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        column.addWidget(self.fix, 0, Qt.AlignmentFlag.AlignLeft)
        return filled

    def _current(self) -> Problem | None:
        row = self.list.currentRow()
        return self._problems[row] if 0 <= row < len(self._problems) else None

    def _mendable(self) -> Problem | None:
        """The current problem or, if no row is current, the first that has a fix."""
        return self._current() or next((problem for problem in self._problems if problem.fix), None)

    def _offer_fix(self) -> None:
        problem = self._mendable()
        self.fix.setVisible(problem is not None and problem.fix is not None)
        self.fix.setText(fix_text(problem) if problem else "Fix")

    def _icon(self, problem: Problem) -> QIcon:
        colour = self._theme.danger if problem.severity == "error" else self._theme.warning
        return icon("error" if problem.severity == "error" else "warning", self._theme, colour)

    def _choose(self, item: QListWidgetItem) -> None:
        self.chosen.emit(item.data(PROBLEM))


def fix_text(problem: Problem) -> str:
    """Return what a button or menu entry says that mends a problem: "Fix train_1: set minibatch to 2048"."""
    return f"Fix {problem.where.node}: {problem.fix.title}" if problem.fix else ""


def _sentence(problem: Problem) -> str:
    place = f"{problem.where}:  " if str(problem.where) else ""
    hint = f"  →  {problem.hint}" if problem.hint else ""
    return f"{place}{problem.what[:1].upper()}{problem.what[1:]}.{hint}"
