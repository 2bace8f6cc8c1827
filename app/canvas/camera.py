"""The eye on the scene: zoom at the pointer, pan, fit, and the quiet ground behind the graph.

The scene has no edges. NodeGraphQt's viewer would keep a rectangle in view and stretch it with the window; here the
window shows more, and scrolling moves what is drawn instead of drawing it anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil, floor, log2
from typing import Final

from NodeGraphQt.widgets.viewer import NodeViewer
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPen, QResizeEvent, QTransform, QWheelEvent
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from app.canvas.look import GRID, Look

FARTHEST: Final = 0.1
NEAREST: Final = 3.0
WIDE: Final = 4_000_000.0  # scene pixels; the document's coordinates end at a million
ROOM: Final = 30.0  # viewport pixels left around what is fitted
DOTS: Final = 2 * GRID  # between two dots at natural size
CLOSEST_DOTS: Final = 22.0  # viewport pixels between dots; when they come closer, every other one goes


class Camera(NodeViewer):
    """A viewer that zooms, pans and paints its ground.

    `shows_all` is whether everything was fitted into the view and nobody has looked elsewhere since.
    """

    resized = Signal()

    def __init__(self, look: Look, parent: QWidget) -> None:
        self.look = look
        self.shows_all = False
        super().__init__(parent)
        self._search_widget.setParent(self)  # the stock search is never shown, but must not outlive the application
        self._search_widget.hide()
        self._ctx_menu_bar.hide()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSceneRect(-WIDE / 2, -WIDE / 2, WIDE, WIDE)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.AnchorViewCenter)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.centerOn(0, 0)

    @property
    def zoom(self) -> float:
        """Viewport pixels for one scene pixel."""
        return self.transform().m11()

    def middle(self) -> QPointF:
        """Return the scene position in the middle of the view."""
        return self.mapToScene(self.viewport().rect().center())

    def zoom_at(self, factor: float, pixel: QPoint) -> None:
        """Zoom by `factor`, within limits, so that what is under the viewport's `pixel` stays there."""
        self.shows_all = False
        wanted = min(NEAREST, max(FARTHEST, self.zoom * factor))
        fixed = self.mapToScene(pixel)
        self.setTransform(QTransform.fromScale(wanted, wanted))
        self.pan(self.mapFromScene(fixed) - pixel)

    def pan(self, pixels: QPoint) -> None:
        """Move the view by viewport pixels."""
        self.shows_all = False
        for bar, by in ((self.horizontalScrollBar(), pixels.x()), (self.verticalScrollBar(), pixels.y())):
            bar.setValue(bar.value() + by)

    def fit(self, boxes: Iterable[QRectF]) -> None:
        """Show these scene rectangles as large as they fit, but never larger than natural size and a quarter."""
        self.shows_all = False
        whole = QRectF()
        for box in boxes:
            whole = whole.united(box)
        if whole.isNull():
            return
        room = self.viewport().size()
        scale = min((room.width() - 2 * ROOM) / whole.width(), (room.height() - 2 * ROOM) / whole.height(), 1.25)
        scale = min(NEAREST, max(FARTHEST, scale))
        self.setTransform(QTransform.fromScale(scale, scale))
        self.centerOn(whole.center())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        turned = event.angleDelta().y() or event.angleDelta().x()
        if turned:
            self.zoom_at(1.0015**turned, event.position().toPoint())
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show more or less of the scene, at the same zoom."""
        QGraphicsView.resizeEvent(self, event)
        self.resized.emit()

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        """Draw the ground: dots, farther apart when zoomed out."""
        painter.fillRect(rect, self.look.colour("canvas"))
        step = DOTS * 2 ** max(0, ceil(log2(CLOSEST_DOTS / (DOTS * self.zoom))))
        pen = QPen(self.look.colour("grid"), 2.0, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap)
        pen.setCosmetic(True)
        painter.setPen(pen)
        columns = range(floor(rect.left() / step), floor(rect.right() / step) + 2)
        rows = range(floor(rect.top() / step), floor(rect.bottom() / step) + 2)
        painter.drawPoints([QPointF(column * step, row * step) for column in columns for row in rows])

    def _update_scene(self) -> None:
        """Do nothing: NodeGraphQt would fit its own rectangle into the view."""
