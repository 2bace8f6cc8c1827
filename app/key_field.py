"""A field that takes one key combination, as it is pressed."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QKeySequenceEdit, QLineEdit, QWidget


class KeyField(QKeySequenceEdit):
    """Takes the next combination; Escape alone gives up, as all other keys, Tab too, are taken.

    Because nobody could leave it with the keyboard otherwise, Tab does not come here: who shows it gives it the focus.

    Signals:
        taken(object): the `QKeySequence` that was pressed.
        left(): no key is wanted after all.
    """

    taken = Signal(object)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaximumSequenceLength(1)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.line = self.findChild(QLineEdit)
        self.line.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.line.setPlaceholderText("Press the new keys")
        for widget in (self, self.line):
            widget.setAccessibleName("New keys")
        self.editingFinished.connect(self._finish)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the combination, or give up."""
        if event.key() == Qt.Key.Key_Escape and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.clear()
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _finish(self) -> None:
        key = self.keySequence()
        self.clear()
        if not key.isEmpty():
            self.taken.emit(key)
