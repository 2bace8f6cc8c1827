"""A label that is shortened shows that it is, and keeps the whole."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.elided_label import ElidedLabel


def test_it_ends_in_dots_only_where_there_is_no_room(qtbot: QtBot) -> None:
    label = ElidedLabel("falls, then follows the returns")
    qtbot.addWidget(label)
    label.show()
    label.resize(90, 20)
    assert label.text().endswith("…")
    label.resize(600, 20)
    assert label.text() == label.whole
    label.say("around 0")
    assert label.text() == "around 0"
