"""Search-to-add: finds an operator at the pointer, driven by the keyboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtWidgets import QListWidgetItem, QWidget

from app.finder import Finder
from app.icons import section_icon
from app.matching import ranked
from app.themes import Theme
from app.wire_rule import Fit

FIT: Final = Qt.ItemDataRole.UserRole
SIZE: Final = QSize(340, 320)
PROMPT: Final = "Add an operator: name, or RLlib's name"


class Search(Finder):
    """Finds an operator to add.

    Signals:
        chosen(object, int, int, str): the `Fit`, the scene position, and the loose end of a wire or "".
    """

    chosen = Signal(object, int, int, str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__("Add an operator", PROMPT, SIZE, theme, parent)
        self._fits: Sequence[Fit] = ()
        self._where = (0, 0, "")

    def ask(self, pointer: QPoint, fits: Sequence[Fit], x: int, y: int, end: str = "") -> None:
        """Open at `pointer` (global), to add one of `fits` at the scene position (x, y)."""
        self._fits = fits
        self._where = (x, y, end)
        self.open_at(pointer)

    def find(self, query: str) -> Iterator[QListWidgetItem]:
        """Return the operators that fit and are called so."""
        by_type = {fit.spec.type: fit for fit in self._fits}
        for spec in ranked(query, [fit.spec for fit in self._fits]):
            item = QListWidgetItem(section_icon(spec.section, self._theme), spec.title)
            item.setData(FIT, by_type[spec.type])
            item.setToolTip(spec.summary)
            yield item

    def describe(self, item: QListWidgetItem) -> str:
        """Return the operator's first sentence."""
        return str(item.data(FIT).spec.summary)

    def take(self, item: QListWidgetItem) -> None:
        """Tell which operator is to be added where."""
        self.chosen.emit(item.data(FIT), *self._where)
