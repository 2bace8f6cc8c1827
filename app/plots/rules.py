"""The few horizontal lines behind a chart; pyqtgraph's own grid takes 40 ms a frame."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QLineF, QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from app.plots.axes import Axis
from app.themes import Theme


class Rules(pg.GraphicsObject):
    """A thin line through the view at each labelled tick of `axis`."""

    def __init__(self, axis: Axis) -> None:
        super().__init__()
        self._axis = axis
        self._pen = pg.mkPen(None)
        self.setZValue(-100)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colour."""
        self._pen = pg.mkPen(theme.border)
        self.update()

    def viewRangeChanged(self) -> None:
        """Follow the view."""
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the whole view."""
        return QRectF(self.viewRect())

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw the lines."""
        view = self.viewRect()
        painter.setPen(self._pen)
        painter.drawLines([QLineF(view.left(), y, view.right(), y) for y in self._axis.major_ticks()])
