"""The list of environments in the picker: in groups, and only those that are called as was typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QBrush, QColor, QFont
from PySide6.QtWidgets import QAbstractItemView, QTreeWidget, QTreeWidgetItem, QWidget

from app.matching import INSIDE, words_score
from app.themes import Theme
from engine.environment_card import EnvironmentCard

CARD: Final = Qt.ItemDataRole.UserRole
BY_GROUP: Final = 0.6  # of what a match by name counts
UPWARDS: Final = (QAbstractItemView.CursorAction.MoveUp, QAbstractItemView.CursorAction.MovePageUp)
WHOLE: Final = BY_GROUP * INSIDE  # the least for which a word of the query stands somewhere as it was typed


class EnvironmentTree(QTreeWidget):
    """Environments below the headings of their groups; those that need a missing package are muted.

    Signals:
        shown(object): this `EnvironmentCard` is the current one; None for none.
    """

    shown = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._muted = QColor(theme.muted)
        self.setAccessibleName("Environments")
        self.setHeaderHidden(True)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setIndentation(10)
        self.setUniformRowHeights(True)
        font = self.font()
        font.setFeature(QFont.Tag("calt"), 0)  # else the x of FrozenLake8x8 is drawn as a multiplication sign
        self.setFont(font)
        self.currentItemChanged.connect(lambda item: self.shown.emit(item.data(0, CARD) if item else None))

    @property
    def card(self) -> EnvironmentCard | None:
        """The current environment."""
        item = self.currentItem()
        return item.data(0, CARD) if item else None

    def cards(self) -> list[EnvironmentCard]:
        """Return the environments that are listed, in order."""
        groups = [self.topLevelItem(row) for row in range(self.topLevelItemCount())]
        return [group.child(row).data(0, CARD) for group in groups for row in range(group.childCount())]

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours, from the next listing on."""
        self._muted = QColor(theme.muted)

    def show_cards(self, cards: Sequence[EnvironmentCard], current: str = "") -> None:
        """List these, each below the heading of its group, and go to the one called `current`, else to the first."""
        self.clear()
        headings: dict[str, QTreeWidgetItem] = {}
        for card in cards:
            if card.group not in headings:
                headings[card.group] = self._heading(card.group)
            item = self._item(card, headings[card.group])
            if card.id == current or self.currentItem() is None:
                self.setCurrentItem(item)
        for title, heading in headings.items():
            heading.setText(0, f"{title}   {heading.childCount()}")
        self.expandAll()
        self.scrollToItem(self.currentItem(), QTreeWidget.ScrollHint.PositionAtCenter)
        if not cards:
            self.shown.emit(None)

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex | QPersistentModelIndex:
        """Let arrow keys pass over headings."""
        index = super().moveCursor(action, modifiers)
        if index.isValid() and not index.parent().isValid():
            up = action in UPWARDS and self.indexAbove(index).isValid()
            return self.indexAbove(index) if up else self.indexBelow(index)
        return index

    def _heading(self, title: str) -> QTreeWidgetItem:
        heading = QTreeWidgetItem(self, [title])
        heading.setFlags(Qt.ItemFlag.ItemIsEnabled)  # a disabled one would disable those below it
        font = self.font()
        font.setBold(True)
        heading.setFont(0, font)
        return heading

    def _item(self, card: EnvironmentCard, heading: QTreeWidgetItem) -> QTreeWidgetItem:
        item = QTreeWidgetItem(heading, [card.id])
        item.setData(0, CARD, card)
        lacks = ", needs a package that is missing" if card.needs else ""
        item.setData(0, Qt.ItemDataRole.AccessibleTextRole, f"{card.id}, {card.group}{lacks}")
        if card.needs:
            item.setForeground(0, QBrush(self._muted))
            item.setToolTip(0, f"Needs {card.needs}")
        return item


def found(query: str, cards: Iterable[EnvironmentCard]) -> list[EnvironmentCard]:
    """Return the environments that are called so, groups with the best first, and in each group the best first.

    Example: `"pong"` finds `ALE/Pong-v5` before `Pong-v4`; `"mujoco ant"` finds `Ant-v5` by its group.
    """
    scores = {card: _score(query, card) for card in cards}
    if any(score >= WHOLE for score in scores.values()):  # scattered letters count only where nothing better is found
        scores = {card: score for card, score in scores.items() if score >= WHOLE}
    best: dict[str, float] = {}
    for card, score in scores.items():
        best[card.group] = max(score, best.get(card.group, 0))
    places = {group: place for place, group in enumerate(best)}
    kept = [card for card, score in scores.items() if score > 0]
    return sorted(kept, key=lambda card: (-best[card.group], places[card.group], -scores[card]))


def _score(query: str, card: EnvironmentCard) -> float:
    """Say how well an environment matches: by its name, by its whole id, else by its group too."""
    if not query.strip():
        return INSIDE
    name = card.id.rpartition("/")[2]
    by_group = BY_GROUP * words_score(query, f"{card.group} {card.id}")
    return max(words_score(query, name, loosely=True), words_score(query, card.id), by_group)
