"""One row of a form: name, editor, unit, help, what is wrong, and a way back to the default."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.fields import Field
from app.icons import icon
from app.themes import Theme
from engine.declare import Param


class FormRow(QWidget):
    """A labelled field with its help and, in red, the sentence that says why its value cannot stand.

    Signals:
        changed(object): the person entered this value, which can stand.
        reset_wished(): back to the default.
    """

    changed = Signal(object)
    reset_wished = Signal()

    def __init__(self, field: Field, title: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field
        self.param = field.param
        self._refusal = ""
        self._problem = ""
        self.name = QLabel(title or self.param.name.replace("_", " ").capitalize(), self)
        self.name.setBuddy(field)
        self.name.setToolTip(f"{self.param.name}: {self.param.help}")
        self.reset = _reset_button(self)
        self.reset.clicked.connect(self.reset_wished)
        self.fault = _wrapped(self, "danger")
        self.fault.setAccessibleName(f"What is wrong with {self.param.name}")
        self.live = QLabel("live" if self.param.live else "", self)
        self.live.setProperty("role", "accent")
        self.live.setToolTip("Can be turned while the graph runs; the change is marked on the curves")
        self.lock = QLabel(self)
        self.lock.setToolTip(f"{self.param.name} cannot be changed while the graph runs: stop the run first")
        self.lock.hide()
        self._lay_out()
        field.changed.connect(self._accept)
        field.refused.connect(self._refuse)

    def show_value(self, value: object, *, is_default: bool) -> None:
        """Show a value of the document; a refused entry is forgotten."""
        self._refusal = ""
        self.field.show_value(value)
        self.reset.setVisible(not is_default)
        self._show_fault()

    def show_problem(self, sentence: str) -> None:
        """Show what checking says about this parameter; nothing for an empty sentence."""
        self._problem = sentence
        self._show_fault()

    def set_locked(self, locked: bool) -> None:
        """Let nothing be entered, and say why, or let it."""
        self.field.setEnabled(not locked)
        self.reset.setEnabled(not locked)
        self.lock.setVisible(locked)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        self.lock.setPixmap(icon("lock", theme, theme.muted).pixmap(QSize(12, 12), self.devicePixelRatioF()))
        self.reset.setIcon(icon("reset", theme, theme.muted))
        self.field.set_theme(theme)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(5)
        head.addWidget(self.name)
        head.addWidget(self.live)
        head.addWidget(self.lock)
        head.addStretch()
        head.addWidget(self.reset)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.field, 1)
        if self.param.unit:
            unit = QLabel(self.param.unit, self)
            unit.setProperty("role", "muted")
            line.addWidget(unit)
        help_text = _wrapped(self, "muted")
        help_text.setText(describe(self.param))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(head)
        layout.addLayout(line)
        layout.addWidget(self.fault)
        layout.addWidget(help_text)

    def _accept(self, value: object) -> None:
        self._refusal = ""
        self._show_fault()
        self.changed.emit(value)

    def _refuse(self, sentence: str) -> None:
        self._refusal = f"{sentence}. The value before stays in use."
        self._show_fault()

    def _show_fault(self) -> None:
        sentence = self._refusal or self._problem
        self.fault.setText(sentence)
        self.fault.setVisible(bool(sentence))
        editor = self.field.focusProxy()
        if editor is not None and bool(editor.property("wrong")) != bool(sentence):
            editor.setProperty("wrong", bool(sentence))
            editor.style().unpolish(editor)  # style sheet rules on properties are only matched anew after this
            editor.style().polish(editor)


def describe(param: Param) -> str:
    """Return help, range and default in one line.

    Example: `"Passes over each batch. 1 to 1000, default 4."`
    """
    about = param.help[:1].upper() + param.help[1:]
    bounds = [text for text in (_range_text(param), _default_text(param)) if text]
    facts = ", ".join(bounds)
    return f"{about}. {facts[:1].upper()}{facts[1:]}." if facts else f"{about}."


def _range_text(param: Param) -> str:
    low = param.at_least if param.at_least is not None else param.above
    start = "" if low is None else f"{'at least' if param.above is None else 'more than'} {_short(low)}"
    if param.at_most is None:
        return start
    if param.at_least is not None:
        return f"{_short(param.at_least)} to {_short(param.at_most)}"
    return ", ".join(part for part in (start, f"at most {_short(param.at_most)}") if part)


def _default_text(param: Param) -> str:
    if param.default is None or param.default in ((), "", {}):
        return ""
    if isinstance(param.default, bool):
        return f"default {'on' if param.default else 'off'}"
    if isinstance(param.default, tuple):
        return f"default {', '.join(str(part) for part in param.default)}"
    return f"default {_short(param.default)}"


def _short(value: object) -> str:
    return (
        f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")
        if isinstance(value, int)
        else f"{value}".removesuffix(".0")
    )


def _wrapped(parent: QWidget, role: str) -> QLabel:
    label = QLabel(parent)
    label.setWordWrap(True)
    label.setProperty("role", role)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return label


def _reset_button(parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setIconSize(QSize(13, 13))
    button.setFixedSize(22, 20)
    button.setStyleSheet("padding: 0")
    button.setToolTip("Back to the default")
    button.setAccessibleName("Back to the default")
    policy = button.sizePolicy()
    policy.setRetainSizeWhenHidden(True)
    button.setSizePolicy(policy)
    return button
