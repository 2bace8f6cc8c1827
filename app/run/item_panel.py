"""The panel in which one item of the run is looked at: where to hold it, what it carries, what to do with it."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.run.breakpoint_list import BreakpointList
from app.run.item_table import ItemTable
from app.run.item_words import headline, occasion
from app.themes import Theme
from engine.inspecting import ItemSeen

NOTHING: Final = (
    "Choose a wire here, in the outline or on the canvas (right click), and pause at it: the next item on it is held, "
    "and shown here."
)
SIDE: Final = 290  # pixels of the part with the wires
PICTURE: Final = 72  # pixels a side


class ItemPanel(QWidget):
    """A wire to hold items on, the item that was seen last, and the breakpoints.

    Signals:
        wire_chosen(str): another wire, `"from→to"`, was chosen here.
    """

    wire_chosen = Signal(str)

    def __init__(self, actions: Sequence[QAction], theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.wires = QComboBox(accessibleName="Wire")
        self.wires.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.wires.currentIndexChanged.connect(lambda: self.wires.setToolTip(self.wires.currentText()))
        self.wires.currentIndexChanged.connect(lambda: self.wire_chosen.emit(self.wire))
        self.why = _label("muted", wraps=True)
        self.breakpoints = BreakpointList(theme, self)
        self.headline = _label("title", wraps=True)
        self.occasion = _label("muted", wraps=True)
        self.table = ItemTable(theme, self)
        self._pictures = QGridLayout()
        self._lay_out(actions)
        self.clear()

    @property
    def wire(self) -> str:
        """The chosen wire, `"from→to"`; empty while the graph has none."""
        return self.wires.currentData() or ""

    def show_wires(self, wires: Sequence[str]) -> None:
        """Offer these wires; the chosen one stays, if it is among them."""
        chosen = self.wire
        if [self.wires.itemData(row) for row in range(self.wires.count())] == list(wires):
            return
        self.wires.blockSignals(True)
        self.wires.clear()
        for wire in wires:
            self.wires.addItem(wire.replace("→", "  →  "), wire)
        self.wires.setCurrentIndex(max(0, self.wires.findData(chosen)) if wires else -1)
        self.wires.blockSignals(False)
        self.wire_chosen.emit(self.wire)

    def choose(self, wire: str) -> None:
        """Choose a wire."""
        if (row := self.wires.findData(wire)) >= 0:
            self.wires.setCurrentIndex(row)

    def show_item(self, seen: ItemSeen) -> None:
        """Show an item."""
        self.headline.setText(headline(seen))
        self.occasion.setText(occasion(seen))
        self.table.show_item(seen.item)
        self.table.show()
        self._show_pictures(seen.item.pictures)

    def say(self, text: str) -> None:
        """Say what has become of the item; the item stays in view."""
        self.occasion.setText(text)

    def clear(self) -> None:
        """Show no item, and how one can be seen."""
        self.headline.setText("No item yet")
        self.occasion.setText(NOTHING)
        self.table.clear()
        self.table.hide()
        self._show_pictures(())

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.table.set_theme(theme)
        self.breakpoints.set_theme(theme)

    def _show_pictures(self, pictures: Sequence[str]) -> None:
        while (item := self._pictures.takeAt(0)) is not None:
            if item.widget():
                item.widget().deleteLater()
        for number, text in enumerate(pictures):
            shown = QLabel(accessibleName=f"Observation {number}", toolTip=f"Observation of row {number}")
            pixmap = QPixmap()
            pixmap.loadFromData(base64.b64decode(text))
            shown.setPixmap(pixmap.scaled(QSize(PICTURE, PICTURE), Qt.AspectRatioMode.KeepAspectRatio))
            self._pictures.addWidget(shown, number // 2, number % 2, Qt.AlignmentFlag.AlignTop)

    def _lay_out(self, actions: Sequence[QAction]) -> None:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(10, 8, 8, 8)
        column.setSpacing(6)
        column.addWidget(self.wires)
        for row in (actions[:2], actions[2:]):
            column.addLayout(_buttons(row))
        column.addWidget(self.why)
        column.addWidget(self.breakpoints, 1)
        body = QWidget()
        page = QVBoxLayout(body)
        page.setContentsMargins(10, 8, 10, 8)
        page.setSpacing(4)
        for widget in (self.headline, self.occasion):
            page.addWidget(widget)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.table, 1)
        row.addLayout(self._pictures)
        page.addLayout(row, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(side)
        split.addWidget(body)
        split.setSizes([SIDE, 4 * SIDE])
        split.setStretchFactor(1, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(split)


def _buttons(actions: Sequence[QAction]) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(4)
    for action in actions:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(action.text().replace("&", ""))
        button.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        row.addWidget(button)
    row.addStretch(1)
    return row


def _label(role: str, *, wraps: bool) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(wraps)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label
