"""The gallery: pictures of the saved graphs, found by typing, walked by keys, opened as copies."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.canvas import Photographer
from app.gallery import Gallery
from app.gallery.card import ENTRY
from app.gallery.card import PICTURE as CARD
from app.main_window import MainWindow
from app.themes import DARK, LIGHT, Theme
from engine import gallery as saved
from engine.document import Document, load
from tests.app.graphs import chain


@pytest.fixture
def shown(window: MainWindow, qtbot: QtBot) -> Gallery:
    window.actions_by_name["gallery"].trigger()
    qtbot.waitExposed(window.gallery)
    return window.gallery


def test_every_saved_graph_is_a_card_and_the_first_is_told_of(shown: Gallery) -> None:
    assert tuple(shown.names()) == saved.names()
    first = saved.entries()[0].document
    told = shown.page.words.toPlainText()
    assert first.title in told
    assert first.description in told
    assert first.about.look_at in told
    assert f"arXiv {first.about.paper.arxiv}" in told


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("a3c", "a3c_cartpole"),  # its name
        ("OVERLAPPED", "ppo_overlapped_cartpole"),  # its title
        ("swing the lower link", "ppo_acrobot"),  # its description
        ("cosines", "ppo_acrobot"),  # what to look at
        ("liang", "ppo_overlapped_cartpole"),  # its paper
    ],
)
def test_a_graph_is_found_by_what_is_told_of_it(shown: Gallery, query: str, found: str) -> None:
    QTest.keyClicks(shown.field, query)
    assert found in shown.names()
    assert len(shown.names()) < len(saved.names())
    assert shown.page.words.toPlainText().startswith(shown.list.currentIndex().data(ENTRY).document.title)


def test_an_operator_finds_the_graphs_that_have_it(shown: Gallery) -> None:
    shown.field.setText("apply gradients")
    assert {"a2c_cartpole", "a3c_cartpole"} <= set(shown.names())
    assert "ppo_cartpole" not in shown.names()


def test_graphs_that_are_called_so_come_first(shown: Gallery) -> None:
    shown.field.setText("a3c")
    assert shown.names()[:2] == ["a3c_cartpole", "a2c_cartpole"]  # what to look at in A2C speaks of A3C


def test_a_title_with_fewer_other_words_comes_first(shown: Gallery) -> None:
    shown.field.setText("ppo cartpole")
    assert shown.names()[0] == "ppo_cartpole"  # and not APPO or DD-PPO, whose names come first by the alphabet


def test_when_nothing_is_found_that_is_said_and_nothing_can_be_opened(shown: Gallery) -> None:
    shown.field.setText("no such graph")
    assert shown.column.none.isVisible()
    assert not shown.page.button.isVisible()
    QTest.keyClick(shown.field, Qt.Key.Key_Return)
    assert shown.isVisible()
    shown.field.clear()
    assert shown.list.isVisible()


def test_a_card_is_chosen_by_keys_alone_and_opened_as_a_copy_once(window: MainWindow, shown: Gallery) -> None:
    opened: list[object] = []
    shown.chosen.connect(opened.append)
    shown.field.setText("ppo")
    QTest.keyClick(shown.field, Qt.Key.Key_Down)
    QTest.keyClick(shown.list, Qt.Key.Key_Right)
    name = shown.names()[1]
    QTest.keyClick(shown.list, Qt.Key.Key_Return)
    assert opened == [saved.path(name)]
    assert not shown.isVisible()
    assert window.editing.document == load(saved.path(name))
    assert window.editing.path is None


def test_enter_in_the_field_opens_what_is_shown_beside(window: MainWindow, shown: Gallery) -> None:
    QTest.keyClicks(shown.field, "a3c")
    QTest.keyClick(shown.field, Qt.Key.Key_Return)
    assert window.editing.document.title == "A3C on CartPole"


def test_escape_leaves_the_open_graph_alone(window: MainWindow, shown: Gallery) -> None:
    before = window.editing.document
    QTest.keyClick(shown.field, Qt.Key.Key_Escape)
    assert not shown.isVisible()
    assert window.editing.document is before


def test_a_saved_graph_that_cannot_be_read_is_named(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "torn.json").write_text("{")
    monkeypatch.setattr(saved, "FOLDER", tmp_path)
    window.gallery.open()
    assert window.gallery.column.none.isVisible()
    assert "torn.json: not valid JSON" in window.gallery.column.none.text()


def test_an_empty_canvas_leads_to_the_gallery(window: MainWindow) -> None:
    (button,) = [found for found in window.canvas.findChildren(QPushButton) if "gallery" in found.text()]
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert window.gallery.isVisible()
    window.gallery.reject()
    window.editing.start(chain())
    assert not button.isVisible()


def test_pictures_come_by_themselves_and_again_in_another_theme(
    window: MainWindow, shown: Gallery, qtbot: QtBot
) -> None:
    entry = saved.entries()[0]
    pictures = shown.page._pictures
    qtbot.waitUntil(lambda: pictures.of(entry, CARD) is not None)
    assert ground(pictures.of(entry, CARD).toImage()) == QColor(window.theme.canvas)
    other = LIGHT if window.theme.is_dark else DARK
    shown.set_theme(other)
    assert pictures.of(entry, CARD) is None
    qtbot.waitUntil(lambda: pictures.of(entry, CARD) is not None)
    assert ground(pictures.of(entry, CARD).toImage()) == QColor(other.canvas)


def test_the_window_fits_a_small_screen(shown: Gallery) -> None:
    assert shown.width() <= 1280
    assert shown.height() <= 740
    QApplication.processEvents()
    assert shown.minimumSizeHint().width() <= 1120


# --- photographs ----------------------------------------------------------------------------------------------------


def ground(image: QImage) -> QColor:
    return image.pixelColor(0, 0)


def coloured(image: QImage) -> tuple[int, int, int, int]:
    """The box (left, top, right, bottom) of all that is not ground."""
    inside = [
        (x, y) for x in range(image.width()) for y in range(image.height()) if image.pixelColor(x, y) != ground(image)
    ]
    return min(x for x, _ in inside), min(y for _, y in inside), max(x for x, _ in inside), max(y for _, y in inside)


def photographed(window: MainWindow, document: Document, theme: Theme = DARK, ratio: float = 1.0) -> QImage:
    return Photographer(window.catalogue, theme, window).take(document, QSize(200, 100), ratio).toImage()


def test_a_small_window_shows_whole_cards(shown: Gallery, qtbot: QtBot) -> None:
    shown.resize(624, 360)
    qtbot.waitUntil(lambda: not shown.page.picture.isVisible())
    first, room = shown.list.currentIndex(), shown.list.viewport()
    qtbot.waitUntil(lambda: 0 < shown.list.visualRect(first).right() < room.width())
    assert shown.rect().contains(shown.page.button.geometry().translated(shown.page.pos()))
    shown.resize(1000, 700)
    qtbot.waitUntil(shown.page.picture.isVisible)


def test_a_picture_shows_the_whole_graph_in_its_middle(window: MainWindow) -> None:
    left, top, right, bottom = coloured(photographed(window, chain()))
    assert abs(left - (199 - right)) <= 8  # shadows reach a little beyond the nodes
    assert abs(top - (99 - bottom)) <= 8
    assert right - left > 150


def test_a_picture_has_every_pixel_of_the_screen(window: MainWindow) -> None:
    image = photographed(window, chain(), ratio=2.0)
    assert (image.width(), image.height(), image.devicePixelRatio()) == (400, 200, 2.0)


def test_an_empty_graph_has_an_empty_picture(window: MainWindow) -> None:
    image = photographed(window, Document(), LIGHT)
    assert ground(image) == QColor(LIGHT.canvas)
    assert image.pixelColor(100, 50) == ground(image)
