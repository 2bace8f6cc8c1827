"""The docks around the canvas: tabs without a second title, which appears once a dock floats."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget, QWidget

Area = Qt.DockWidgetArea

LOWEST: Final = 90  # pixels of a panel's height, of which its rows of buttons take a part
SHARE: Final = 0.4  # of the window's height that docks below the canvas take when they are brought back


class Dock(QDockWidget):
    """A panel of the window, which the View menu shows and hides.

    Attributes:
        wanted: whether it comes with its side of the window (`sides.py`): unless the person closed it by itself.
        leads: whether it was in front when its side was put away.
    """

    wanted = True
    leads = False

    def __init__(self, title: str, content: QWidget, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.setObjectName(f"dock_{title.lower()}")  # by which the window's state is remembered
        self.setAccessibleName(title)
        content.setMinimumSize(1, LOWEST)  # a small window is not held open by a panel's buttons
        self.setWidget(content)
        self._no_title = QWidget(self)
        self.setTitleBarWidget(self._no_title)
        self.toggleViewAction().triggered.connect(self._want)
        self.topLevelChanged.connect(lambda floats: self.setTitleBarWidget(None if floats else self._no_title))

    def bring_up(self) -> None:
        """Show the dock in front of the others of its area; if that was put away, bring it back."""
        beside = self._beside()
        was_away = all(dock.isHidden() for dock in beside)
        for dock in beside:
            dock.setVisible(dock.wanted if was_away else not dock.isHidden())
        self.show()
        self.raise_()
        if was_away:
            self._leave_room()

    def _leave_room(self) -> None:
        """Take no more than its share of a low window, if it is below the canvas."""
        window = self.parent()
        if isinstance(window, QMainWindow) and window.dockWidgetArea(self) == Area.BottomDockWidgetArea:
            window.layout().activate()  # else its height is not known yet
            window.resizeDocks([self], [min(self.height(), int(SHARE * window.height()))], Qt.Orientation.Vertical)

    def _beside(self) -> list[Dock]:
        """Return the docks of its area with it, open or not; none if it floats."""
        window = self.parent()
        if self.isFloating() or not isinstance(window, QMainWindow):
            return []
        return docks_at(window, window.dockWidgetArea(self))

    def _want(self, wanted: bool) -> None:
        self.wanted = wanted


def docks_at(window: QMainWindow, area: Qt.DockWidgetArea) -> list[Dock]:
    """Return the docks of an area, open or not, without those that float."""
    docks = window.findChildren(Dock)
    return [dock for dock in docks if window.dockWidgetArea(dock) == area and not dock.isFloating()]


def set_up(window: QMainWindow) -> None:
    """Give the side docks the window's full height, and all docks their tabs on top."""
    window.setDockNestingEnabled(False)
    window.setDockOptions(
        QMainWindow.DockOption.AllowTabbedDocks
        | QMainWindow.DockOption.AnimatedDocks
        | QMainWindow.DockOption.ForceTabbedDocks
        | QMainWindow.DockOption.GroupedDragging
    )
    window.setTabPosition(Area.AllDockWidgetAreas, QTabWidget.TabPosition.North)
    window.setCorner(Qt.Corner.BottomLeftCorner, Area.LeftDockWidgetArea)
    window.setCorner(Qt.Corner.BottomRightCorner, Area.RightDockWidgetArea)


def add_tabs(window: QMainWindow, area: Area, docks: Sequence[Dock]) -> None:
    """Put docks behind each other in an area, the first in front."""
    for dock in docks:
        window.addDockWidget(area, dock)
    for first, second in pairwise(docks):
        window.tabifyDockWidget(first, second)
    docks[0].raise_()


def name_tab_bars(window: QMainWindow) -> None:
    """Give the tab bars, which Qt makes on its own, a name for screen readers and no line of their own."""
    for bar in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
        bar.setAccessibleName("Panels")
        bar.setDrawBase(False)
        bar.setExpanding(False)
