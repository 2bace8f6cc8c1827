"""The editors of single values: numbers, choices, switches, lists, JSON.

All have the same two signals and `show_value`, so that the form need not know which it holds. A value is told while
it is typed, once it can stand; what cannot stand is told as a sentence and never reaches the document.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from typing import Final

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from app.switch import Switch
from app.themes import Theme
from engine.declare import Param

MIXED: Final = object()  # several nodes are edited at once and do not agree


class Field(QWidget):
    """An editor of one parameter's value.

    Signals:
        changed(object): the person entered this JSON value, which can stand.
        refused(str): what is entered cannot stand; the sentence says why.
    """

    changed = Signal(object)
    refused = Signal(str)

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.param = param

    def show_value(self, value: object) -> None:
        """Show a value of the document, or `MIXED`, without telling anyone."""
        raise NotImplementedError  # every field has its own; abc.ABC does not go with the metaclass of QWidget

    def set_theme(self, theme: Theme) -> None:
        """Draw icons in the theme's colours; most fields have none."""

    def _hold(self, editor: QWidget) -> None:
        editor.setAccessibleName(self.param.name.replace("_", " "))
        editor.setAccessibleDescription(self.param.help)
        self.setFocusProxy(editor)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(editor)

    def _tell(self, text: str) -> None:
        try:
            value = self.param.parse(text)
        except ValueError as error:
            self.refused.emit(str(error))
        else:
            self.changed.emit(value)


class NumberField(Field):
    """A number with a unit: typed (`1e-4` and `2e6` too), or stepped by the last digit written."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.box = NumberBox(param)
        self.box.lineEdit().textChanged.connect(self._tell)
        self._hold(self.box)

    def show_value(self, value: object) -> None:
        """Show the number, unless what stands there already means it."""
        with QSignalBlocker(self.box.lineEdit()):
            self.box.show_number(value)


class NumberBox(QAbstractSpinBox):
    """The spin box of a `NumberField`: takes any text, and steps within the parameter's range."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._param = param
        self.lineEdit().setTextMargins(5, 0, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_number(self, value: object) -> None:
        """Write the value, or nothing with the word "mixed" behind."""
        self.lineEdit().setPlaceholderText("mixed" if value is MIXED else "")
        if value is MIXED:
            self.lineEdit().clear()
        elif not _means(self._param, self.lineEdit().text(), value):
            self.lineEdit().setText(_number_text(value))

    def validate(self, text: str, position: int) -> object:
        """Let everything be typed; the field says what is wrong with it."""
        return QValidator.State.Acceptable

    def stepBy(self, steps: int) -> None:
        """Go up or down by `steps` of the last digit written, as far as the range goes."""
        stepped = self._stepped(steps)
        if stepped is not None:
            self.lineEdit().setText(stepped)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Which arrows lead to a value that can stand."""
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._stepped(1) is not None:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if self._stepped(-1) is not None:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return flags

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form, which scrolls: values must not change by accident."""
        event.ignore()

    def _stepped(self, steps: int) -> str | None:
        try:
            number = Decimal(self.lineEdit().text())
        except InvalidOperation:
            return None
        exponent = number.as_tuple().exponent
        text = str(number + steps * Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0))
        return text if _is_value(self._param, text) else None


class OptionalNumberField(NumberField):
    """A number that may be left out: an empty line tells None."""

    def show_value(self, value: object) -> None:
        """Show the number, or nothing for None."""
        if value is None:
            with QSignalBlocker(self.box.lineEdit()):
                self.box.lineEdit().clear()
        else:
            super().show_value(value)

    def _tell(self, text: str) -> None:
        if text.strip():
            super()._tell(text)
        else:
            self.changed.emit(None)


class ChoiceField(Field):
    """One of the parameter's choices."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.box = QComboBox(self)
        self.box.addItems(list(param.choices))
        self.box.setPlaceholderText("mixed")
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.box.textActivated.connect(self._tell)
        self._hold(self.box)

    def show_value(self, value: object) -> None:
        """Select the choice; none if the value is no choice."""
        self.box.setCurrentIndex(self.box.findText(str(value)))


class SwitchField(Field):
    """On or off."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.switch = Switch(self)
        self.switch.clicked.connect(self._clicked)
        self._hold(self.switch)

    def show_value(self, value: object) -> None:
        """Show on, off or mixed."""
        self.switch.show_state(value is True, mixed=value is MIXED)

    def _clicked(self) -> None:
        self.switch.show_state(self.switch.isChecked())
        self.changed.emit(self.switch.isChecked())


class TextField(Field):
    """Text, a list (`64, 64`) or a JSON object, on one line."""

    def __init__(self, param: Param, parent: QWidget | None = None) -> None:
        super().__init__(param, parent)
        self.line = QLineEdit(self)
        self.line.textEdited.connect(lambda text: self._tell(_list_text(param, text)))
        self._hold(self.line)

    def show_value(self, value: object) -> None:
        """Write the value, unless what stands there already means it."""
        self.line.setPlaceholderText("mixed" if value is MIXED else "")
        if value is MIXED:
            self.line.clear()
        elif not _means(self.param, _list_text(self.param, self.line.text()), value):
            self.line.setText(_plain_text(value))


def field_for(param: Param) -> Field:
    """Return the editor that suits what may stand in a parameter."""
    if param.choices:
        return ChoiceField(param)
    if param.type is bool:
        return SwitchField(param)
    return NumberField(param) if param.type in (int, float) else TextField(param)


def _is_value(param: Param, text: str) -> bool:
    try:
        param.parse(text)
    except ValueError:
        return False
    return True


def _means(param: Param, text: str, value: object) -> bool:
    """Whether `text` stands for `value` already, so that it is left as the person wrote it."""
    try:
        return json.dumps(param.parse(text)) == json.dumps(value)
    except ValueError:
        return False


def _number_text(value: object) -> str:
    """The number as people write it: 2048 and not 2048.0."""
    return _plain_text(value).removesuffix(".0")


def _plain_text(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_plain_text(part) for part in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _list_text(param: Param, text: str) -> str:
    """Let lists be typed without brackets and quotes: `"64, 64"` is `[64, 64]`."""
    text = text.strip()
    if text.startswith(("[", "{")) or param.type not in (tuple[int, ...], tuple[str, ...]):
        return text
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if param.type == tuple[str, ...]:
        return json.dumps(parts)
    return f"[{', '.join(parts)}]"
