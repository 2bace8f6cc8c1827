"""Going from panel to panel by keyboard: the canvas, then the docks that are open, in the order of the View menu."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from app.main_window import MainWindow


def go(window: MainWindow, step: int) -> None:
    """Give the keyboard to the panel that comes `step` after the one that has it, in front of those over it.

    Example: with 1, from the canvas to the operators; with -1, back.
    """
    docks = [dock for dock in window.docks.values() if dock.toggleViewAction().isChecked()]
    panels: Sequence[QWidget] = [window.canvas, *docks]
    focused = QApplication.focusWidget()
    here = next((at for at, panel in enumerate(panels) if focused and panel.isAncestorOf(focused)), 0)
    at = (here + step) % len(panels)
    if at:
        docks[at - 1].bring_up()
    _enter(panels[at])


def _enter(panel: QWidget) -> None:
    """Give the keyboard to the first widget of a panel that takes it."""
    widget = panel
    while True:
        if widget.isEnabled() and widget.isVisibleTo(panel) and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            widget.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return
        widget = widget.nextInFocusChain()
        if widget is panel or not panel.isAncestorOf(widget):
            return
