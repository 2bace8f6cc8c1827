"""The icons: line drawings in `resources/icons`, tinted with a colour of the theme.

The files are drawn in `currentColor` on a 24-unit square; the colour is put in before Qt parses them.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from app.themes import RESOURCES, Theme

SIZES = (16, 20, 24, 32, 40, 48, 64)  # device pixels: menus to large tool bars, at 100 to 200 %


def renderer(name: str, colour: str) -> QSvgRenderer:
    """Return the drawing called `name` in this colour; it paints crisply at any scale.

    Raises:
        FileNotFoundError: there is no such icon.
    """
    text = (RESOURCES / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(text.replace("currentColor", colour).encode()))


def icon(name: str, theme: Theme, colour: str = "") -> QIcon:
    """Return the icon called `name` in the theme's text colour, or in `colour`; muted where it is disabled.

    Example: `icon("run", DARK, DARK.success)` is a green triangle.
    """
    made = QIcon()
    for mode, tint in ((QIcon.Mode.Normal, colour or theme.text), (QIcon.Mode.Disabled, theme.muted)):
        drawing = renderer(name, tint)
        for size in SIZES:
            made.addPixmap(_pixmap(drawing, size), mode)
    return made


def section_icon(section: str, theme: Theme) -> QIcon:
    """Return the icon of a palette section in that section's colour."""
    return icon(f"section_{section.lower()}", theme, theme.section_colour(section))


def _pixmap(drawing: QSvgRenderer, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    drawing.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return pixmap


def swatch(colour: str) -> QIcon:
    """Return a disc of one colour, for a menu of colours."""
    pixmap = QPixmap(SIZES[-1], SIZES[-1])
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    painter.drawEllipse(QRectF(pixmap.rect()).adjusted(8, 8, -8, -8))
    painter.end()
    return QIcon(pixmap)
