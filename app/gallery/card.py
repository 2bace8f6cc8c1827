"""Paints a saved graph as a card: its picture, its title, and the first lines of its description."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QTextLayout
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.gallery.pictures import Pictures
from app.themes import UI_FAMILY, Theme
from engine.gallery import Entry

ENTRY: Final = Qt.ItemDataRole.UserRole
PICTURE: Final = QSize(318, 160)
TEXT_HEIGHT: Final = 76
GAP: Final = 6  # half of the room between two cards
PAD: Final = 12
RADIUS: Final = 9.0
LINES: Final = 2  # of the description
SIZE: Final = QSize(PICTURE.width() + 2 * GAP, PICTURE.height() + TEXT_HEIGHT + 2 * GAP)


class Card(QStyledItemDelegate):
    """Paints the items of the gallery's list; each holds its `Entry`."""

    def __init__(self, pictures: Pictures, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self.theme = theme
        self._title = QFont(UI_FAMILY, 10, QFont.Weight.DemiBold)
        self._words = QFont(UI_FAMILY, 9)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Return the size of a card, the same for all."""
        return SIZE

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw one card."""
        entry: Entry = index.data(ENTRY)
        state, box = option.state, QRectF(option.rect).adjusted(GAP, GAP, -GAP, -GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(box, RADIUS, RADIUS)
        is_raised = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.fillPath(outline, QColor(self.theme.raised if is_raised else self.theme.node))
        self._paint_picture(painter, box, outline, entry)
        self._paint_words(painter, box, entry)
        self._paint_outline(painter, outline, bool(state & QStyle.StateFlag.State_Selected))
        painter.restore()

    def _paint_picture(self, painter: QPainter, box: QRectF, outline: QPainterPath, entry: Entry) -> None:
        place = QRectF(box.topLeft(), PICTURE.toSizeF())
        painter.setClipPath(outline)
        picture = self._pictures.of(entry, PICTURE)
        painter.fillRect(place, QColor(self.theme.canvas))
        if picture:
            painter.drawPixmap(place.topLeft(), picture)
        painter.setClipping(False)

    def _paint_words(self, painter: QPainter, box: QRectF, entry: Entry) -> None:
        room = box.adjusted(PAD, PICTURE.height() + 9, -PAD, -6)
        painter.setFont(self._title)
        painter.setPen(QColor(self.theme.text))
        title = QFontMetricsF(self._title).elidedText(
            entry.document.title, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignTop, title)
        painter.setFont(self._words)
        painter.setPen(QColor(self.theme.muted))
        height = QFontMetricsF(self._words).lineSpacing()
        for number, line in enumerate(_lines(entry.document.description, self._words, room.width())):
            painter.drawText(QPointF(room.left(), room.top() + 34 + number * height), line)

    def _paint_outline(self, painter: QPainter, outline: QPainterPath, is_chosen: bool) -> None:
        painter.setPen(QPen(QColor(self.theme.accent if is_chosen else self.theme.border), 2 if is_chosen else 1))
        painter.drawPath(outline)


def _lines(text: str, font: QFont, width: float) -> list[str]:
    """Return the first lines of a text; the last one ends in "…" if there is more."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    starts: list[int] = []
    while len(starts) <= LINES and (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        starts.append(line.textStart())
    layout.endLayout()
    ends = [*starts[1:LINES], len(text)]
    parts = [text[start:end].strip() for start, end in zip(starts, ends, strict=False)]
    metrics = QFontMetricsF(font)
    return [metrics.elidedText(part, Qt.TextElideMode.ElideRight, width) for part in parts]
