"""The sides of the window: put away, brought back as they were, and away at first where there is no room for them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app import sides
from app.main_window import MainWindow
from app.settings import Places
from engine.catalogue import Catalogue

CTRL = Qt.KeyboardModifier.ControlModifier


def test_keys_put_each_side_away_and_bring_it_back(window: MainWindow) -> None:
    for key, side in ((Qt.Key.Key_1, "left"), (Qt.Key.Key_2, "below"), (Qt.Key.Key_3, "right")):
        QTest.keyClick(window, key, CTRL)
        assert not sides.is_open(window, side)
        QTest.keyClick(window, key, CTRL)
        assert sides.is_open(window, side)


def test_the_dock_in_front_is_in_front_again(window: MainWindow, qtbot: QtBot) -> None:
    window.docks["Runs"].bring_up()
    qtbot.waitUntil(lambda: not window.docks["Runs"].visibleRegion().isEmpty())
    sides.turn(window, "below")
    sides.turn(window, "below")
    qtbot.waitUntil(lambda: not window.docks["Runs"].visibleRegion().isEmpty())


def test_a_dock_that_was_closed_by_itself_stays_closed(window: MainWindow) -> None:
    window.docks["Help"].toggleViewAction().trigger()
    sides.turn(window, "right")
    sides.turn(window, "right")
    assert window.docks["Help"].isHidden()
    assert not window.docks["Parameters"].isHidden()


def test_a_dock_that_is_brought_up_brings_its_side_with_it(window: MainWindow) -> None:
    sides.put_away(window, "below")
    window.docks["Plots"].bring_up()
    assert not window.docks["Problems"].isHidden()


def test_a_small_window_begins_with_room_for_the_canvas(qtbot: QtBot, places: Places, catalogue: Catalogue) -> None:
    small = MainWindow(places, catalogue)
    small.resize(640, 400)
    small.showNormal()
    qtbot.waitExposed(small)
    assert [side for side in sides.SIDES if sides.is_open(small, side)] == ["right"]
    assert small.size().width() == 640
    qtbot.waitUntil(lambda: small.canvas.size().expandedTo(sides.CANVAS) == small.canvas.size())
    small.close()


def test_lower_panels_leave_half_of_a_low_window_to_the_canvas(window: MainWindow, qtbot: QtBot) -> None:
    sides.put_away(window, "below")
    window.resize(900, 420)
    window.docks["Plots"].bring_up()
    qtbot.waitUntil(lambda: 100 < window.docks["Plots"].height() <= 0.45 * window.height())


def test_what_was_closed_by_itself_is_remembered(qtbot: QtBot, places: Places, catalogue: Catalogue) -> None:
    for closes in (True, False):
        one = MainWindow(places, catalogue)
        one.resize(1440, 900)
        one.showNormal()
        qtbot.waitExposed(one)
        if closes:
            one.docks["Outline"].toggleViewAction().trigger()
        sides.turn(one, "left")
        sides.turn(one, "left")
        assert one.docks["Outline"].isHidden()
        one.close()
