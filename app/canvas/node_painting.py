"""Draws a node: shadow, body, header in the section's colour, port labels, parameters, outline.

Zoomed out, a node is a tinted card with its title in large letters; nothing is drawn that could not be read.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from app.canvas.faces import Line
from app.canvas.lettering import advance, elided
from app.canvas.look import CRISP, GAP, HEADER, LINE, OVERVIEW, RADIUS, ROW, faded, translucent

if TYPE_CHECKING:
    from app.canvas.node_item import NodeItem

LEFT = 13.0
RIGHT_OF_ICON = 38.0
ICON = 17.0
STRIP = 3.0
SHADOWS = ((5.5, 1.0), (2.0, 1.9))  # scene pixels around the body, and how dark; the wider one is seen only near by
NEAR = 0.9  # zoom
FARTHEST_TITLE = 0.2  # zoom below which even the large title of the overview could not be read
VCENTER = Qt.AlignmentFlag.AlignVCenter
LEFT_SIDE, RIGHT_SIDE = VCENTER | Qt.AlignmentFlag.AlignLeft, VCENTER | Qt.AlignmentFlag.AlignRight
TITLE_PLACE = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap


def paint(node: NodeItem, painter: QPainter, zoom: float) -> None:
    """Draw the node with as much detail as `zoom` (1: natural size) lets one read."""
    if zoom < FARTHEST_TITLE:
        _paint_patch(node, painter)
        return
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_body(node, painter, zoom)
    if zoom < OVERVIEW:
        _paint_overview(node, painter)
    else:
        _paint_header(node, painter)
        _paint_labels(node, painter)
        _paint_lines(node, painter)
    _paint_outline(node, painter)


def _paint_patch(node: NodeItem, painter: QPainter) -> None:
    """Draw the card alone, in the colour of its section or of what is wrong: there is no room for more."""
    look, body = node.look, node.body()
    is_wrong = node.has_failed or node.badge.is_error
    colour = look.theme.danger if is_wrong else look.theme.section_colour(node.face.section)
    painter.fillRect(body, look.colour("accent") if node.isSelected() else faded(colour, 0.6, look.theme.node))


def _paint_body(node: NodeItem, painter: QPainter, zoom: float) -> None:
    look, body = node.look, node.body()
    if zoom >= OVERVIEW and not node.face.is_border:
        _paint_shadow(node, painter, SHADOWS if zoom >= NEAR else SHADOWS[1:])
    if node.face.is_group:
        _paint_stack(node, painter)
    colour = look.theme.muted if node.face.bypassed else look.theme.section_colour(node.face.section)
    tint = faded(colour, 0.14 if look.theme.is_dark else 0.09, look.theme.node)
    strip = STRIP * (not node.face.is_border)  # of the section's colour, which stays along the upper edge
    if zoom < OVERVIEW:
        painter.fillPath(_rounded(*body.getRect()), QColor(colour))
        painter.fillPath(_rounded(*body.adjusted(0, strip, 0, 0).getRect()), tint)
    else:
        painter.fillPath(_rounded_below(*body.getRect(), HEADER), look.colour("node"))
        painter.fillPath(_rounded_above(body.width(), 0, HEADER), QColor(colour))
        painter.fillPath(_rounded_above(body.width(), strip, HEADER), tint)
    if node.face.is_placeholder or node.face.bypassed:
        hatching = QBrush(translucent(look.theme.muted, 0.22), Qt.BrushStyle.BDiagPattern)
        painter.fillPath(_rounded(*body.getRect()), hatching)


def _paint_shadow(node: NodeItem, painter: QPainter, layers: tuple[tuple[float, float], ...]) -> None:
    """Draw opaque discs, which the body covers but for their rims: a translucent ring takes five times as long."""
    theme, body = node.look.theme, node.body()
    for spread, depth in layers:
        disc = body.adjusted(-spread, 2 - spread, spread, 3 + spread)
        share = depth * (0.17 if theme.is_dark else 0.04)
        painter.fillPath(_rounded(*disc.getRect(), RADIUS + spread), faded(theme.shadow, share, theme.canvas))


def _paint_stack(node: NodeItem, painter: QPainter) -> None:
    """Draw the edges of two more cards behind that of a group."""
    look, body = node.look, node.body()
    painter.setPen(QPen(look.colour("node_border"), 1.2))
    for step in (6.0, 3.0):
        painter.setBrush(look.colour("node", 1 - step / 12, "canvas"))
        painter.drawRoundedRect(body.translated(step, step), RADIUS, RADIUS)


def _paint_header(node: NodeItem, painter: QPainter) -> None:
    look, face, width = node.look, node.face, node.width
    look.section_icons[face.section].render(painter, QRectF(LEFT, 9, ICON, ICON))
    painter.setFont(look.title)
    painter.setPen(look.colour("muted" if face.bypassed or face.is_border else "text"))
    title = elided(look.title, face.title, width - 50)
    painter.drawText(QRectF(RIGHT_OF_ICON, 7, width - RIGHT_OF_ICON - 12, 20), VCENTER, title)
    painter.setFont(look.node_id)
    painter.setPen(look.colour("muted"))
    subtitle = elided(look.node_id, face.subtitle, width - 50)
    painter.drawText(QRectF(RIGHT_OF_ICON, 25, width - RIGHT_OF_ICON - 12, 15), VCENTER, subtitle)


def _paint_labels(node: NodeItem, painter: QPainter) -> None:
    look, width = node.look, node.width
    painter.setFont(look.label)
    for port in (*node.inputs, *node.outputs):
        painter.setPen(look.colour("danger" if port.problem else "text", 0.25 if port.hint == "unfit" else 0.88))
        box = QRectF(LEFT, port.y() - ROW / 2, width - 2 * LEFT, ROW)
        side = LEFT_SIDE if port.direction == "in" else RIGHT_SIDE
        painter.drawText(box, side, elided(look.label, port.plug.label, width - 2 * LEFT))


def _paint_lines(node: NodeItem, painter: QPainter) -> None:
    if not node.face.lines:
        return
    rows = max(len(node.face.inputs), len(node.face.outputs))
    top = HEADER + GAP + ROW * rows
    painter.setPen(QPen(node.look.colour("node_border", 0.7), 1))
    painter.drawLine(QPointF(LEFT, top + CRISP), QPointF(node.width - LEFT, top + CRISP))
    wrong = {problem.where.field for problem in node.problems}
    for index, line in enumerate(node.face.lines):
        _paint_line(node, painter, line, top + GAP / 2 + LINE * index, line.name in wrong)


def _paint_line(node: NodeItem, painter: QPainter, line: Line, top: float, wrong: bool) -> None:
    look, room = node.look, node.width - 2 * LEFT
    value_width = min(advance(look.value, line.value) + 1, 0.62 * room)
    box = QRectF(LEFT, top, room, LINE)
    painter.setFont(look.label)
    painter.setPen(look.colour("muted"))
    painter.drawText(box, VCENTER, elided(look.label, line.name.replace("_", " "), room - value_width - 8))
    painter.setFont(look.value)
    painter.setPen(look.colour("danger" if wrong else "text" if line.chosen else "muted"))
    painter.drawText(box, RIGHT_SIDE, elided(look.value, line.value, value_width))


def _paint_overview(node: NodeItem, painter: QPainter) -> None:
    look, body = node.look, node.body()
    look.section_icons[node.face.section].render(painter, QRectF(body.center().x() - 17, 14, 34, 34))
    painter.setFont(look.overview)
    painter.setPen(look.colour("text"))
    painter.drawText(body.adjusted(8, 44, -8, -4), TITLE_PLACE, node.face.title)


def _paint_outline(node: NodeItem, painter: QPainter) -> None:
    look, body = node.look, node.body()
    is_wrong = node.has_failed or node.badge.is_error
    painter.setBrush(Qt.BrushStyle.NoBrush)
    style = Qt.PenStyle.DashLine if node.face.is_border else Qt.PenStyle.SolidLine
    painter.setPen(QPen(look.colour("danger", 0.9) if is_wrong else look.colour("node_border"), 1.2, style))
    painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    if node.isSelected():
        painter.setPen(QPen(look.colour("accent"), 2))
        painter.drawRoundedRect(body.adjusted(-3, -3, 3, 3), RADIUS + 3, RADIUS + 3)


@lru_cache(maxsize=512)
def _rounded(left: float, top: float, width: float, height: float, radius: float = RADIUS) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(left, top, width, height, radius, radius)
    return path


@lru_cache(maxsize=512)
def _rounded_below(left: float, top: float, width: float, height: float, start: float) -> QPainterPath:
    """The lower part of a rounded box, from `start` on."""
    size, right, bottom = 2 * RADIUS, left + width, top + height
    path = QPainterPath(QPointF(right, start))
    path.arcTo(QRectF(right - size, bottom - size, size, size), 0, -90)
    path.arcTo(QRectF(left, bottom - size, size, size), -90, -90)
    path.lineTo(left, start)
    path.closeSubpath()
    return path


@lru_cache(maxsize=512)
def _rounded_above(width: float, top: float, bottom: float) -> QPainterPath:
    """The upper part of a rounded box, down to `bottom`: quicker to fill than a clipped rectangle."""
    size = 2 * RADIUS
    path = QPainterPath(QPointF(0, bottom))
    path.arcTo(QRectF(0, top, size, size), 180, -90)
    path.arcTo(QRectF(width - size, top, size, size), 90, -90)
    path.lineTo(width, bottom)
    path.closeSubpath()
    return path
