"""Picking an environment: typed, looked at, and put into the graph in one step that can be undone."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QProcess, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.environments import EnvironmentPicker
from app.environments.question import EnvironmentQuestion
from app.main_window import MainWindow
from app.themes import DARK
from engine.document import Document, Node
from engine.environment_card import EnvironmentCard, Seat

SLOW = 60_000  # ms that a process may take on a busy machine
LIST = [
    EnvironmentCard(id="CartPole-v1", group="Classic control", max_steps=500, reward_threshold=475),
    EnvironmentCard(id="LunarLander-v3", group="Box2D", needs="pip install 'gymnasium[box2d]'"),
    EnvironmentCard(id="Pendulum-v1", group="Classic control"),
    EnvironmentCard(id="classic/tictactoe-v3", group="Classic", players=("aec",)),
    EnvironmentCard(id="sisl/pursuit-v5", group="SISL", players=("parallel", "aec")),
]
SEATS = (Seat(agents=("player_1", "player_2"), observations="vector of 9", actions="one of 9"),)


def answering(question: EnvironmentQuestion, *cards: EnvironmentCard) -> None:
    """Let a question be answered by a process that knows only this."""
    lines = [card.model_dump_json() for card in cards]
    code = f"import json; print('\\n'.join(json.loads({json.dumps(json.dumps(lines))})))"
    question.command = (sys.executable, "-c", code)


def wait_for_processes(picker: EnvironmentPicker, qtbot: QtBot) -> None:
    """Let the processes that were dropped be gone before the picker is."""
    qtbot.waitUntil(lambda: not picker.findChildren(QProcess), timeout=SLOW)


@pytest.fixture
def picker(window: MainWindow, qtbot: QtBot) -> Iterator[EnvironmentPicker]:
    """A picker that knows five environments, and of the one that is asked for that it cannot be drawn."""
    made = EnvironmentPicker(DARK, window)
    answering(made.listing, *LIST)
    made_one = LIST[0].model_copy(update={"seats": SEATS, "no_picture": "it has no looks"})
    answering(made.making, LIST[0].model_copy(update={"seats": SEATS}), made_one)
    yield made
    wait_for_processes(made, qtbot)


def listed(picker: EnvironmentPicker) -> list[str]:
    return [card.id for card in picker.tree.cards()]


def test_those_of_one_agent_and_those_of_several_are_picked_apart(picker: EnvironmentPicker, qtbot: QtBot) -> None:
    picker.ask(several=False, present="Pendulum-v1")
    assert picker.column.none.text().startswith("Asking")
    qtbot.waitUntil(lambda: len(listed(picker)) == 3, timeout=SLOW)
    assert picker.tree.card == LIST[2]
    picker.reject()
    picker.ask(several=True, present="")
    assert listed(picker) == ["classic/tictactoe-v3", "sisl/pursuit-v5"]
    picker.reject()


def test_of_the_current_one_spaces_are_shown_and_why_there_is_no_picture(
    picker: EnvironmentPicker, qtbot: QtBot
) -> None:
    picker.ask(several=False, present="CartPole-v1")
    qtbot.waitUntil(lambda: "it has no looks" in picker.page.picture.text(), timeout=SLOW)
    told = picker.page.words.toPlainText()
    for part in ("CartPole-v1", "vector of 9", "one of 9", "at most 500 env steps", "at a mean return of 475"):
        assert part in told
    assert not picker.page.busy.isVisible()
    picker.reject()


ECHO = """
import json, sys
kwargs = sys.argv[3] if sys.argv[2:3] == ["--kwargs"] else ""
print(json.dumps({"id": sys.argv[1], "group": "Classic control", "kwargs": kwargs, "no_picture": "none"}))
"""


def test_the_present_one_is_made_with_the_arguments_that_it_has_and_others_without(
    picker: EnvironmentPicker, qtbot: QtBot
) -> None:
    picker.making.command = (sys.executable, "-c", ECHO)
    for gravity in (12.5, 3.0):
        picker.reject()
        picker.ask(several=False, present="CartPole-v1", kwargs=json.dumps({"gravity": gravity}))
        told = f"gravity = {gravity}"
        qtbot.waitUntil(lambda told=told: told in picker.page.words.toPlainText(), timeout=SLOW)
    QTest.keyClick(picker.field, Qt.Key.Key_Down)
    assert picker.tree.card == LIST[2]
    qtbot.waitUntil(lambda: not picker.page.busy.isVisible(), timeout=SLOW)
    assert picker.page.words.toPlainText().startswith("Pendulum-v1")
    assert "Made with" not in picker.page.words.toPlainText()
    picker.reject()


def test_one_that_needs_a_missing_package_says_what_to_type_and_is_not_made(
    picker: EnvironmentPicker, qtbot: QtBot
) -> None:
    picker.ask(several=False, present="LunarLander-v3")
    qtbot.waitUntil(lambda: picker.tree.card == LIST[1], timeout=SLOW)
    assert "pip install 'gymnasium[box2d]'" in picker.page.words.toPlainText()
    assert not picker.page.busy.isVisible()
    assert picker.page.picture.text() == "It cannot be made here: a package is missing."
    picker.reject()


def test_typing_arrows_and_enter_choose_without_a_mouse(picker: EnvironmentPicker, qtbot: QtBot) -> None:
    picker.ask(several=False, present="")
    qtbot.waitUntil(lambda: bool(listed(picker)), timeout=SLOW)
    QTest.keyClicks(picker.field, "classic")
    assert listed(picker) == ["CartPole-v1", "Pendulum-v1"]
    QTest.keyClick(picker.field, Qt.Key.Key_Down)
    with qtbot.waitSignal(picker.chosen) as choice:
        QTest.keyClick(picker.field, Qt.Key.Key_Return)
    assert choice.args == [LIST[2]]
    assert not picker.isVisible()


def test_what_is_not_there_is_said(picker: EnvironmentPicker, qtbot: QtBot) -> None:
    answering(picker.listing, LIST[0])
    picker.ask(several=True, present="")
    qtbot.waitUntil(lambda: "pip install 'rl-flow-studio[environments]'" in picker.column.none.text(), timeout=SLOW)
    assert not picker.page.button.isEnabled()
    picker.reject()
    picker.ask(several=False, present="")
    QTest.keyClicks(picker.field, "zebra")
    assert picker.column.none.text() == "No environment is called that."
    picker.reject()


def test_closing_the_window_ends_what_is_being_made(picker: EnvironmentPicker, qtbot: QtBot) -> None:
    picker.making.command = (sys.executable, "-c", "import time; time.sleep(600)")
    picker.ask(several=False, present="CartPole-v1")
    qtbot.waitUntil(lambda: picker.making.open, timeout=SLOW)
    process = picker.making.findChildren(QObject)[-1]
    with qtbot.waitSignal(process.destroyed, timeout=SLOW):
        picker.reject()


def test_the_button_of_the_form_picks_for_the_node_in_one_step(window: MainWindow, qtbot: QtBot) -> None:
    node = Node(id="games_1", type="MultiAgentEnvironment", params={"players": "parallel"})
    window.editing.start(Document(nodes=(node,)))
    window.canvas.select(["games_1"])
    field = window.form.form.rows["id"].field
    QTest.keyClick(field.browse, Qt.Key.Key_Space)
    picker = window.form.picker
    assert picker.isVisible()
    qtbot.waitUntil(lambda: picker.tree.card is not None, timeout=SLOW)
    QTest.keyClicks(picker.field, "tictactoe")
    qtbot.waitUntil(lambda: not picker.page.busy.isVisible(), timeout=SLOW)
    assert picker.page.picture.pixmap().width() > 100
    QTest.keyClick(picker.field, Qt.Key.Key_Return)
    assert window.editing.document.node("games_1").params == {"id": "classic/tictactoe-v3", "players": "aec"}
    assert field.box.currentText() == "classic/tictactoe-v3"
    assert window.editing.undo_name == "Choose classic/tictactoe-v3 for games_1"
    window.editing.undo()
    assert window.editing.document.node("games_1").params == {"players": "parallel"}
    wait_for_processes(picker, qtbot)


def test_the_picture_is_of_the_environment_as_the_node_makes_it(window: MainWindow, qtbot: QtBot) -> None:
    params = {"id": "FrozenLake-v1", "kwargs": {"map_name": "8x8"}}
    window.editing.start(Document(nodes=(Node(id="environment_1", type="Environment", params=params),)))
    window.canvas.select(["environment_1"])
    QTest.keyClick(window.form.form.rows["id"].field.browse, Qt.Key.Key_Space)
    page = window.form.picker.page
    qtbot.waitUntil(lambda: 'map_name = "8x8"' in page.words.toPlainText(), timeout=SLOW)
    assert "one of 64" in page.words.toPlainText()
    qtbot.waitUntil(lambda: page.picture.pixmap().width() > 100, timeout=SLOW)
    window.form.picker.reject()
    wait_for_processes(window.form.picker, qtbot)


def test_players_stay_where_the_environment_can_be_played_so(window: MainWindow) -> None:
    window.editing.start(Document(nodes=(Node(id="games_1", type="MultiAgentEnvironment", params={"players": "aec"}),)))
    window.canvas.select(["games_1"])
    window.form.form.take_environment(LIST[4])
    assert window.editing.document.node("games_1").params == {"id": "sisl/pursuit-v5", "players": "aec"}


def test_while_no_ids_are_known_the_arrow_of_the_list_opens_the_picker(window: MainWindow, qtbot: QtBot) -> None:
    window.editing.start(Document(nodes=(Node(id="environment_1", type="Environment"),)))
    window.canvas.select(["environment_1"])
    box = window.form.form.rows["id"].field.box
    box.showPopup()
    assert window.form.picker.isVisible()
    window.form.picker.listing.drop()
    window.form.picker.reject()
    wait_for_processes(window.form.picker, qtbot)
