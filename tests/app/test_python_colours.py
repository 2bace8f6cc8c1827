"""The colours of scripts: each part of a line has that of its kind."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from app.python_colours import PythonColours
from app.themes import DARK, LIGHT, Theme


def colours(line: str, theme: Theme) -> dict[str, str]:
    """What is coloured in a line, and how."""
    document = QTextDocument()
    painter = PythonColours(DARK, document)
    document.setPlainText(line)
    painter.set_theme(theme)
    formats = document.firstBlock().layout().formats()
    return {line[f.start : f.start + f.length]: f.format.foreground().color().name() for f in formats}


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=["dark", "light"])
def test_each_part_of_a_line_has_the_colour_of_its_kind(qtbot: QtBot, theme: Theme) -> None:
    assert colours('x = Graph(end, title="a \\"b\\" (c=1)", seed=1_000) if True', theme) == {
        "Graph": theme.accent,
        "title": theme.muted,
        '"a \\"b\\" (c=1)"': theme.success,
        "seed": theme.muted,
        "1_000": theme.sections["Learning"],
        "if": theme.sections["Experiences"],
        "True": theme.sections["Experiences"],
    }


def test_comparisons_are_no_arguments(qtbot: QtBot) -> None:
    assert colours("name == other", DARK) == {}
