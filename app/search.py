"""Search-to-add: a field and a list at the pointer, driven by the keyboard.

It is a panel inside the window, not a window of its own: it needs no event loop, no grab and no window manager, and
goes away when it loses the focus.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
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

from app.icons import section_icon
from app.matching import ranked
from app.themes import Theme
from app.wire_rule import Fit

FIT: Final = Qt.ItemDataRole.UserRole
SIZE: Final = QSize(340, 320)


class Search(QFrame):
    """Finds an operator to add.

    Signals:
        chosen(object, int, int, str): the `Fit`, the scene position, and the loose end of a wire or "".
    """

    chosen = Signal(object, int, int, str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._fits: Sequence[Fit] = ()
        self._where = (0, 0, "")
        self._home: QWidget | None = None
        self.setFixedSize(SIZE)
        self.setObjectName("search")
        self.setAccessibleName("Add an operator")
        self.field = QLineEdit(self)
        self.field.setPlaceholderText("Add an operator: name, or RLlib's name")
        self.field.setAccessibleName("Search operators to add")
        self.field.textChanged.connect(self._show_matches)
        self.field.installEventFilter(self)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Operators that fit")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setIconSize(QSize(16, 16))
        self.list.itemClicked.connect(self._choose)
        self.list.currentItemChanged.connect(self._describe)
        self.about = QLabel(self)
        self.about.setProperty("role", "muted")
        self.about.setWordWrap(True)
        self.about.setMinimumHeight(34)
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        for widget in (self.field, self.list, self.about):
            layout.addWidget(widget)
        self.hide()
        self.set_theme(theme)

    def open_at(self, pointer: QPoint, fits: Sequence[Fit], x: int, y: int, end: str = "") -> None:
        """Open with the field focused at `pointer` (global), to add at the scene position (x, y)."""
        self._fits = fits
        self._where = (x, y, end)
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
        by_type = {fit.spec.type: fit for fit in self._fits}
        self.list.clear()
        for spec in ranked(query, [fit.spec for fit in self._fits]):
            item = QListWidgetItem(section_icon(spec.section, self._theme), spec.title, self.list)
            item.setData(FIT, by_type[spec.type])
            item.setToolTip(spec.summary)
        self.list.setCurrentRow(0)
        if not self.list.count():
            self.about.setText("No operator fits." if not query else "No operator is called that.")

    def _describe(self, item: QListWidgetItem | None) -> None:
        self.about.setText(item.data(FIT).spec.summary if item else "")

    def _choose(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self._leave()
            self.chosen.emit(item.data(FIT), *self._where)

    def _leave(self) -> None:
        """Go away and give the focus back to whoever had it."""
        self.hide()
        if self._home is not None:
            self._home.setFocus(Qt.FocusReason.PopupFocusReason)

    def _in_window(self, pointer: QPoint) -> QPoint:
        """Where to stand so that all of it is inside the window."""
        window = self.parentWidget()
        wished = window.mapFromGlobal(pointer)
        right, bottom = window.width() - SIZE.width() - 8, window.height() - SIZE.height() - 8
        return QPoint(max(0, min(wished.x(), right)), max(0, min(wished.y(), bottom)))
