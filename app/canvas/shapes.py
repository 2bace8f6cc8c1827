"""The shapes of ports: one path for each shape that a kind may have, and each as easy to tell apart as a colour."""

from __future__ import annotations

from math import cos, pi, sin

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainterPath, QPolygonF

from engine.kinds import Shape


def shape_path(shape: Shape, radius: float) -> QPainterPath:
    """Return the outline of `shape` around the origin, fitting a circle of `radius` scene pixels about equally full.

    Example: `shape_path("square", 5).boundingRect()` is 9 by 9, as a square of 10 would look larger than a circle.
    """
    path = QPainterPath()
    if shape in ("circle", "ring"):
        path.addEllipse(QPointF(0, 0), radius, radius)
    elif shape == "square":
        half = 0.9 * radius
        path.addRoundedRect(QRectF(-half, -half, 2 * half, 2 * half), 1.5, 1.5)
    elif shape == "drum":
        half = QPointF(0.8 * radius, 1.1 * radius)
        path.addRoundedRect(QRectF(-half, half), 0.8 * radius, 0.45 * radius)
    else:
        path.addPolygon(QPolygonF(_corners(shape, radius)))
        path.closeSubpath()
    return path


def _corners(shape: Shape, radius: float) -> list[QPointF]:
    if shape == "diamond":
        return _regular(4, 1.2 * radius, 0)
    if shape == "triangle":
        return _regular(3, 1.25 * radius, 0)
    if shape == "pentagon":
        return _regular(5, 1.15 * radius, -pi / 2)
    if shape == "hexagon":
        return _regular(6, 1.1 * radius, pi / 6)
    r = radius  # a chevron: an arrow head with a notch
    return [
        QPointF(-r, -r),
        QPointF(0.2 * r, -r),
        QPointF(1.1 * r, 0),
        QPointF(0.2 * r, r),
        QPointF(-r, r),
        QPointF(-0.2 * r, 0),
    ]


def _regular(corners: int, radius: float, turn: float) -> list[QPointF]:
    angles = [turn + 2 * pi * corner / corners for corner in range(corners)]
    return [QPointF(radius * cos(angle), radius * sin(angle)) for angle in angles]
