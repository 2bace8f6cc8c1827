"""Writing in place: a field over the canvas, for the title of a frame or the text of a comment."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.themes import Theme

SMALLEST: Final = (160, 30)  # pixels of the view, however far it is zoomed out
LINES: Final = 3  # that a comment's field shows at least
ENTER: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Writing(QPlainTextEdit):
    """The field. Escape gives up; leaving it takes the text, and so does Enter on one line, Ctrl+Enter on many."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._take: Callable[[str], None] | None = None
        self._one_line = False
        self.setTabChangesFocus(True)
        self.setAccessibleName("Text")
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.hide()

    def wear(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.setStyleSheet(
            f"color: {theme.text}; background: {theme.field}; border: 1px solid {theme.accent}; border-radius: 4px;"
        )

    def open(self, what: str, text: str, box: QRect, font: QFont, take: Callable[[str], None]) -> None:
        """Show `text` in a box of the view, all of it selected; `take` gets what was written, unless one gives up.

        Args:
            what: what is written, for those who cannot see it: "Title of the frame", "Comment".
            text: what stands there now.
            box: where, in pixels of the view; the field may be larger.
            font: as it will be shown.
            take: what to do with the text.
        """
        self._one_line = what.startswith("Title")
        self._take = take
        self.setAccessibleName(what)
        self.setFont(font)
        self.setPlainText(text)
        least = SMALLEST[1] if self._one_line else LINES * self.fontMetrics().lineSpacing() + 16
        self.setGeometry(box.x(), box.y(), max(box.width(), SMALLEST[0]), max(box.height(), least))
        self.selectAll()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+Enter and Escape from the commands that the window has under these keys."""
        is_key = event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent)
        if is_key and event.key() in (*ENTER, Qt.Key.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Finish, give up, or write."""
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        elif event.key() in ENTER and (self._one_line or held):
            self._finish()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take what was written; a menu over the field is not leaving it."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._finish()

    def _finish(self) -> None:
        take, text = self._take, self.toPlainText()
        self._leave()
        if take is not None:
            take(" ".join(text.split()) if self._one_line else text.rstrip())

    def _leave(self) -> None:
        self._take = None
        if self.isVisible():
            self.hide()
            self.parentWidget().setFocus(Qt.FocusReason.OtherFocusReason)
