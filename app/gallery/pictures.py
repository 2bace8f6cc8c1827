"""The pictures of the gallery: each taken once, between two turns of the event loop, so that the window stays quick."""

from __future__ import annotations

from collections import deque

from PySide6.QtCore import QObject, QSize, QTimer, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QWidget

from app.canvas import Photographer
from app.themes import Theme
from engine.catalogue import Catalogue
from engine.gallery import Entry

Shot = tuple[str, int, int]  # the graph's name, and the picture's width and height


class Pictures(QObject):
    """Pictures by graph and size, taken when somebody first asks for them.

    Signals:
        taken(): a picture that was asked for is there now.
    """

    taken = Signal()

    def __init__(self, catalogue: Catalogue, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._theme = theme
        self._window = parent
        self._photographer: Photographer | None = None  # made with the first picture, so that the studio starts fast
        self._done: dict[Shot, QPixmap] = {}
        self._asked: deque[tuple[Entry, QSize]] = deque()
        self._ratio = 1.0
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._take_one)

    def of(self, entry: Entry, size: QSize) -> QPixmap | None:
        """Return the picture of a graph; None if it is yet to be taken, which then happens soon."""
        if self._ratio != self._window.devicePixelRatioF():
            self._forget()
        shot = (entry.name, size.width(), size.height())
        if shot not in self._done and (entry, size) not in self._asked:
            self._asked.append((entry, size))
            self._soon.start()
        return self._done.get(shot)

    def set_theme(self, theme: Theme) -> None:
        """Take all pictures anew in another theme."""
        self._theme = theme
        if self._photographer:
            self._photographer.set_theme(theme)
        self._forget()
        self.taken.emit()

    def _forget(self) -> None:
        self._ratio = self._window.devicePixelRatioF()
        self._done.clear()

    def _take_one(self) -> None:
        entry, size = self._asked.popleft()
        if self._photographer is None:
            self._photographer = Photographer(self._catalogue, self._theme, self._window)
        picture = self._photographer.take(entry.document, size, self._ratio)
        self._done[entry.name, size.width(), size.height()] = picture
        if self._asked:
            self._soon.start()
        self.taken.emit()
