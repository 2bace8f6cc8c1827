"""The table of an item's columns, with a histogram in each line that has one."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QHeaderView, QStyledItemDelegate, QStyleOptionViewItem, QTreeView, QWidget

from app.run.item_words import Row, rows
from app.themes import Theme, number_font
from engine.inspecting import ItemView

TITLES: Final = ("Column", "Distribution", "Least", "Mean", "Most", "Shape", "Type")
WIDTHS: Final = (112, 176, 68, 78, 68, 110)  # pixels; the type takes what is left
NUMBERS: Final = range(2, 5)
DRAWN: Final = 1  # the column that is drawn
ROW: Final = Qt.ItemDataRole.UserRole
RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
SHORTEST: Final = 70  # pixels: the header and a line
WIDEST: Final = 160.0  # pixels of a histogram


class ItemTable(QTreeView):
    """One line for each metric and column of an item."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = QStandardItemModel(0, len(TITLES), self)
        self._model.setHorizontalHeaderLabels(TITLES)
        for column in NUMBERS:
            self._model.horizontalHeaderItem(column).setTextAlignment(RIGHT)
        self.setModel(self._model)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.setAccessibleName("Columns of the item")
        self.setMinimumHeight(SHORTEST)
        header = self.header()
        header.setStretchLastSection(True)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in enumerate(WIDTHS):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            self.setColumnWidth(column, width)
        self._histograms = Histograms(theme, self)
        self.setItemDelegateForColumn(DRAWN, self._histograms)

    def show_item(self, item: ItemView) -> None:
        """Show the metrics and columns of an item."""
        self._model.setRowCount(0)
        for row in rows(item):
            self._model.appendRow(_cells(row))

    def clear(self) -> None:
        """Show none."""
        self._model.setRowCount(0)

    def set_theme(self, theme: Theme) -> None:
        """Draw the histograms in the theme's colours."""
        self._histograms.theme = theme
        self.viewport().update()


class Histograms(QStyledItemDelegate):
    """Draws a line's histogram as bars, or writes what is said instead."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the ground as ever, then the bars, and the note behind them."""
        super().paint(painter, option, index)
        row: Row = index.data(ROW)
        box = QRectF(option.rect).adjusted(6, 4, -6, -4)
        painter.save()
        if row.counts:
            bars = QRectF(box.left(), box.top(), min(WIDEST, box.width()), box.height())
            self._paint_bars(painter, bars, row.counts)
            box.setLeft(bars.right() + 8)
        painter.setPen(QColor(self.theme.danger if row.odd else self.theme.muted))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, row.note)
        painter.restore()

    def _paint_bars(self, painter: QPainter, box: QRectF, counts: tuple[int, ...]) -> None:
        width, most = box.width() / len(counts), max(counts)
        ground, colour = QColor(self.theme.border), QColor(self.theme.accent)
        painter.fillRect(QRectF(box.left(), box.bottom(), box.width(), 1), ground)
        for number, count in enumerate(counts):
            if count:
                height = max(1.5, box.height() * count / most)
                left = box.left() + number * width
                painter.fillRect(QRectF(left, box.bottom() - height, max(1.0, width - 1), height), colour)


def _cells(row: Row) -> list[QStandardItem]:
    name, *rest = row.cells
    cells = [QStandardItem(text) for text in (name, "", *rest)]
    for column in NUMBERS:
        cells[column].setTextAlignment(RIGHT)
        cells[column].setFont(number_font(9.5))
    cells[DRAWN].setData(row, ROW)
    told = row.note or (f"histogram of {sum(row.counts)} numbers" if row.counts else "")
    cells[DRAWN].setData(told, Qt.ItemDataRole.AccessibleTextRole)
    return cells
