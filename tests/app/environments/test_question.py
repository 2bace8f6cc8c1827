"""Environments are made in a process of their own: whatever becomes of it, the studio gets an answer or a sentence."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QProcess
from pytestqt.qtbot import QtBot

from app.environments.question import EnvironmentQuestion
from engine.environment_card import EnvironmentCard

SLOW = 30_000  # ms that a process may take on a busy machine
CARD = EnvironmentCard(id="Maze-v0", group="my_arenas")


class Answer:
    """What a question was answered."""

    def __init__(self, question: EnvironmentQuestion) -> None:
        self.question = question
        self.cards: list[EnvironmentCard] = []
        self.failures: list[str] = []
        question.told.connect(self.cards.append)
        question.failed.connect(self.failures.append)


@pytest.fixture
def parent(qtbot: QtBot) -> Iterator[QObject]:
    """Whoever asks; the processes that it dropped are gone when it goes."""
    made = QObject()
    yield made
    qtbot.waitUntil(lambda: not made.findChildren(QProcess), timeout=SLOW)


def asked(parent: QObject, code: str, patience: float = 60.0) -> Answer:
    """Ask a process that runs this code."""
    answer = Answer(EnvironmentQuestion(parent, (sys.executable, "-c", code), patience))
    answer.question.ask("Maze-v0")
    return answer


def test_each_line_of_the_answer_is_told_and_other_lines_are_passed_over(parent: QObject, qtbot: QtBot) -> None:
    answer = asked(parent, f"print('native code says hello'); print('''{CARD.model_dump_json()}''')")
    qtbot.waitSignal(answer.question.ended, timeout=SLOW).wait()
    assert (answer.cards, answer.failures) == ([CARD], [])
    assert not answer.question.open


def test_a_refusal_is_told_as_its_sentence(parent: QObject, qtbot: QtBot) -> None:
    refusal = '{"status": "refused", "problems": [{"what": "the level file is damaged", "hint": "get another"}]}'
    answer = asked(parent, f"print('''{refusal}'''); raise SystemExit(1)")
    qtbot.waitSignal(answer.question.failed, timeout=SLOW).wait()
    assert answer.failures == ["the level file is damaged (get another)"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os.kill(os.getpid(), 9)", "It crashed its process (signal 9)."),
        ("raise SystemExit('no context')", "It ended its process, which said last: no context"),
        ("raise SystemExit(3)", "It ended its process, which said last: nothing"),
    ],
)
def test_a_process_that_ends_before_its_time_is_told(code: str, said: str, parent: QObject, qtbot: QtBot) -> None:
    answer = asked(parent, code)
    qtbot.waitSignal(answer.question.failed, timeout=SLOW).wait()
    assert answer.failures == [said]


def test_what_hangs_is_ended_after_the_time_limit_and_keeps_what_it_told(parent: QObject, qtbot: QtBot) -> None:
    code = f"import time; print('''{CARD.model_dump_json()}''', flush=True); time.sleep(600)"
    answer = asked(parent, code, patience=3.0)
    (process,) = parent.findChildren(QObject)[0].findChildren(QProcess)
    qtbot.waitSignal(answer.question.failed, timeout=SLOW).wait()
    assert answer.failures == ["It gave no answer within 3 s, and its process was ended."]
    assert answer.cards == [CARD]
    qtbot.waitSignal(process.destroyed, timeout=SLOW).wait()


def test_another_question_ends_the_one_before_which_then_tells_nothing(parent: QObject, qtbot: QtBot) -> None:
    answer = asked(parent, "import sys, time; time.sleep(600 if sys.argv[1] == 'Maze-v0' else 0)")
    answer.question.ask("Other-v0")
    qtbot.waitSignal(answer.question.ended, timeout=SLOW).wait()
    assert answer.failures == []


def test_a_program_that_cannot_be_started_is_told(parent: QObject, qtbot: QtBot) -> None:
    answer = Answer(EnvironmentQuestion(parent, ("/nowhere/python",)))
    answer.question.ask()
    qtbot.waitUntil(lambda: bool(answer.failures), timeout=SLOW)
    assert answer.failures[0].startswith("The process that makes environments cannot be started: ")


def test_the_real_program_lists_what_is_registered(parent: QObject, qtbot: QtBot) -> None:
    answer = Answer(EnvironmentQuestion(parent))
    answer.question.ask()
    qtbot.waitSignal(answer.question.ended, timeout=SLOW).wait()
    assert {"CartPole-v1", "classic/tictactoe-v3"} <= {card.id for card in answer.cards}
