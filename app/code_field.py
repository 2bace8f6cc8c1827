"""The editor of a parameter that is Python: several lines, in colours, read but never run here."""

from __future__ import annotations

import ast

from PySide6.QtCore import QSignalBlocker
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from app.fields import MIXED, Field
from app.python_colours import PythonColours
from app.script_panel import CODE_FAMILY, POINTS
from app.themes import DARK, LIGHT
from engine.declare import Param

LINES = 9
INDENT = "    "


class CodeField(Field):
    """Python over several lines; what the language cannot read is told with its line and stays here."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.text = CodeText(self)
        self.text.textChanged.connect(self._typed)
        self._hold(self.text)

    def show_value(self, value: object) -> None:
        """Write the code, unless it stands there already."""
        shown = "" if value is MIXED else str(value)
        self.text.setPlaceholderText("mixed" if value is MIXED else "")
        if self.text.toPlainText() != shown:
            with QSignalBlocker(self.text):
                self.text.setPlainText(shown)

    def _typed(self) -> None:
        code = self.text.toPlainText()
        if fault := unreadable(code):
            self.refused.emit(fault)
        else:
            self.changed.emit(code)


class CodeText(QPlainTextEdit):
    """Text in a fixed pitch, as high as some lines; Tab indents, and Shift+Tab leaves the field."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(QFont(CODE_FAMILY, POINTS))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setMinimumHeight(LINES * self.fontMetrics().lineSpacing())
        dark = self.palette().base().color().lightness() < 128
        self.colours = PythonColours(DARK if dark else LIGHT, self.document())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Indent with spaces where Tab is pressed."""
        if event.text() == "\t":
            self.insertPlainText(INDENT)
        else:
            super().keyPressEvent(event)


def unreadable(code: str) -> str:
    """Return why the language cannot read this code, in a sentence; nothing if it can.

    Example: `unreadable("def f(:")` is `"line 1 cannot be read: invalid syntax"`.
    """
    try:
        ast.parse(code)
    except SyntaxError as error:
        return f"line {error.lineno} cannot be read: {error.msg}"
    except ValueError as error:  # a null character
        return f"the code cannot be read: {error}"
    return ""
