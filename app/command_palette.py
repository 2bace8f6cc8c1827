"""The command palette: every command, panel, node and graph, found by typing; what was used last comes first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QListWidgetItem, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.choices import Choice
from app.finder import Finder
from app.matching import words_score
from app.settings import Settings
from app.themes import Theme

CHOICE: Final = Qt.ItemDataRole.UserRole
SIZE: Final = QSize(620, 440)
LEAST: Final = 240  # pixels, of a small window
TITLE, SIDE = "Command palette", 8
PROMPT: Final = "Type a command, a node, a panel or a graph"


class CommandPalette(Finder):
    """Finds something to do, and does it."""

    def __init__(self, settings: Settings, theme: Theme, parent: QWidget) -> None:
        super().__init__(TITLE, PROMPT, SIZE, theme, parent)
        self._settings = settings
        self._choices: Sequence[Choice] = ()
        blank = QPixmap(self.list.iconSize())
        blank.fill(Qt.GlobalColor.transparent)
        self._blank = QIcon(blank)  # keeps the titles in one column
        self.list.setItemDelegate(ChoiceLine(theme, self))

    def ask(self, choices: Sequence[Choice]) -> None:
        """Open at the top of the window, with what can be done now."""
        window = self.parentWidget()
        self.setFixedSize(SIZE.boundedTo(window.size() - QSize(2 * SIDE, 2 * SIDE)).expandedTo(QSize(LEAST, LEAST)))
        used = {name: at for at, name in enumerate(self._settings.used_commands)}
        self._choices = sorted(choices, key=lambda choice: used.get(choice.name, len(used)))
        self.open_at(window.mapToGlobal(QPoint((window.width() - self.width()) // 2, window.height() // 12)))

    def find(self, query: str) -> Iterator[QListWidgetItem]:
        """Return what is called so, best first; of equals, what was used last."""
        scores = [(_score(query, choice), choice) for choice in self._choices]
        for score, choice in sorted(scores, key=lambda pair: -pair[0]):
            if score > 0:
                item = QListWidgetItem(choice.icon or self._blank, choice.title)
                item.setData(CHOICE, choice)
                spoken = ", ".join(filter(None, (choice.title, choice.kind, choice.keys)))
                item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
                yield item

    def describe(self, item: QListWidgetItem) -> str:
        """Return the first sentences about the choice."""
        choice = item.data(CHOICE)
        return choice.about if choice.about != choice.title else ""

    def take(self, item: QListWidgetItem) -> None:
        """Do what was chosen, and remember that it was."""
        choice = item.data(CHOICE)
        self._settings.add_used_command(choice.name)
        choice.do()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self.list.setItemDelegate(ChoiceLine(theme, self))


class ChoiceLine(QStyledItemDelegate):
    """Paints a choice on one line: icon and title, and at the far end, muted, where it belongs and its keys."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._muted = QColor(theme.muted)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Paint the line as any other, then its end."""
        super().paint(painter, option, index)
        choice = index.data(CHOICE)
        end = "    ".join(filter(None, (choice.kind, choice.keys)))
        room = QRect(option.rect).adjusted(0, 0, -SIDE, 0)
        room.setLeft(room.left() + 3 * SIDE + option.fontMetrics.horizontalAdvance(f"{choice.title}      "))
        painter.save()
        painter.setPen(self._muted)
        text = option.fontMetrics.elidedText(end, Qt.TextElideMode.ElideLeft, max(0, room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


def _score(query: str, choice: Choice) -> float:
    """Say how well a choice matches: by its title, else by where it belongs; all are as good for an empty query."""
    if not query.strip():
        return 1
    all_words = words_score(query, f"{choice.kind} {choice.title}")
    return max(words_score(query, choice.title, loosely=True), 0.6 * all_words)
