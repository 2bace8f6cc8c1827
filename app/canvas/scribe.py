"""Lets titles and comments be written where they stand, and tells what was written."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRectF, Signal
from PySide6.QtGui import QFont

from app.canvas.camera import Camera
from app.canvas.comment_item import CommentItem
from app.canvas.frame_item import FrameItem
from app.canvas.writing import Writing
from app.themes import Theme

SMALLEST = 11  # pixels of the view that letters have, however far it is zoomed out


class Scribe(QObject):
    """Opens the one field over the view.

    Signals:
        mark_written: the mark of a frame or comment, and its new title or text.
        comment_written: the text of a new comment, and its left, top in the scene.
    """

    mark_written = Signal(object, str)
    comment_written = Signal(str, int, int)

    def __init__(self, viewer: Camera) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self.field = Writing(viewer)

    def wear(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.field.wear(theme)

    def write(self, item: FrameItem | CommentItem) -> None:
        """Let the title of a frame or the text of a comment be written."""
        what, text, box, font = item.writing()
        mark, pixels = item.mark, self._viewer.mapFromScene(box).boundingRect()
        self.field.open(what, text, pixels, self._zoomed(font), lambda text: self.mark_written.emit(mark, text))

    def write_comment(self, x: int, y: int, width: int) -> None:
        """Let a new comment be written at a scene position."""
        pixels = self._viewer.mapFromScene(QRectF(x, y, width, 1)).boundingRect()
        font = self._zoomed(self._viewer.look.label)
        self.field.open("Comment", "", pixels, font, lambda text: self._tell_comment(text, x, y))

    def _tell_comment(self, text: str, x: int, y: int) -> None:
        if text.strip():
            self.comment_written.emit(text, x, y)

    def _zoomed(self, font: QFont) -> QFont:
        """Return a font as large as the view shows it, but large enough to write in."""
        zoomed = QFont(font)
        zoomed.setPixelSize(max(SMALLEST, round(font.pixelSize() * self._viewer.zoom)))
        return zoomed
