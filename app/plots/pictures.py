"""Pictures of the charts as files, PNG or SVG; they carry the graph that drew the curves, to give it back later."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QPoint, QRect, QSize
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QLabel

from app.plots.charts import Charts
from engine.picture_text import GRAPH, with_text

SHARPNESS: Final = 2  # pixels of a PNG for each on the screen
MARGIN: Final = 8  # pixels


def png_of(legend: QLabel, charts: Charts, ground: str, graph: str) -> bytes:
    """Return the charts below their legend as PNG at twice the screen's resolution, on a `ground` of this colour."""
    size = _size(legend, charts)
    picture = QPixmap(size * SHARPNESS)
    picture.setDevicePixelRatio(SHARPNESS)
    picture.fill(ground)
    painter = QPainter(picture)
    _paint(painter, legend, charts)
    painter.end()
    buffer = _open_buffer()
    picture.save(buffer, "PNG")
    return _carrying(buffer, graph)


def svg_of(legend: QLabel, charts: Charts, ground: str, graph: str) -> bytes:
    """Return the charts below their legend as SVG, where lines and letters stay lines and letters."""
    size, buffer = _size(legend, charts), _open_buffer()
    generator = QSvgGenerator(size=size, viewBox=QRect(QPoint(), size), title="Curves")
    generator.setOutputDevice(buffer)
    painter = QPainter(generator)
    painter.fillRect(QRect(QPoint(), size), QColor(ground))
    _paint(painter, legend, charts)
    painter.end()
    return _carrying(buffer, graph)


def _size(legend: QLabel, charts: Charts) -> QSize:
    return QSize(charts.width(), legend.height() + charts.height())


def _paint(painter: QPainter, legend: QLabel, charts: Charts) -> None:
    legend.render(painter, QPoint(MARGIN, 0))
    with charts.as_figure():
        charts.render(painter, QPoint(0, legend.height()))


def _open_buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer


def _carrying(buffer: QBuffer, graph: str) -> bytes:
    made = buffer.data().data()
    return with_text(made, GRAPH, graph) if graph else made
