"""A comment on the canvas: a note of plain text, as wide as one pulls it and as high as its text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsSceneHoverEvent, QGraphicsSceneMouseEvent, QStyleOptionGraphicsItem, QWidget

from app.annotations import NARROWEST
from app.canvas.look import GRID, OVERVIEW, faded
from app.canvas.mark_item import MarkItem

if TYPE_CHECKING:
    from app.themes import Theme
    from engine.layout import Comment

PAD: Final = 10.0
STRIPE: Final = 3.0  # along the left edge
EDGE: Final = 8.0  # how far from the right edge a press still sizes the comment
WRAPPED: Final = Qt.TextFlag.TextWordWrap
EMPTY: Final = "Empty comment"


def colours(theme: Theme) -> tuple[QColor, QColor]:
    """Return the colours of a comment's paper and of the stripe along its edge."""
    amber = theme.named_colour("amber")
    return faded(amber, 0.12, theme.node), faded(amber, 0.85, theme.node)


class CommentItem(MarkItem):
    """One comment; `is_pulled` is whether it is held by its edge, to make it wider or narrower."""

    note: Comment

    def show_note(self, note: Comment, look: object) -> None:
        """Show the comment as it is now."""
        self._width, self.is_pulled = note.width, False
        self.setZValue(0.5)  # above wires, below nodes
        super().show_note(note, look)

    def width(self) -> int:
        """Return how wide it is now."""
        return self._width

    def body(self) -> QRectF:
        """Return the comment's rectangle."""
        text = QFontMetricsF(self.look.label).boundingRect(QRectF(0, 0, self._room(), 1e6), WRAPPED, self._text())
        return QRectF(0, 0, self._width, text.height() + 2 * PAD)

    def writing(self) -> tuple[str, str, QRectF, QFont]:
        """Return what can be written here: its name, the text, where in the scene, and in which font."""
        return "Comment", self.note.text, self.scene_body(), self.look.label

    def boundingRect(self) -> QRectF:
        """Return the comment with its selection."""
        return self.body().adjusted(-4, -4, 4, 4)

    def shape(self) -> QPainterPath:
        """Return where a click means this comment."""
        path = QPainterPath()
        path.addRect(self.body())
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw paper, stripe and text; zoomed out the text could not be read, and is left out."""
        look, theme, body = self.look, self.look.theme, self.body()
        paper, stripe = colours(theme)
        painter.fillRect(body, paper)
        painter.fillRect(QRectF(0, 0, STRIPE, body.height()), stripe)
        if option.levelOfDetailFromTransform(painter.worldTransform()) >= OVERVIEW:
            painter.setFont(look.label)
            painter.setPen(look.colour("text" if self.note.text else "muted"))
            painter.drawText(QRectF(PAD + STRIPE, PAD, self._room(), body.height()), WRAPPED, self._text())
        if self.isSelected():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRect(body.adjusted(-2, -2, 2, 2))

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Let the pointer say what a press would do."""
        pulls = self._is_edge(event.pos())
        self.setCursor(Qt.CursorShape.SizeHorCursor if pulls else Qt.CursorShape.OpenHandCursor)

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Take hold of the right edge, or of the whole comment."""
        self.is_pulled = self._is_edge(event.pos())
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Make it wider or narrower, or drag it."""
        if not self.is_pulled:
            super().mouseMoveEvent(event)
            return
        self.prepareGeometryChange()
        self._width = max(NARROWEST, GRID * round((event.scenePos().x() - self.x()) / GRID))
        self.update()

    def _is_edge(self, point: QPointF) -> bool:
        return point.x() > self._width - EDGE

    def _room(self) -> float:
        return self._width - 2 * PAD - STRIPE

    def _text(self) -> str:
        return self.note.text or EMPTY
