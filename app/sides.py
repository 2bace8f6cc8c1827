"""The window's sides: the docks left of the canvas, right of it and below, put away and brought back together."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QMainWindow

from app.docks import Area, docks_at

SIDES: Final = {
    "left": Area.LeftDockWidgetArea,
    "below": Area.BottomDockWidgetArea,
    "right": Area.RightDockWidgetArea,
}
CANVAS: Final = QSize(300, 220)  # pixels that the canvas shall have at first, before any side
BARS: Final = 95  # pixels of menu, tools and status


def is_open(window: QMainWindow, side: str) -> bool:
    """Return whether a side shows any dock."""
    return any(not dock.isHidden() for dock in docks_at(window, SIDES[side]))


def put_away(window: QMainWindow, side: str) -> None:
    """Hide the docks of a side, and note which was in front."""
    docks = docks_at(window, SIDES[side])
    for dock in docks:
        dock.leads = not dock.visibleRegion().isEmpty()
    for dock in docks:
        dock.hide()


def bring_back(window: QMainWindow, side: str) -> None:
    """Show the docks of a side; those that were closed one by one only if all were."""
    docks = docks_at(window, SIDES[side])
    leader = next((dock for dock in docks if dock.leads and dock.wanted), docks[0] if docks else None)
    if leader:
        leader.bring_up()


def turn(window: QMainWindow, side: str) -> None:
    """Put a side away, or bring it back."""
    (put_away if is_open(window, side) else bring_back)(window, side)


def make_room(window: QMainWindow, widths: tuple[int, int], height: int) -> None:
    """Put sides away, left and below first, until a small window has room for the canvas beside the others."""
    left, right = widths
    room = window.size()
    if room.width() - left - right < CANVAS.width():
        put_away(window, "left")
        if room.width() - right < CANVAS.width():
            put_away(window, "right")
    if room.height() - BARS - height < CANVAS.height():
        put_away(window, "below")


def recall(window: QMainWindow) -> None:
    """Take docks that are closed beside open ones as closed one by one, after the window's state was restored."""
    for side in SIDES:
        for dock in docks_at(window, SIDES[side]):
            dock.wanted = not dock.isHidden() or not is_open(window, side)
