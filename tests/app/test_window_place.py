"""Where the window stands: as it was left, and never where no screen is."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.settings import Places
from engine.catalogue import Catalogue


def test_a_window_left_on_a_screen_that_is_gone_comes_back(
    qtbot: QtBot, places: Places, catalogue: Catalogue
) -> None:
    gone = MainWindow(places, catalogue)
    gone.resize(700, 600)
    gone.move(9_000, 9_000)
    gone.show()
    qtbot.waitExposed(gone)
    assert gone.pos() == QPoint(9_000, 9_000)
    gone.close()
    back = MainWindow(places, catalogue)
    assert back.screen().availableGeometry().contains(back.geometry().center())
    assert back.size() == QSize(700, 600)
    back.close()


def test_a_first_window_is_no_larger_than_its_screen(qtbot: QtBot, places: Places, catalogue: Catalogue) -> None:
    first = MainWindow(places, catalogue)
    available = first.screen().availableSize()
    assert first.size().boundedTo(available).expandedTo(first.minimumSizeHint()) == first.size()
    first.close()
