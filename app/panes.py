"""Going from panel to panel by keyboard: the canvas, then the docks that are open, in the order of the View menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from app.docks import Dock

if TYPE_CHECKING:
    from app.main_window import MainWindow


def go(window: MainWindow, step: int) -> None:
    """Give the keyboard to the panel that comes `step` after the one that has it; leave out those that take no keys.

    Example: with 1, from the canvas to the operators; with -1, back.
    """
    docks = [dock for dock in window.docks.values() if dock.toggleViewAction().isChecked()]
    panels: Sequence[QWidget] = [window.canvas, *docks]
    focused = QApplication.focusWidget()
    here = next((at for at, panel in enumerate(panels) if focused and panel.isAncestorOf(focused)), 0)
    count = len(panels)
    for at in (here + step * distance for distance in range(1, count)):
        if enter(panels[at % count]):
            return


def enter(panel: QWidget) -> bool:
    """Give the keyboard to the first widget of a panel that takes it; return whether there is one."""
    if isinstance(panel, Dock):
        panel.bring_up()
    for widget in (panel, *panel.findChildren(QWidget)):
        takes_keys = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if takes_keys and widget.isEnabled() and widget.isVisibleTo(panel):
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return True
    return False
