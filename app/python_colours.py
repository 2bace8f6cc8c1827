"""Colours Python as it is read: words of the language, strings, numbers, names of arguments."""

from __future__ import annotations

import re
from typing import Final

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from app.themes import Theme

PARTS: Final = re.compile(
    r"""(?P<string>"(?:[^"\\]|\\.)*"|"{3})
      | (?P<word>\b(?:from|import|if|True|False|None)\b)
      | (?P<number>\b\d[\d_]*(?:\.\d+)?(?:e[-+]?\d+)?\b)
      | (?P<call>\b\w+(?=\())
      | (?P<argument>\b\w+(?==[^=]))""",
    re.VERBOSE,
)


class PythonColours(QSyntaxHighlighter):
    """Paints the text of one document, line by line: enough for scripts without strings over several lines."""

    def __init__(self, theme: Theme, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats = _formats(theme)

    def set_theme(self, theme: Theme) -> None:
        """Paint in the theme's colours."""
        self._formats = _formats(theme)
        self.rehighlight()

    def highlightBlock(self, line: str) -> None:
        """Colour one line."""
        for part in PARTS.finditer(line):
            kind = part.lastgroup
            if kind is not None:
                self.setFormat(part.start(), part.end() - part.start(), self._formats[kind])


def _formats(theme: Theme) -> dict[str, QTextCharFormat]:
    sections = theme.sections
    colours = {
        "string": theme.success,
        "word": sections["Experiences"],
        "number": sections["Learning"],
        "call": theme.accent,
        "argument": theme.muted,
    }
    formats = {kind: QTextCharFormat() for kind in colours}
    for kind, colour in colours.items():
        formats[kind].setForeground(QColor(colour))
    return formats
