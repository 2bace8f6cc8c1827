"""The map in the corner of the canvas: the whole graph, and which part of it is in view; a press travels there.

It shows only while the graph does not fit into the view. What is on the map is painted once for a drawing; scrolling
moves the window on it and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QTransform
from PySide6.QtWidgets import QWidget

from app.canvas.camera import Camera
from app.canvas.look import Look, translucent

SIZE: Final = QSize(208, 132)
FROM_CORNER: Final = 14  # pixels
PAD: Final = 8.0
Patch = tuple[QRectF, QColor]  # where in the scene, and in which colour


class Minimap(QWidget):
    """A small view of everything; `wanted` is whether it may show at all."""

    def __init__(self, viewer: Camera) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self._patches: Sequence[Patch] = ()
        self._whole = QRectF()
        self._picture: QPixmap | None = None
        self.wanted = True
        self.setFixedSize(SIZE)
        self.setAccessibleName("Map of the graph")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        for bar in (viewer.horizontalScrollBar(), viewer.verticalScrollBar()):
            bar.valueChanged.connect(self.follow)
        viewer.resized.connect(self._keep_to_the_corner)
        self.hide()

    def show_patches(self, patches: Sequence[Patch]) -> None:
        """Draw other things; the first lie below."""
        self._patches = patches
        self._whole = QRectF()
        for box, _ in patches:
            self._whole = self._whole.united(box)
        self._picture = None
        self.follow()


    def set_wanted(self, wanted: bool) -> None:
        """Show it when it is of use, or never."""
        self.wanted = wanted
        self.follow()

    def follow(self) -> None:
        """Show where the view is now; hide while all is in view."""
        seen = self._seen()
        self.setVisible(self.wanted and not self._whole.isEmpty() and not seen.contains(self._whole))
        self.update()

    def _keep_to_the_corner(self) -> None:
        corner = self._viewer.viewport().rect().bottomRight()
        self.move(corner.x() - SIZE.width() - FROM_CORNER, corner.y() - SIZE.height() - FROM_CORNER)
        self.follow()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the map, and on it the window that is the view."""
        if self._picture is None:
            self._picture = self._painted()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.drawPixmap(0, 0, self._picture)
        window = self._to_map().mapRect(self._seen()).intersected(QRectF(self.rect()).adjusted(1, 1, -1, -1))
        accent = self._viewer.look.theme.accent
        painter.setPen(QPen(QColor(accent), 1.5))
        painter.setBrush(translucent(accent, 0.10))
        painter.drawRoundedRect(window, 2, 2)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Travel to what was pressed."""
        self._travel(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Travel along."""
        self._travel(event)

    def _travel(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            back, _ = self._to_map().inverted()
            self._viewer.shows_all = False
            self._viewer.centerOn(back.map(QPointF(event.position())))
        event.accept()

    def _seen(self) -> QRectF:
        return self._viewer.mapToScene(self._viewer.viewport().rect()).boundingRect()

    def _to_map(self) -> QTransform:
        """The way from the scene to this widget: everything fits, in its middle."""
        room = QRectF(self.rect()).adjusted(PAD, PAD, -PAD, -PAD)
        scale = min(room.width() / self._whole.width(), room.height() / self._whole.height())
        middle, centre = room.center(), self._whole.center()
        return QTransform.fromTranslate(middle.x(), middle.y()).scale(scale, scale).translate(-centre.x(), -centre.y())

    def _painted(self) -> QPixmap:
        look, ratio = self._viewer.look, self.devicePixelRatioF()
        picture = QPixmap(SIZE * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, look, QRectF(self.rect()))
        painter.setPen(Qt.PenStyle.NoPen)
        to_map = self._to_map()
        for box, colour in self._patches:
            painter.setBrush(colour)
            painter.drawRoundedRect(_at_least(to_map.mapRect(box), 2.0), 1.5, 1.5)
        painter.end()
        return picture


def _paint_ground(painter: QPainter, look: Look, box: QRectF) -> None:
    painter.setPen(QPen(look.colour("border"), 1))
    painter.setBrush(look.colour("panel"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)


def _at_least(box: QRectF, side: float) -> QRectF:
    """Return a box that can be seen, however small it is on the map."""
    more = max(0.0, side - box.width()) / 2, max(0.0, side - box.height()) / 2
    return box.adjusted(-more[0], -more[1], more[0], more[1])
