"""Makes actions of commands: one way for menus, tool bars, panels and the canvas, so that each tells its keys alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.commands import COMMANDS, Command
from app.icons import icon
from app.themes import Theme

THEME_TEXTS: Final = {"system": "&Follow the system", "dark": "&Dark", "light": "&Light"}
Held = Qt.KeyboardModifier
FREE: Final = Held.ControlModifier | Held.AltModifier | Held.MetaModifier  # with one of these held, no text is written


def make_action(
    name: str, owner: QObject, do: Callable[[], object] | None = None, heard_by: QWidget | None = None
) -> QAction:
    """Return an action of the command of this name, with its first keys; it tells its name as `objectName`.

    Args:
        name: a key of `COMMANDS`.
        owner: the action's parent.
        do: what happens; it is called without arguments.
        heard_by: the widget that must have the focus; None for a command of the whole window.
    """
    command = COMMANDS[name]
    action = QAction(command.text, owner, objectName=name)
    give_keys(action, first_keys(command))
    if do:
        action.triggered.connect(lambda: do())
    if heard_by:
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        heard_by.addAction(action)
    return action


def first_keys(command: Command) -> tuple[QKeySequence, ...]:
    """Return the keys that a command has as long as nobody chooses others."""
    return tuple(map(QKeySequence, command.keys))


def is_plain(key: QKeySequence) -> bool:
    """Whether lists and fields need a key: neither Ctrl, Alt nor Meta is held, and it is none of F1 to F35."""
    return not key[0].keyboardModifiers() & FREE and not Qt.Key.Key_F1 <= key[0].key() <= Qt.Key.Key_F35


def give_keys(action: QAction, keys: Sequence[QKeySequence]) -> None:
    """Let an action be done by these keys, and tell the first of them in its tool tip."""
    action.setShortcuts(keys)
    sentence = COMMANDS[action.objectName()].sentence
    action.setToolTip(f"{sentence} ({spoken(keys[0])})" if keys else sentence)


def spoken(key: QKeySequence) -> str:
    """Return a key as menus write it, such as "Ctrl+Z"."""
    return key.toString(QKeySequence.SequenceFormat.NativeText)


def set_icons(actions: Iterable[QAction], theme: Theme) -> None:
    """Draw the icons of the actions in the theme's colours."""
    for action in actions:
        if name := COMMANDS[action.objectName()].icon:
            action.setIcon(icon(name, theme))
