"""The list of breakpoints with a line to write another one: ticked ones hold items, and one can be taken away."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.actions import make_action
from app.icons import icon
from app.themes import Theme
from engine.conditions import parse
from engine.inspecting import Breakpoint

BREAKPOINT = Qt.ItemDataRole.UserRole
LINE = 30  # pixels: less than one line is no list
HELP = (
    "Hold every item, or those of which a condition holds: return > 200, env_steps >= 10000, any(advantage is nan), "
    "reward < 0 and terminated, kl > 0.05"
)


class BreakpointList(QWidget):
    """Breakpoints, and a line for the condition of a new one on the chosen wire.

    Signals:
        wished(str): a breakpoint with this condition on the chosen wire.
        enabled(Breakpoint, bool): one was ticked, or its tick taken away.
        removed(Breakpoint): one is to go.
        chosen(str): the wire of the one that was clicked.
    """

    wished = Signal(str)
    enabled = Signal(object, bool)
    removed = Signal(object)
    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.condition = QLineEdit(placeholderText="Breakpoint: kl > 0.05", accessibleName="Condition of a breakpoint")
        self.condition.setToolTip(HELP)
        self.condition.returnPressed.connect(self._wish)
        self.condition.textEdited.connect(lambda: self.refuse(""))
        self.add = QToolButton(toolTip="Add a breakpoint on this wire", accessibleName="Add a breakpoint")
        self.add.clicked.connect(self._wish)
        self.fault = QLabel(accessibleName="What is wrong with the condition", wordWrap=True)
        self.fault.setProperty("role", "danger")
        self.fault.hide()
        self.list = QListWidget(accessibleName="Breakpoints")
        self.list.setMinimumHeight(LINE)
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        make_action("breakpoints_delete", self.list, self._remove, self.list)
        self.list.itemChanged.connect(self._tell_tick)
        self.list.currentItemChanged.connect(self._tell_choice)
        self._lay_out()
        self.set_theme(theme)

    def show_breakpoints(self, breakpoints: Sequence[Breakpoint]) -> None:
        """List these."""
        with QSignalBlocker(self.list):
            self.list.clear()
            for breakpoint_ in breakpoints:
                self.list.addItem(_line(breakpoint_))

    def refuse(self, sentence: str) -> None:
        """Say why the condition cannot stand; nothing for an empty sentence."""
        self.fault.setText(sentence[:1].upper() + sentence[1:])
        self.fault.setVisible(bool(sentence))

    def set_theme(self, theme: Theme) -> None:
        """Draw the icon in the theme's colours."""
        self.add.setIcon(icon("breakpoint", theme, theme.danger))

    def _wish(self) -> None:
        try:
            parse(self.condition.text())
        except ValueError as error:
            self.refuse(str(error))
            return
        self.wished.emit(self.condition.text().strip())
        self.condition.clear()

    def _remove(self) -> None:
        if item := self.list.currentItem():
            self.removed.emit(item.data(BREAKPOINT))

    def _tell_tick(self, item: QListWidgetItem) -> None:
        self.enabled.emit(item.data(BREAKPOINT), item.checkState() == Qt.CheckState.Checked)

    def _tell_choice(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(BREAKPOINT).wire)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.condition, 1)
        row.addWidget(self.add)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.fault)
        column.addWidget(self.list, 1)


def words(breakpoint_: Breakpoint) -> str:
    """Return a breakpoint as people read it.

    Example: "train_1.results: kl > 0.05"; without a condition "train_1.results: every item".
    """
    return f"{breakpoint_.wire.partition('→')[0]}: {breakpoint_.condition or 'every item'}"


def _line(breakpoint_: Breakpoint) -> QListWidgetItem:
    item = QListWidgetItem(words(breakpoint_))
    item.setData(BREAKPOINT, breakpoint_)
    item.setToolTip(breakpoint_.wire)
    item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
    item.setCheckState(Qt.CheckState.Checked if breakpoint_.enabled else Qt.CheckState.Unchecked)
    return item
