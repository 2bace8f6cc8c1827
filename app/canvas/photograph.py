"""Small pictures of documents, painted by the canvas's own items without a canvas that anybody sees."""

from __future__ import annotations

from typing import Final

from NodeGraphQt.constants import ViewerEnum
from PySide6.QtCore import QObject, QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QBrush, QPainter, QPixmap
from PySide6.QtWidgets import QWidget

from app.canvas.drawing import Drawing
from app.canvas.look import Look
from app.canvas.picture import picture_of
from app.canvas.viewer import Viewer
from app.themes import Theme, load_fonts
from engine.catalogue import Catalogue
from engine.document import Document

MARGIN: Final = 0.04  # of the picture's width, left free on each side


class Photographer(QObject):
    """Takes pictures of documents, one after the other, in one theme."""

    def __init__(self, catalogue: Catalogue, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        load_fonts()
        self._catalogue = catalogue
        self._viewer = Viewer(Look.of(theme), parent)
        self._viewer.hide()
        self._viewer.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scene = self._viewer.scene()
        scene.grid_mode = ViewerEnum.GRID_DISPLAY_NONE.value
        scene.setBackgroundBrush(QBrush(Qt.BrushStyle.NoBrush))
        self._drawing = Drawing(self._viewer, self)

    def set_theme(self, theme: Theme) -> None:
        """Take the next pictures in another theme."""
        self._viewer.look = Look.of(theme)
        self._drawing.wear(self._viewer.look)

    def take(self, document: Document, size: QSize, ratio: float) -> QPixmap:
        """Return a picture of the whole graph, `size` large, with `ratio` screen pixels a pixel."""
        self._drawing.show(picture_of(document, self._catalogue))
        picture = QPixmap(size * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(self._viewer.look.colour("canvas"))
        whole = self._whole()
        if not whole.isEmpty():
            painter = QPainter(picture)
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
            self._viewer.scene().render(painter, _middle(size, whole.size()), whole)
            painter.end()
        return picture

    def _whole(self) -> QRectF:
        """Return the part of the scene that the graph takes up."""
        whole = QRectF()
        for box in self._drawing.whole():
            whole = whole.united(box)
        return whole


def _middle(size: QSize, whole: QSizeF) -> QRectF:
    """Return where in a picture of this size the scene goes: in its middle, as large as fits, no larger than it is."""
    margin = MARGIN * size.width()
    scale = min((size.width() - 2 * margin) / whole.width(), (size.height() - 2 * margin) / whole.height(), 1.0)
    place = QRectF(QPointF(), whole * scale)
    place.moveCenter(QRectF(QPointF(), size.toSizeF()).center())
    return place
