"""Messages inside the window: what went wrong, what was found, what to do about it. Nothing waits for an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.themes import Theme
from engine.problems import Problem

Tone = Literal["info", "warning", "error"]

SHOWN: Final = 3  # notices at once; older ones make room
PROBLEMS_LISTED: Final = 4
ROOMY: Final = 480  # pixels in which words and buttons have room beside each other


@dataclass(frozen=True, slots=True)
class Notice:
    """A message: how bad it is, a sentence, more lines, and what can be done, as (label, action) pairs.

    A notice with the same `topic` as an older one takes its place. One that `stays` is closed by its cross alone: each
    of its choices may be of use.
    """

    tone: Tone
    text: str
    details: str = ""
    choices: Sequence[tuple[str, Callable[[], None]]] = ()
    topic: str = ""
    stays: bool = False


class Notices(QWidget):
    """A stack of messages above the canvas; it takes no room while it is empty."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self.frames: list[NoticeFrame] = []
        self.hide()

    def add(self, notice: Notice) -> None:
        """Show a message on top of the others."""
        for frame in [frame for frame in self.frames if notice.topic and frame.notice.topic == notice.topic]:
            self.remove(frame)
        frame = NoticeFrame(notice, self._theme, self)
        frame.closed = lambda: self.remove(frame)
        self.frames.append(frame)
        self._layout.insertWidget(0, frame)
        for old in self.frames[:-SHOWN]:
            self.remove(old)
        self.show()

    def remove_topic(self, topic: str) -> None:
        """Take out the message on this topic, if it is still there."""
        for frame in [frame for frame in self.frames if frame.notice.topic == topic]:
            self.remove(frame)

    def remove(self, frame: NoticeFrame) -> None:
        """Take a message out."""
        if frame in self.frames:
            self.frames.remove(frame)
            self._layout.removeWidget(frame)
            frame.hide()
            frame.deleteLater()
        self.setVisible(bool(self.frames))

    @property
    def texts(self) -> tuple[str, ...]:
        """What is shown, oldest first: text and details of each."""
        return tuple(f"{frame.notice.text}\n{frame.notice.details}".strip() for frame in self.frames)

    def set_theme(self, theme: Theme) -> None:
        """Draw the messages in the theme's colours."""
        self._theme = theme
        for frame in self.frames:
            frame.set_theme(theme)


class NoticeFrame(QFrame):
    """One message with its buttons; `closed` is called when it is to go."""

    def __init__(self, notice: Notice, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.notice = notice
        self.closed: Callable[[], None] = self.hide
        self.setObjectName("notice")
        self.setAccessibleName(f"{notice.tone}: {notice.text}")
        self._icon = QLabel(self)
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop if notice.details else Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addWidget(_line(notice.text, "", self))
        if notice.details:
            words.addWidget(_line(notice.details, "muted", self))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 8, 8)
        layout.setSpacing(10)
        layout.addWidget(self._icon)
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.addLayout(words, 1)
        layout.addLayout(self._body, 1)
        self._add_choices()
        self._cross = QToolButton(self)
        self._cross.setAccessibleName("Close the message")
        self._cross.setToolTip("Close")
        self._cross.clicked.connect(lambda: self.closed())
        layout.addWidget(self._cross)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw the message in the theme's colours."""
        colour = {"info": theme.accent, "warning": theme.warning, "error": theme.danger}[self.notice.tone]
        self._icon.setPixmap(icon(self.notice.tone, theme, colour).pixmap(QSize(18, 18), self.devicePixelRatioF()))
        self._cross.setIcon(icon("close", theme, theme.muted))
        self.setStyleSheet(
            f"#notice {{ background: {theme.panel}; border: none; border-left: 3px solid {colour};"
            f" border-bottom: 1px solid {theme.border}; }}"
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the buttons below the words where both beside each other are too narrow to read."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        self._body.setDirection(direction.LeftToRight if self.width() >= ROOMY else direction.TopToBottom)

    def _add_choices(self) -> None:
        if self.notice.choices:
            row = QHBoxLayout()
            row.addStretch(1)
            for label, action in self.notice.choices:
                row.addWidget(self._button(label, action))
            self._body.addLayout(row)

    def _button(self, label: str, action: Callable[[], None]) -> QPushButton:
        button = QPushButton(label, self)
        button.clicked.connect(lambda: self._choose(action))
        return button

    def _choose(self, action: Callable[[], None]) -> None:
        if not self.notice.stays:
            self.closed()
        action()


def _line(text: str, role: str, parent: QWidget) -> QLabel:
    label = QLabel(text, parent)
    label.setProperty("role", role)
    label.setTextFormat(Qt.TextFormat.PlainText)  # a file may have put anything into it
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def listed(problems: Sequence[Problem]) -> str:
    """Return problems as lines, the first few and how many more there are; the notice names the file itself."""
    lines = [str(problem.in_file("")) for problem in problems[:PROBLEMS_LISTED]]
    rest = len(problems) - len(lines)
    return "\n".join([*lines, *([f"and {rest} more"] if rest > 0 else [])])
