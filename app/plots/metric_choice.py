"""Chooses which metric a chart shows; each name carries its explanation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from app.plots.advice import advice_on

FIRST: Final = ("policy_loss", "value_loss", "loss", "entropy", "kl")  # what people look at first, if it is reported


class MetricChoice(QComboBox):
    """A list of metrics that grows as they are reported; what is chosen stays chosen.

    `meanings` explain names; with what is healthy and what to do otherwise they are the tooltips.

    Attributes:
        plain: whether to paint the chosen name alone, as a figure wants it.
    """

    def __init__(self, meanings: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._meanings = meanings
        self._by_hand = False
        self.plain = False
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
            self.setItemData(self.count() - 1, self._explained(name), Qt.ItemDataRole.ToolTipRole)
        free = [name for name in offered if name not in taken]
        self.setCurrentText(chosen if stays else next(iter(free), self.itemText(0)))
        self.blockSignals(False)
        self.currentTextChanged.emit(self.currentText())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the choice, or its text alone."""
        if self.plain:
            QPainter(self).drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, self.currentText())
        else:
            super().paintEvent(event)

    def _keep(self) -> None:
        self._by_hand = True

    @property
    def healthy(self) -> str:
        """Healthy values of the chosen metric, in a few words; empty where nothing is known."""
        return advice_on(self.currentText()).healthy

    def _explain(self, name: str) -> None:
        self.setToolTip(self._explained(name) or "Which metric to show")

    def _explained(self, name: str) -> str:
        meaning, advice = self._meanings.get(name.partition(" ")[0], ""), advice_on(name)
        parts = [f"{name}: {meaning}" if meaning else "", f"Healthy: {advice.healthy}.", advice.do]
        return "\n\n".join(part for part in (parts if advice.do else parts[:1]) if part)


def _ordered(names: Iterable[str]) -> tuple[str, ...]:
    rank = {name: place for place, name in enumerate(FIRST)}
    return tuple(sorted(names, key=lambda name: (rank.get(name, len(FIRST)), name)))
