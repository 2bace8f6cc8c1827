"""A switch: on or off, or between them where several nodes do not agree."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

TRACK: Final = QSize(34, 18)
GAP: Final = 8


class Switch(QAbstractButton):
    """A knob on a track, with the word for its state beside; `mixed` puts the knob in the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mixed = False
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    @property
    def word(self) -> str:
        """The state in words."""
        return "mixed" if self._mixed else "on" if self.isChecked() else "off"

    def show_state(self, on: bool, *, mixed: bool = False) -> None:
        """Show a state."""
        self._mixed = mixed
        self.setChecked(on)
        self.setAccessibleDescription(self.word)
        self.update()

    def sizeHint(self) -> QSize:
        """Room for track and word."""
        words = self.fontMetrics().horizontalAdvance("mixed")
        return QSize(TRACK.width() + GAP + words, max(TRACK.height() + 6, self.fontMetrics().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw track, knob and word in the palette's colours."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_track(painter)
        colour = self.palette().color(QPalette.ColorRole.WindowText)
        painter.setPen(colour)
        area = self.rect().adjusted(TRACK.width() + GAP, 0, 0, 0)
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.word)

    def _paint_track(self, painter: QPainter) -> None:
        roles, palette = QPalette.ColorRole, self.palette()
        on = self.isChecked() and not self._mixed
        track = QRectF(1, (self.height() - TRACK.height()) / 2, TRACK.width() - 2, TRACK.height())
        focus = roles.Highlight if self.hasFocus() else roles.Mid
        painter.setPen(QPen(palette.color(focus), 1.5))
        painter.setBrush(palette.color(roles.Highlight if on and self.isEnabled() else roles.Base))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        share = 0.5 if self._mixed else 1.0 if on else 0.0
        size = track.height() - 6
        left = track.left() + 3 + share * (track.width() - 6 - size)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(roles.HighlightedText if on and self.isEnabled() else roles.PlaceholderText))
        painter.drawEllipse(QRectF(left, track.top() + 3, size, size))
