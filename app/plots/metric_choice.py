"""Chooses which metric a chart shows; each name carries its explanation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

FIRST: Final = ("policy_loss", "value_loss", "loss", "entropy", "kl")  # what people look at first, if it is reported


class MetricChoice(QComboBox):
    """A list of metrics that grows as they are reported; what is chosen stays chosen.

    `meanings` explain names; they are shown as tooltips.
    """

    def __init__(self, meanings: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meanings = meanings
        self._by_hand = False
        self.setAccessibleName("Metric")
        self.setStyleSheet("QComboBox { border-color: transparent; background: transparent; padding: 1px 4px 1px 0; }")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.currentTextChanged.connect(self._explain)
        self.activated.connect(self._keep)

    @property
    def names(self) -> tuple[str, ...]:
        """The metrics in the list."""
        return tuple(self.itemText(index) for index in range(self.count()))

    def offer(self, names: Iterable[str], taken: Iterable[str] = ()) -> None:
        """Show these names; until the user chooses, choose the first that is not `taken` by another chart."""
        offered, taken = _ordered(names), set(taken)
        if offered == self.names:
            return
        chosen = self.currentText()
        stays = chosen in offered and (self._by_hand or chosen not in taken)
        self.blockSignals(True)
        self.clear()
        for name in offered:
            self.addItem(name)
            self.setItemData(self.count() - 1, self._meanings.get(name, ""), Qt.ItemDataRole.ToolTipRole)
        free = [name for name in offered if name not in taken]
        self.setCurrentText(chosen if stays else next(iter(free), self.itemText(0)))
        self.blockSignals(False)
        self.currentTextChanged.emit(self.currentText())

    def _keep(self) -> None:
        self._by_hand = True

    def _explain(self, name: str) -> None:
        meaning = self._meanings.get(name, "")
        self.setToolTip(f"{name}: {meaning}" if meaning else "Which metric to show")


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    rank = {name: place for place, name in enumerate(FIRST)}
    return tuple(sorted(names, key=lambda name: (rank.get(name, len(FIRST)), name)))
