"""Graphs as vector figures for papers and slides: SVG, which carries its graph, and PDF; both without a ground."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QGraphicsItem

from app.canvas.photograph import Photographer
from app.canvas.picture import picture_of
from engine.document import Document, write
from engine.picture_text import GRAPH, with_text

ROOM: Final = 12.0  # scene pixels left free around the graph
POINTS: Final = 0.75  # of a PDF for each scene pixel, as at 96 pixels an inch
DOTS: Final = 1200  # an inch: how finely a PDF places things


class Figure(Photographer):
    """Draws documents as figures in its theme; the light one suits paper."""

    def svg(self, document: Document) -> bytes:
        """Return the whole graph as SVG that carries the text of the graph's file."""
        whole, buffer = self._frame(document), _open_buffer()
        view = QRectF(0, 0, whole.width(), whole.height())
        generator = QSvgGenerator(viewBox=view, size=view.size().toSize(), title=document.title or "Graph")
        generator.setOutputDevice(buffer)
        self._paint(QPainter(generator), view, whole)
        return with_text(buffer.data().data(), GRAPH, write(document))

    def pdf(self, document: Document) -> bytes:
        """Return the whole graph as PDF, one page as large as the graph."""
        whole, buffer = self._frame(document), _open_buffer()
        page = QPdfWriter(buffer)
        page.setTitle(document.title or "Graph")
        page.setResolution(DOTS)
        size = QSizeF(whole.width() * POINTS, whole.height() * POINTS)
        page.setPageSize(QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
        page.setPageMargins(QMarginsF())
        painter = QPainter(page)
        self._paint(painter, QRectF(painter.viewport()), whole)
        return buffer.data().data()

    def _frame(self, document: Document) -> QRectF:
        """Draw a document on the scene and return what of it belongs on the figure."""
        self._drawing.show(picture_of(document, self._catalogue))
        for item in self._viewer.scene().items():
            item.setCacheMode(QGraphicsItem.CacheMode.NoCache)  # a cache is a picture of dots
        return self._whole().adjusted(-ROOM, -ROOM, ROOM, ROOM)

    def _paint(self, painter: QPainter, place: QRectF, whole: QRectF) -> None:
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        self._viewer.scene().render(painter, place, whole)
        painter.end()


def _open_buffer() -> QBuffer:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    return buffer
