"""The log: which events become lines, and how they are shown."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.run.log_lines import line_of
from app.run.log_panel import LINES, LogPanel
from app.themes import DARK, LIGHT
from engine.events import ActorRestarted, Heartbeat, Log, NodeState, ParamSet, Refused, RunEnded, Telemetry
from engine.problems import Place, Problem

PROBLEM = Problem(Place("train_1"), "the loss is not a number").as_json()


@pytest.fixture
def panel(qtbot: QtBot) -> LogPanel:
    made = LogPanel(DARK)
    qtbot.addWidget(made)
    return made


def lines(panel: LogPanel) -> list[str]:
    return panel.text.toPlainText().splitlines()


def test_failures_are_errors_that_name_their_node() -> None:
    failed = line_of(RunEnded(status="failed", problems=(PROBLEM,)))
    assert failed == Log(level="error", text="The run has failed. train_1: the loss is not a number")
    assert line_of(NodeState(node="train_1", state="failed", detail="why")) == Log(
        level="error", text="why", node="train_1"
    )
    assert line_of(Refused(command="start_run", problems=(PROBLEM,))).level == "error"


def test_a_replaced_actor_is_a_warning() -> None:
    event = ActorRestarted(node="rollouts_1", source="rollouts_1/0", cause="it died", restarts=2)
    assert line_of(event).text == "rollouts_1/0 was replaced (restart 2): it died"


def test_a_turned_parameter_is_a_line() -> None:
    event = ParamSet(node="policy_1", name="clip", value=0.1, before=0.2, env_steps=4_096, seconds=1, updates=2)
    assert line_of(event) == Log(
        level="info", text="clip was turned from 0.2 to 0.1 at 4,096 env steps.", node="policy_1"
    )


def test_what_happens_all_the_time_is_not_logged() -> None:
    numbers = Telemetry(seconds=1, env_steps=1, env_steps_per_s=1, updates=0, episodes=0)
    assert [line_of(event) for event in (Heartbeat(), numbers, NodeState(node="a", state="running"))] == [None] * 3


def test_lines_carry_time_level_and_node(panel: LogPanel) -> None:
    panel.take(Log(level="warning", text="slow", node="rollouts_1"))
    time, level, *text = lines(panel)[0].split()
    assert time.count(":") == 2
    assert (level, " ".join(text)) == ("warning", "rollouts_1: slow")


def test_the_filter_hides_lower_levels_and_gives_them_back(panel: LogPanel) -> None:
    for level in ("info", "warning", "error"):
        panel.take(Log(level=level, text=level))
    shown = []
    for choice in (0, 1, 2, 0):
        panel.level.setCurrentIndex(choice)
        shown.append(len(lines(panel)))
    assert shown == [3, 2, 1, 3]


def test_old_lines_make_room(panel: LogPanel) -> None:
    for number in range(LINES + 5):
        panel.take(Log(level="info", text=f"line {number}"))
    assert len(lines(panel)) == LINES
    assert lines(panel)[0].endswith("line 5")


def test_new_lines_do_not_drag_a_reader_to_the_end(qtbot: QtBot, panel: LogPanel) -> None:
    panel.resize(300, 150)
    for number in range(100):
        panel.take(Log(level="info", text=f"line {number}"))
    bar = panel.text.verticalScrollBar()
    assert bar.value() == bar.maximum()
    bar.setValue(10)
    panel.take(Log(level="info", text="another"))
    assert bar.value() == 10


def test_a_change_of_theme_keeps_the_lines(panel: LogPanel) -> None:
    panel.take(Log(level="error", text="broken"))
    panel.set_theme(LIGHT)
    assert len(lines(panel)) == 1


def test_clearing_forgets_the_lines(panel: LogPanel) -> None:
    panel.take(Log(level="info", text="line"))
    panel.clear()
    panel.level.setCurrentIndex(1)
    panel.level.setCurrentIndex(0)
    assert not lines(panel)
