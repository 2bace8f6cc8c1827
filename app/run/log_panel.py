"""The log: what the engine tells and prints, with times, to be read, filtered and copied."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from PySide6.QtGui import QColor, QFont, QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from app.run.log_lines import line_of
from app.themes import CODE_FAMILY, Theme
from engine.events import Event, Log

LINES: Final = 2_000  # older ones are dropped; writing all of them anew takes 25 ms
TAIL: Final = 6  # lines of a traceback; the last ones say most
LEVELS: Final = ("info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line and when it came, as `HH:MM:SS`."""

    at: str
    log: Log

    def __str__(self) -> str:
        node = f"{self.log.node}: " if self.log.node else ""
        return f"{self.at}  {self.log.level:<7}  {node}{self.log.text}"


class LogPanel(QWidget):
    """Plain text; `take` accepts any event and shows those that are worth a line."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._formats = _formats(theme)
        self._entries: deque[Entry] = deque(maxlen=LINES)
        self.text = QPlainTextEdit(readOnly=True, maximumBlockCount=LINES, accessibleName="Log")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFont(CODE_FAMILY, 9))
        self.text.setPlaceholderText("What the engine says stands here.")
        self.level = QComboBox(accessibleName="Which lines to show")
        self.level.addItems(["Everything", "Warnings and errors", "Errors"])
        self.level.currentIndexChanged.connect(self._rewrite)
        self._lay_out()

    def take(self, event: Event) -> None:
        """Add the event's line, if it has one."""
        log = line_of(event)
        if log is not None:
            entry = Entry(datetime.now().strftime("%H:%M:%S"), log)
            self._entries.append(entry)
            self._write([entry])

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines as they are written, whatever the filter hides."""
        return tuple(map(str, self._entries))

    def traceback_end(self, node: str) -> tuple[str, ...]:
        """Return the end of the newest error of several lines that may be a node's; nothing if there is none."""
        errors = (entry.log for entry in self._entries if entry.log.level == "error")
        told = [lines for log in errors if log.node in (node, "") and len(lines := log.text.rstrip().splitlines()) > 1]
        return tuple("\n".join(lines[-TAIL:]) for lines in told[-1:])

    def clear(self) -> None:
        """Forget all lines."""
        self._entries.clear()
        self.text.clear()

    def set_theme(self, theme: Theme) -> None:
        """Write the lines anew in the theme's colours."""
        self._formats = _formats(theme)
        self._rewrite()

    def _rewrite(self) -> None:
        self.text.clear()
        self._write(self._entries)

    def _write(self, entries: Iterable[Entry]) -> None:
        """Append lines in one step; who reads further up is not dragged to the end."""
        bar = self.text.verticalScrollBar()
        at_end = bar.value() == bar.maximum()
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        for entry in entries:
            if LEVELS.index(entry.log.level) >= self.level.currentIndex():
                if cursor.position():
                    cursor.insertBlock()
                cursor.insertText(str(entry), self._formats[entry.log.level])
        cursor.endEditBlock()
        if at_end:
            bar.setValue(bar.maximum())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(self.lines))

    def _lay_out(self) -> None:
        copy = QPushButton("Copy all")
        copy.clicked.connect(self._copy)
        clear = QPushButton("Clear")
        clear.clicked.connect(self.clear)
        row = QHBoxLayout()
        row.setContentsMargins(8, 4, 8, 0)
        row.addWidget(self.level)
        row.addStretch(1)
        for button in (copy, clear):
            row.addWidget(button)
        body = QVBoxLayout(self)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(6)
        body.addLayout(row)
        body.addWidget(self.text, 1)


def _formats(theme: Theme) -> dict[str, QTextCharFormat]:
    formats = {}
    for level, colour in zip(LEVELS, (theme.text, theme.warning, theme.danger), strict=True):
        formats[level] = QTextCharFormat()
        formats[level].setForeground(QColor(colour))
    return formats
