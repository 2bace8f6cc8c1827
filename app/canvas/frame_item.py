"""A frame on the canvas: a tinted ground behind nodes, with a title bar to drag it by and edges to size it by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsSceneHoverEvent, QGraphicsSceneMouseEvent, QStyleOptionGraphicsItem, QWidget

from app.annotations import SMALLEST, Rect
from app.canvas.look import GRID, OVERVIEW, RADIUS, faded
from app.canvas.mark_item import MarkItem

if TYPE_CHECKING:
    from app.themes import Theme
    from engine.layout import Frame

TITLE: Final = 36.0  # height of the title bar
EDGE: Final = 8.0  # how far from an edge a press still sizes the frame
BEHIND: Final = -100.0  # everything else; a smaller frame lies above a larger one
CURSORS: Final = {
    (0, 0): Qt.CursorShape.OpenHandCursor,
    (1, 0): Qt.CursorShape.SizeHorCursor,
    (-1, 0): Qt.CursorShape.SizeHorCursor,
    (0, 1): Qt.CursorShape.SizeVerCursor,
    (0, -1): Qt.CursorShape.SizeVerCursor,
    (1, 1): Qt.CursorShape.SizeFDiagCursor,
    (-1, -1): Qt.CursorShape.SizeFDiagCursor,
    (1, -1): Qt.CursorShape.SizeBDiagCursor,
    (-1, 1): Qt.CursorShape.SizeBDiagCursor,
}


def colours(theme: Theme, name: str) -> tuple[QColor, QColor, QColor]:
    """Return the colours of a frame's edge, ground and title, for a colour's name in the document."""
    colour = theme.named_colour(name)
    ground = faded(colour, 0.08 if theme.is_dark else 0.07, theme.canvas)
    return faded(colour, 0.65 if theme.is_dark else 0.85, theme.canvas), ground, faded(colour, 0.35, theme.text)


class FrameItem(MarkItem):
    """One frame; only its title bar and its edges answer to the mouse, so that one works inside as on empty ground."""

    note: Frame

    def show_note(self, note: Frame, look: object) -> None:
        """Show the frame as it is now."""
        self._size = note.rect[2:]
        self._grip = (0, 0)
        self.setZValue(BEHIND - note.rect[2] * note.rect[3] * 1e-9)
        self.setToolTip(note.title)
        super().show_note(note, look)

    @property
    def is_pulled(self) -> bool:
        """Whether it is held by an edge, to size it."""
        return self._grip != (0, 0)

    def rect(self) -> Rect:
        """Return where it is now, in whole steps of the grid: left, top, width, height."""
        width, height = (GRID * round(side / GRID) for side in self._size)
        return (*self.place(), width, height)

    def body(self) -> QRectF:
        """Return the frame's rectangle."""
        return QRectF(0, 0, *self._size)

    def title_box(self) -> QRectF:
        """Return where the title is written."""
        return QRectF(0, 0, self._size[0], TITLE)

    def writing(self) -> tuple[str, str, QRectF, QFont]:
        """Return what can be written here: its name, the text, where in the scene, and in which font."""
        return "Title of the frame", self.note.title, self.title_box().translated(self.scenePos()), self.look.title

    def boundingRect(self) -> QRectF:
        """Return the frame with its selection."""
        return self.body().adjusted(-4, -4, 4, 4)

    def shape(self) -> QPainterPath:
        """Return the title bar and a strip along the edges."""
        path = QPainterPath()
        path.setFillRule(Qt.FillRule.WindingFill)
        path.addRect(self.title_box())
        ring = QPainterPath()
        ring.addRect(self.body().adjusted(-4, -4, 4, 4))
        inner = QPainterPath()
        inner.addRect(self.body().adjusted(EDGE, EDGE, -EDGE, -EDGE))
        return path.united(ring.subtracted(inner))

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw ground, edge and title; zoomed out, the title is larger."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, theme = self.look, self.look.theme
        edge, ground, writing = colours(theme, self.note.colour)
        painter.setPen(QPen(edge, 1.2))
        painter.setBrush(ground)
        painter.drawRoundedRect(self.body(), RADIUS, RADIUS)
        is_small = option.levelOfDetailFromTransform(painter.worldTransform()) < OVERVIEW
        painter.setFont(look.overview if is_small else look.title)
        painter.setPen(writing)
        room = self._size[0] - 28
        title = QFontMetricsF(painter.font()).elidedText(self.note.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRectF(14, 0, room, TITLE), Qt.AlignmentFlag.AlignVCenter, title)
        if self.isSelected():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.colour("accent"), 2))
            painter.drawRoundedRect(self.body().adjusted(-2, -2, 2, 2), RADIUS + 2, RADIUS + 2)

    def hoverMoveEvent(self, event: QGraphicsSceneHoverEvent) -> None:
        """Let the pointer say what a press would do."""
        self.setCursor(CURSORS[self._grip_at(event.pos())])

    def mousePressEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Take hold of an edge, or of the whole frame."""
        self._grip = self._grip_at(event.pos())
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QGraphicsSceneMouseEvent) -> None:
        """Size the frame, or drag it."""
        if self._grip == (0, 0):
            super().mouseMoveEvent(event)
        else:
            self._pull(event.scenePos())

    def _grip_at(self, point: QPointF) -> tuple[int, int]:
        """Which edges a press would take hold of: -1 left or top, 1 right or bottom, 0 neither."""
        width, height = self._size
        across = 1 if point.x() > width - EDGE else -1 if point.x() < EDGE else 0
        down = 1 if point.y() > height - EDGE else -1 if point.y() < EDGE else 0
        return across, down

    def _pull(self, pointer: QPointF) -> None:
        """Bring the held edges to the pointer, on the grid."""
        self.prepareGeometryChange()
        ends = []
        for start, size, at, grip, least in zip(
            self.place(), self._size, pointer.toTuple(), self._grip, SMALLEST, strict=True
        ):
            at, end = GRID * round(at / GRID), start + size
            start = min(at, end - least) if grip < 0 else start
            end = max(at, start + least) if grip > 0 else end
            ends.append((start, end - start))
        self.setPos(ends[0][0], ends[1][0])
        self._size = ends[0][1], ends[1][1]
