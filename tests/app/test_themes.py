"""Both themes are readable, whole, and follow the system."""

from __future__ import annotations

import re

import pytest
from PySide6.QtGui import QColor, QFontMetrics, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from app.canvas import comment_item, frame_item
from app.icons import icon, section_icon
from app.qt import application, lost_references
from app.themes import (
    COLOURS,
    DARK,
    LIGHT,
    RESOURCES,
    Theme,
    load_fonts,
    number_font,
    palette,
    stylesheet,
    system_theme,
)
from engine import kinds
from engine.declare import SECTIONS

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = QColor(colour).getRgbF()[:3]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@THEMES
@pytest.mark.parametrize("ground", ["window", "panel", "field", "canvas", "node"])
def test_writing_is_readable_on_every_ground(theme: Theme, ground: str) -> None:
    assert contrast(theme.text, getattr(theme, ground)) >= 7
    assert contrast(theme.muted, getattr(theme, ground)) >= 4.5
    for word in (theme.success, theme.warning, theme.danger):
        assert contrast(word, getattr(theme, ground)) >= 4.3


@THEMES
def test_every_section_and_port_colour_stands_out_from_the_node(theme: Theme) -> None:
    assert set(theme.sections) == set(SECTIONS)
    ports = [theme.kind_colour(kind) for kind in kinds.Kind.__subclasses__()]
    for colour in (*theme.sections.values(), *ports):
        assert contrast(colour, theme.node) >= 3
        assert contrast(colour, theme.canvas) >= 3


@THEMES
def test_curves_stand_out_in_charts_and_on_the_canvas(theme: Theme) -> None:
    assert len(theme.series) == len(COLOURS)
    for colour in theme.series:
        assert contrast(colour, theme.panel) >= 4
        assert contrast(colour, theme.canvas) >= 4


@THEMES
@pytest.mark.parametrize("name", COLOURS)
def test_frames_can_be_seen_and_their_titles_read(theme: Theme, name: str) -> None:
    edge, ground, writing = (colour.name() for colour in frame_item.colours(theme, name))
    assert contrast(edge, theme.canvas) >= 3
    assert contrast(writing, ground) >= 7


@THEMES
def test_comments_can_be_seen_and_read(theme: Theme) -> None:
    paper, stripe = (colour.name() for colour in comment_item.colours(theme))
    assert contrast(theme.text, paper) >= 7
    assert contrast(theme.muted, paper) >= 4.5
    assert contrast(stripe, paper) >= 3


@THEMES
def test_buttons_can_be_read(theme: Theme) -> None:
    assert contrast(theme.accent_text, theme.accent) >= 4.5
    assert contrast(theme.muted, theme.raised) >= 4.5


def test_the_test_computes_contrast_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@THEMES
def test_the_style_sheet_is_filled_in_and_names_only_icons_that_are_there(qapp: QApplication, theme: Theme) -> None:
    sheet = stylesheet(theme)
    assert "$" not in sheet
    assert theme.accent in sheet
    for name in re.findall(r"/icons/(\w+\.svg)", sheet):
        assert (RESOURCES / "icons" / name).exists()


@THEMES
def test_the_palette_wears_the_theme(qapp: QApplication, theme: Theme) -> None:
    assert palette(theme).color(QPalette.ColorRole.Text).name() == theme.text


@pytest.mark.parametrize("name", sorted(file.stem for file in (RESOURCES / "icons").glob("*.svg")))
def test_every_icon_draws_something(qapp: QApplication, name: str) -> None:
    picture = icon(name, DARK).pixmap(24, 24).toImage()
    assert any(picture.pixelColor(x, y).alpha() for x in range(24) for y in range(24))


def test_every_section_has_an_icon(qapp: QApplication) -> None:
    assert not any(section_icon(section, DARK).isNull() for section in SECTIONS)


def test_changing_numbers_keep_their_width(qapp: QApplication) -> None:
    load_fonts()
    metrics = QFontMetrics(number_font(12))
    assert metrics.horizontalAdvance("111111") == metrics.horizontalAdvance("008498")


def test_the_system_decides_between_light_and_dark(qapp: QApplication) -> None:
    is_light = QGuiApplication.styleHints().colorScheme().name == "Light"
    assert system_theme() is (LIGHT if is_light else DARK)


def test_the_application_wears_the_bundled_font(qapp: QApplication) -> None:
    assert application().font().family() == "Inter"


def test_qt_keeps_the_references_to_none(qapp: QApplication) -> None:
    assert lost_references() == 0
