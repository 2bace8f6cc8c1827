"""The footer of a node: its state in icon, colour and word, and its live numbers.

It is an item of its own, so that numbers which change four times a second repaint this strip and nothing else.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, Qt
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from app.canvas.look import CRISP, FOOTER, OVERVIEW, RADIUS, Look
from engine.events import NodeNumbers, NodeStateName

ICON = 12.0
BAR = 3.0


def compact(value: float) -> str:
    """Return a number in at most five characters.

    Example: 0 is `"0"`, 7.25 is `"7.2"`, 950 is `"950"`, 4123 is `"4.1k"`, 1500000 is `"1.5M"`.
    """
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if abs(value) >= size:
            return f"{value / size:.1f}{unit}" if abs(value) < 100 * size else f"{value / size:.0f}{unit}"
    return f"{value:.1f}" if 0 < abs(value) < 10 and value != int(value) else f"{value:.0f}"


class Footer(QGraphicsItem):
    """The strip below a node; hidden until there is a state or a number to show."""

    def __init__(self, parent: QGraphicsItem, look: Look) -> None:
        super().__init__(parent)
        self.look = look
        self.state: NodeStateName | None = None
        self.numbers: NodeNumbers | None = None
        self.detail = ""
        self.is_stale = False
        self.width = 0.0
        self.setCacheMode(QGraphicsItem.CacheMode.DeviceCoordinateCache)
        self.setVisible(False)

    @property
    def is_used(self) -> bool:
        """Whether there is anything to show."""
        return self.state is not None or self.numbers is not None

    def place(self, top: float, width: float) -> None:
        """Lie below the node's body."""
        self.prepareGeometryChange()
        self.width = width
        self.setPos(0, top)
        self.setVisible(self.is_used)

    def set_state(self, state: NodeStateName | None, detail: str) -> None:
        """Show a state; its detail is the tooltip."""
        if (state, detail) != (self.state, self.detail):
            self.state, self.detail = state, detail
            self._explain()
            self.update()

    def set_numbers(self, numbers: NodeNumbers | None) -> None:
        """Show numbers, if they are new."""
        if numbers != self.numbers or self.is_stale:
            self.numbers, self.is_stale = numbers, False
            self._explain()
            self.update()

    def _explain(self) -> None:
        """Tell what the state means, and the bar in figures."""
        self.setToolTip(as_written("\n".join(filter(None, (self.detail, shares_text(self.numbers))))))

    def set_stale(self) -> None:
        """Say that the numbers are no news any more, until others come."""
        self.is_stale = True
        self.update()

    def boundingRect(self) -> QRectF:
        """Return the strip."""
        return QRectF(0, 0, self.width, FOOTER)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        """Draw state on the left, rate on the right, and along the lower edge what the node does with its time."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.levelOfDetailFromTransform(painter.worldTransform()) >= OVERVIEW:
            painter.setPen(QPen(self.look.colour("node_border", 0.7), 1))
            painter.drawLine(QPointF(1, CRISP), QPointF(self.width - 1, CRISP))
            self._paint_state(painter)
            self._paint_rate(painter)
        self._paint_shares(painter)

    def _paint_state(self, painter: QPainter) -> None:
        if self.state is None:
            return
        top = (FOOTER - ICON) / 2
        self.look.state_icons[self.state].render(painter, QRectF(11, top, ICON, ICON))
        painter.setFont(self.look.value)
        painter.setPen(QColor(self.look.theme.state_colour(self.state)))
        painter.drawText(QRectF(28, 0, self.width, FOOTER), Qt.AlignmentFlag.AlignVCenter, self.state)

    def _paint_rate(self, painter: QPainter) -> None:
        text = "stale" if self.is_stale else rate_text(self.numbers)
        painter.setFont(self.look.number)
        painter.setPen(self.look.colour("warning" if self.is_stale else "text", 0.9))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(0, 0, self.width - 12, FOOTER), flags, text)

    def _paint_shares(self, painter: QPainter) -> None:
        """Draw the bar: busy from the left, then waiting for input, faint, and blocked up to what is neither."""
        numbers = self.numbers
        if numbers is None or self.is_stale or not (numbers.busy or numbers.waiting or numbers.blocked):
            return
        strip = QPainterPath()
        strip.addRoundedRect(QRectF(0, -2 * RADIUS, self.width, FOOTER + 2 * RADIUS), RADIUS, RADIUS)
        painter.setClipPath(strip)
        left = 0.0
        shares = ((numbers.busy, "accent", 0.9), (numbers.waiting, "muted", 0.45), (numbers.blocked, "warning", 0.9))
        for share, colour, strength in shares:
            width = min(self.width * share, self.width - left)
            painter.fillRect(QRectF(left, FOOTER - BAR, width, BAR), self.look.colour(colour, strength))
            left += width


def as_written(text: str) -> str:
    """Return a text for a tooltip that shows it line by line; what looks like a tag, as in a traceback, is no tag."""
    return Qt.convertFromPlainText(text, Qt.WhiteSpaceMode.WhiteSpacePre) if Qt.mightBeRichText(text) else text


def rate_text(numbers: NodeNumbers | None) -> str:
    """Return what a node does in a second: env steps if it knows, else items; else what it has done so far.

    Example: 4,123 env steps a second are `"4.1k steps/s"`; a node that stands still at 12 items shows `"12 items"`.
    Of a queue it is what waits in it: `"3 of 4"`; of a replay it is the ratio: `"ratio 3.9 of 4"`.
    """
    if numbers is None:
        return ""
    if numbers.ratio is not None:
        wanted = "" if numbers.ratio_wanted is None else f" of {compact(numbers.ratio_wanted)}"
        return f"ratio {compact(numbers.ratio)}{wanted}"
    if numbers.room:
        return f"{compact(numbers.queued)} of {compact(numbers.room)}"
    if numbers.env_steps_per_s > 0:
        return f"{compact(numbers.env_steps_per_s)} steps/s"
    if numbers.items_per_s > 0:
        return f"{compact(numbers.items_per_s)} items/s"
    return f"{compact(numbers.items)} items" if numbers.items else ""


def shares_text(numbers: NodeNumbers | None) -> str:
    """Return what a node does with its time, in words; nothing if that is not known.

    Example: `"busy 38%, waiting for input 60%, blocked 0%"`.
    """
    if numbers is None or not (numbers.busy or numbers.waiting or numbers.blocked):
        return ""
    return f"busy {numbers.busy:.0%}, waiting for input {numbers.waiting:.0%}, blocked {numbers.blocked:.0%}"
