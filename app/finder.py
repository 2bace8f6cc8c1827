"""A field over a list, inside the window: what search-to-add and the command palette have in common.

It is a panel inside the window, not a window of its own: it needs no event loop, no grab and no window manager, and
goes away when it loses the focus. The field keeps the keyboard; arrows and Enter go to the list.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.themes import Theme


class Finder(QFrame):
    """Finds one thing of many by what a person types. Who derives from it says what is found, told and done."""

    def __init__(self, title: str, prompt: str, size: QSize, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._home: QWidget | None = None
        self.setFixedSize(size)
        self.setObjectName("search")
        self.setAccessibleName(title)
        self.field = QLineEdit(self, placeholderText=prompt, accessibleName=prompt)
        self.field.textChanged.connect(self._show_matches)
        self.field.installEventFilter(self)
        self.list = QListWidget(self, accessibleName=f"{title}: what is found")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setIconSize(QSize(16, 16))
        self.list.itemClicked.connect(self._choose)
        self.list.currentItemChanged.connect(lambda item: self.about.setText(self.describe(item) if item else ""))
        self.about = QLabel(self, wordWrap=True)
        self.about.setProperty("role", "muted")
        self.about.setMinimumHeight(34)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        for widget in (self.field, self.list, self.about):
            layout.addWidget(widget)
        self.hide()
        self.set_theme(theme)

    def find(self, query: str) -> Iterable[QListWidgetItem]:
        """Return what the query finds, best first; everything for an empty one."""
        raise NotImplementedError  # abc.ABC does not go with the metaclass of QWidget

    def describe(self, item: QListWidgetItem) -> str:
        """Return the sentence about what stands in the list."""
        raise NotImplementedError  # as of `find`

    def take(self, item: QListWidgetItem) -> None:
        """Do what the person has chosen; the finder is gone by then."""
        raise NotImplementedError  # as of `find`

    def open_at(self, pointer: QPoint) -> None:
        """Open with the field focused, its corner at `pointer` (global) as far as all of it is inside the window."""
        self.field.clear()
        self._show_matches("")
        self._home = QApplication.focusWidget()
        self.move(self._in_window(pointer))
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.PopupFocusReason)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours; the icons follow at the next opening."""
        self._theme = theme
        self.setStyleSheet(
            f"#search {{ background: {theme.panel}; border: 1px solid {theme.muted}; border-radius: 8px; }}"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the field keep the focus: arrows and Enter go to the list. Without the focus, go away."""
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(Qt.Key(event.key()))
        return super().eventFilter(watched, event)

    def _key(self, key: Qt.Key) -> bool:
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            step = 1 if key == Qt.Key.Key_Down else -1
            self.list.setCurrentRow((self.list.currentRow() + step) % max(1, self.list.count()))
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.list.currentItem())
            return True
        if key == Qt.Key.Key_Escape:
            self._leave()
            return True
        return key == Qt.Key.Key_Tab

    def _show_matches(self, query: str) -> None:
        self.list.clear()
        for item in self.find(query):
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        if not self.list.count():
            self.about.setText("Nothing is called that." if query else "There is nothing that fits.")

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            chosen = QListWidgetItem(item)  # what follows may open this finder again, and empty the list
            self._leave()
            self.take(chosen)

    def _leave(self) -> None:
        """Go away and give the focus back to whoever had it."""
        self.hide()
        if self._home is not None:
            self._home.setFocus(Qt.FocusReason.PopupFocusReason)

    def _in_window(self, pointer: QPoint) -> QPoint:
        """Where to stand so that all of it is inside the window."""
        window = self.parentWidget()
        wished = window.mapFromGlobal(pointer)
        right, bottom = window.width() - self.width() - 8, window.height() - self.height() - 8
        return QPoint(max(0, min(wished.x(), right)), max(0, min(wished.y(), bottom)))
