"""A push button that does one thing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QPushButton


def push_button(text: str, do: Callable[[], None]) -> QPushButton:
    """Return a button of a dialog which Enter presses only while it has the focus."""
    made = QPushButton(text, autoDefault=False)
    made.clicked.connect(lambda: do())
    return made
