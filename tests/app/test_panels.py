"""The smaller panels: what they show, and what a click on them tells."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.notices import SHOWN, Notice, Notices, listed
from app.operator_page import OperatorPage, page
from app.palette import Palette
from app.problems_panel import ProblemsPanel
from app.settings import Places
from app.themes import DARK, LIGHT
from engine.catalogue import Catalogue, find
from engine.problems import Fix, Place, Problem

W = TypeVar("W", bound=QWidget)

LEFT = Qt.MouseButton.LeftButton
WARNING = Problem(Place("rollouts_1", "actors"), "nobody sends new weights", "insert Broadcast Weights", "warning")
ERROR = Problem(Place("train_1", "policy"), "Train One Step needs 'policy'", "connect a policy")


def test_no_problems_are_said_in_words(qtbot: QtBot) -> None:
    panel = shown(qtbot, ProblemsPanel(DARK))
    panel.show_problems([])
    assert panel.empty.isVisible()
    assert panel.empty.text().startswith("No problems")


def test_errors_stand_before_warnings_and_a_click_tells_which(qtbot: QtBot) -> None:
    panel = shown(qtbot, ProblemsPanel(DARK))
    panel.show_problems([WARNING, ERROR])
    assert panel.problems == (ERROR, WARNING)
    assert panel.list.item(0).text() == "train_1.policy:  Train One Step needs 'policy'.  →  connect a policy"
    with qtbot.waitSignal(panel.chosen) as chosen:
        QTest.mouseClick(panel.list.viewport(), LEFT, pos=panel.list.visualItemRect(panel.list.item(0)).center())
    assert chosen.args == [ERROR]


MENDABLE = replace(ERROR, fix=Fix("connect policy_1.policy", draws=(("policy_1.policy", "train_1.policy"),)))


def test_the_first_problem_with_a_fix_is_offered_and_that_of_a_chosen_row_instead(qtbot: QtBot) -> None:
    panel = shown(qtbot, ProblemsPanel(DARK))
    other = replace(WARNING, fix=Fix("insert Broadcast Weights"))
    panel.show_problems([ERROR, MENDABLE, other])
    assert panel.fix.text() == "Fix train_1: connect policy_1.policy"
    QTest.mouseClick(panel.list.viewport(), LEFT, pos=panel.list.visualItemRect(panel.list.item(2)).center())
    assert panel.fix.text() == "Fix rollouts_1: insert Broadcast Weights"
    panel.show_problems([ERROR, other])
    with qtbot.waitSignal(panel.fix_wished) as wished:
        QTest.mouseClick(panel.fix, LEFT)
    assert wished.args == [other]


def test_where_nothing_can_be_mended_there_is_no_button(qtbot: QtBot) -> None:
    panel = shown(qtbot, ProblemsPanel(DARK))
    panel.show_problems([ERROR, MENDABLE])
    panel.list.setCurrentRow(0)
    assert not panel.fix.isVisible()


def test_every_operator_has_a_page_with_its_ports_and_parameters(catalogue: Catalogue, qtbot: QtBot) -> None:
    shown_page = shown(qtbot, OperatorPage(catalogue, LIGHT))
    for spec in catalogue.specs:
        shown_page.show_operator(spec.type)
        text = shown_page.toPlainText()
        assert text.startswith(spec.title)
        for name in (*(port.name for port in spec.ports), *(param.name for param in spec.params)):
            assert name in text


def test_a_page_shows_what_a_docstring_marks(catalogue: Catalogue) -> None:
    html = page(catalogue.spec("PPOPolicy"), DARK)
    assert "<code>entropy</code>" in html
    assert "<b>Example:</b>" in html


def test_an_unknown_operator_has_a_page_that_says_so(catalogue: Catalogue, qtbot: QtBot) -> None:
    shown_page = shown(qtbot, OperatorPage(catalogue, DARK))
    shown_page.show_operator("<b>Odd</b>")
    assert shown_page.toPlainText() == "There is no operator <b>Odd</b> here."


def test_the_palette_keeps_only_what_matches(catalogue: Catalogue, qtbot: QtBot) -> None:
    palette = shown(qtbot, Palette(catalogue, DARK))
    QTest.keyClicks(palette.field, "gather")
    model = palette.tree.model()
    found = [
        model.index(row, 0, model.index(section, 0)).data()
        for section in range(model.rowCount())
        for row in range(model.rowCount(model.index(section, 0)))
    ]
    assert {"Gather Async", "Gather Sync"} <= set(found)
    assert "Train One Step" not in found
    assert palette.tree.currentIndex().data().startswith("Gather")


def test_a_notice_goes_away_once_it_is_answered(qtbot: QtBot) -> None:
    notices = shown(qtbot, Notices(DARK))
    answers: list[str] = []
    notices.add(Notice("warning", "Changed.", "", (("Keep", lambda: answers.append("keep")),), "disk"))
    QTest.mouseClick(notices.findChild(QPushButton), LEFT)
    assert answers == ["keep"]
    assert notices.texts == ()
    assert notices.isHidden()


def test_a_notice_replaces_one_of_its_topic_and_only_a_few_are_shown(qtbot: QtBot) -> None:
    notices = shown(qtbot, Notices(DARK))
    notices.add(Notice("error", "first", topic="open"))
    notices.add(Notice("error", "second", topic="open"))
    assert notices.texts == ("second",)
    for number in range(5):
        notices.add(Notice("info", str(number)))
    assert len(notices.texts) == SHOWN


def test_in_a_narrow_window_the_buttons_stand_below_the_words(qtbot: QtBot) -> None:
    notices = shown(qtbot, Notices(DARK))
    notices.add(Notice("error", "The engine ended by itself.", "Your graph is untouched.", (("Restart", print),)))
    (frame,) = notices.frames
    words, button = frame.findChildren(QLabel)[1], frame.findChild(QPushButton)
    notices.resize(800, 300)
    qtbot.waitUntil(lambda: button.x() > words.geometry().right())
    notices.resize(300, 300)
    qtbot.waitUntil(lambda: button.y() > words.geometry().bottom())


@pytest.mark.parametrize(("count", "last"), [(2, "p: 1"), (6, "and 2 more")])
def test_long_lists_of_problems_are_cut(count: int, last: str) -> None:
    problems = [Problem(Place("p", file="a.json"), str(number)) for number in range(count)]
    assert listed(problems).splitlines()[-1] == last


def shown(qtbot: QtBot, widget: W) -> W:
    """Show a widget and take care of it."""
    qtbot.addWidget(widget)
    widget.resize(400, 500)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def test_files_of_the_users_own_that_give_no_operator_are_told(
    qtbot: QtBot, places: Places, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "operators").mkdir()
    (tmp_path / "operators" / "broken.py").write_text("def (")
    monkeypatch.setenv("RLFLOW_DATA", str(tmp_path))
    made = MainWindow(places, find())
    qtbot.addWidget(made)
    (frame,) = made.notices.frames
    assert frame.notice.text == "Some of your own operators cannot be used."
    assert "broken.py: line 1 cannot be read" in frame.notice.details


OWN = '''"""Rewards, scaled."""

from engine.declare import Operator, param, stream_in, stream_out
from engine.kinds import Batch


class ScaleRewards(Operator):
    """Multiply every reward by a factor."""

    section = "Experiences"
    short = "scale"
    batches = stream_in(Batch, "what to scale")
    scaled = stream_out(Batch, "the same rows, scaled")
    factor: float = param(0.5, help="what rewards are multiplied by")
'''


def test_an_operator_of_the_users_own_is_in_the_palette_and_has_a_form(
    qtbot: QtBot, places: Places, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "operators").mkdir()
    (tmp_path / "operators" / "scale_rewards.py").write_text(OWN)
    monkeypatch.setenv("RLFLOW_DATA", str(tmp_path))
    window = MainWindow(places, find())
    qtbot.addWidget(window)
    window.show()
    wished: list[str] = []
    window.palette_panel.operator_wished.connect(wished.append)
    QTest.keyClicks(window.palette_panel.field, "scale rew")
    QTest.keyClick(window.palette_panel.field, Qt.Key.Key_Return)
    assert wished == ["ScaleRewards"]
    (node,) = window.editing.document.nodes
    assert (node.id, node.type) == ("scale_1", "ScaleRewards")
    window.form.show_things([node.id])
    assert list(window.form.form.rows) == ["factor"]
    window.editing.start(window.editing.document)
