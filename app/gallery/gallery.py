"""The gallery's window: cards on the left, found by typing and walked by arrow keys; one of them at length beside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QDialog, QListView, QWidget

from app.fitting import fit_to_screen
from app.gallery.card import ENTRY, Card
from app.gallery.page import GraphPage
from app.gallery.pictures import Pictures
from app.search_column import SearchColumn
from app.themes import Theme
from engine.catalogue import Catalogue
from engine.gallery import Entry, entries, path
from engine.problems import GraphFileError

SIZE: Final = QSize(1120, 700)  # with its frame it fits a screen of 1280x800
ROOMY: Final = 784  # pixels, for a card beside the page and its picture
NONE: Final = "No graph is like that. Try the name of an algorithm, an environment or an operator."


class Gallery(QDialog):
    """Shows the saved graphs.

    Signals:
        chosen(object): the file of the graph of which a copy is to be opened, a `Path`.
    """

    chosen = Signal(object)

    def __init__(self, catalogue: Catalogue, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Gallery")
        self._catalogue = catalogue
        self._entries: tuple[Entry, ...] = ()
        self._pictures = Pictures(catalogue, theme, self)
        self._model = QStandardItemModel(self)
        self._card = Card(self._pictures, theme, self)
        self.list = self._make_list()
        self.column = SearchColumn("Find a graph", self.list)
        self.field = self.column.field
        self.page = GraphPage(self._pictures, theme)
        self.column.stand_beside(self.page, self)
        self.field.textChanged.connect(self._find)
        self.list.selectionModel().currentChanged.connect(lambda now, before: self.page.show_entry(now.data(ENTRY)))
        self.list.doubleClicked.connect(self._choose)
        self.page.wished.connect(lambda: self._choose(self.list.currentIndex()))
        self._pictures.taken.connect(self.list.viewport().update)
        self.set_theme(theme)
        fit_to_screen(self, SIZE)

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self._card.theme = theme
        self.column.set_theme(theme)
        self._pictures.set_theme(theme)
        self.page.set_theme(theme)

    def showEvent(self, event: QShowEvent) -> None:
        """Read the saved graphs, the first time, and begin with the field."""
        super().showEvent(event)
        if not self._entries:
            self._read()
        self.field.selectAll()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Let a small window show whole cards."""
        super().resizeEvent(event)
        self.page.set_narrow(self.width() < ROOMY)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from the field to the cards with Down; Enter presses the page's button wherever the focus is."""
        if self.field.hasFocus() and event.key() == Qt.Key.Key_Down:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def names(self) -> list[str]:
        """Return the names of the graphs that are shown, in order."""
        return [self._model.item(row).data(ENTRY).name for row in range(self._model.rowCount())]

    def _read(self) -> None:
        """Read the saved graphs, or say which one cannot be read."""
        try:
            self._entries = entries()
        except GraphFileError as error:
            self.column.say(str(error))
            self.page.show_entry(None)
        else:
            self._find("")

    def _find(self, query: str) -> None:
        """Show the graphs in which every word of the query stands somewhere, first those that are called just so."""
        words = query.lower().split()
        found = [entry for entry in self._entries if _holds(self._all_words(entry), words)]
        self._model.clear()
        for entry in sorted(found, key=lambda entry: (not _holds(_names(entry), words), _unasked(entry, words))):
            self._model.appendRow(_item(entry))
        self.column.say("" if self._model.rowCount() else NONE)
        self.list.setCurrentIndex(self._model.index(0, 0))
        self.page.show_entry(self.list.currentIndex().data(ENTRY))

    def _all_words(self, entry: Entry) -> str:
        """Return everything by which a graph may be found."""
        graph, about = entry.document, entry.document.about
        told = [_names(entry), graph.description, about.look_at, str(about.paper), about.rllib]
        operators = [spec.title for node in graph.nodes if (spec := self._catalogue.spec(node.type))]
        return "\n".join([*told, *operators])

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.accept()
            self.chosen.emit(path(index.data(ENTRY).name))

    def _make_list(self) -> QListView:
        view = QListView(accessibleName="Saved graphs", viewMode=QListView.ViewMode.IconMode)
        view.setModel(self._model)
        view.setItemDelegate(self._card)
        view.setResizeMode(QListView.ResizeMode.Adjust)
        view.setMovement(QListView.Movement.Static)
        view.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        view.setUniformItemSizes(True)
        view.setMouseTracking(True)
        view.viewport().setAttribute(Qt.WidgetAttribute.WA_Hover)
        return view


def _names(entry: Entry) -> str:
    return f"{entry.name}\n{entry.document.title}"


def _unasked(entry: Entry, words: Sequence[str]) -> int:
    """Return how many words of a title were not asked for: of "ppo", PPO on CartPole has two and APPO on it three."""
    return len(set(entry.document.title.lower().split()).difference(words)) if words else 0


def _holds(text: str, words: Iterable[str]) -> bool:
    return all(word in text.lower() for word in words)


def _item(entry: Entry) -> QStandardItem:
    item = QStandardItem(entry.document.title)
    item.setEditable(False)
    item.setData(entry, ENTRY)
    item.setToolTip(entry.document.about.look_at)
    item.setData(entry.document.description, Qt.ItemDataRole.AccessibleDescriptionRole)
    return item
