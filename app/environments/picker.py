"""The environment picker's window: a field over the list on the left, the current environment beside it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.environments.page import EnvironmentPage
from app.environments.question import EnvironmentQuestion
from app.environments.tree import EnvironmentTree, found
from app.fitting import fit_to_screen
from app.search_column import SearchColumn
from app.themes import Theme
from engine.environment_card import EnvironmentCard

SIZE: Final = QSize(880, 640)  # with its frame it fits a screen of 1280x800
PAUSE: Final = 180  # ms on an environment before it is made: arrow keys pass over many
TO_LIST: Final = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
ASKING: Final = "Asking which environments are registered …"
NONE_FOUND: Final = "No environment is called that."
NONE_THERE: Final = "None is registered. Those of several agents come with pip install 'rl-flow-studio[environments]'."


class EnvironmentPicker(QDialog):
    """Finds an environment of one agent, or of several.

    Signals:
        chosen(object): the `EnvironmentCard` of the environment that is to be used.
    """

    chosen = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._all: list[EnvironmentCard] = []
        self._made: dict[tuple[str, str], EnvironmentCard] = {}  # by id and arguments
        self._several, self._present, self._kwargs = False, "", ""
        self.listing, self.making = EnvironmentQuestion(self), EnvironmentQuestion(self)
        self.tree = EnvironmentTree(theme)
        self.column = SearchColumn("Find an environment", self.tree)
        self.field = self.column.field
        self.page = EnvironmentPage(theme)
        self.column.stand_beside(self.page, self)
        self._soon = QTimer(self, singleShot=True, interval=PAUSE)
        self._join()
        self.set_theme(theme)
        fit_to_screen(self, SIZE)

    def ask(self, several: bool, present: str, kwargs: str = "") -> None:
        """Open the window, with environments of one agent or of `several`, at the one called `present`.

        That one is made with `kwargs`, those that it has in the graph as a JSON object, any other without.
        """
        self._several, self._present, self._kwargs = several, present, kwargs
        self.setWindowTitle("Environments of several agents" if several else "Environments")
        self.field.clear()
        self._find("")
        if not self._all and not self.listing.open:
            self.column.say(ASKING)
            self.listing.ask()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)
        self.open()

    def done(self, result: int) -> None:
        """Close the window, and end what is being made."""
        self._soon.stop()
        self.making.drop()
        super().done(result)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.column.set_theme(theme)
        self.tree.set_theme(theme)
        self.page.set_theme(theme)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let arrow keys walk through the list while the field has the keyboard; Enter presses the button."""
        if self.field.hasFocus() and event.key() in TO_LIST:
            QApplication.sendEvent(self.tree, event)
        else:
            super().keyPressEvent(event)

    def _join(self) -> None:
        self.field.textChanged.connect(self._find)
        self.tree.shown.connect(self._show)
        self.tree.itemDoubleClicked.connect(self._choose)
        self.page.wished.connect(self._choose)
        self._soon.timeout.connect(self._make)
        self.listing.told.connect(self._all.append)
        self.listing.ended.connect(lambda: self._find(self.field.text()))
        self.listing.failed.connect(self.column.say)
        self.making.told.connect(self._take)
        self.making.failed.connect(self._take_failure)

    def _find(self, query: str) -> None:
        offered = [card for card in self._all if bool(card.players) == self._several]
        cards = found(query, offered)
        self.tree.show_cards(cards, self._present if not query else "")
        self.column.say("" if cards or self.listing.open else NONE_FOUND if offered else NONE_THERE)

    def _show(self, card: EnvironmentCard | None) -> None:
        self.making.drop()
        known = self._made.get(self._key(card.id), card) if card else None
        wanted = known is not None and not known.made and not known.needs
        self.page.show_card(known, busy=wanted)
        self._soon.stop()
        if wanted:
            self._soon.start()

    def _make(self) -> None:
        if self.tree.card:
            self.making.ask(self.tree.card.id, self._kwargs_of(self.tree.card.id))

    def _take(self, card: EnvironmentCard) -> None:
        if card.made:
            self._made[self._key(card.id)] = card
        self.page.show_card(card, busy=not card.made)

    def _kwargs_of(self, env_id: str) -> str:
        return self._kwargs if env_id == self._present else ""

    def _key(self, env_id: str) -> tuple[str, str]:
        return env_id, self._kwargs_of(env_id)

    def _take_failure(self, sentence: str) -> None:
        self.page.busy.hide()
        self.page.say(sentence)

    def _choose(self) -> None:
        card = self.tree.card
        if card is not None:
            self.accept()
            self.chosen.emit(card)
