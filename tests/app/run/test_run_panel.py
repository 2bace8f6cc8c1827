"""The strip and its buttons, driven by an engine process."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from app.run.engine_process import EngineProcess
from app.run.progress import Progress, figures, progress, why_ended
from app.run.run_actions import RunActions
from app.run.run_panel import RunPanel
from app.run.state import RunState
from app.themes import DARK, LIGHT
from engine.document import Document
from engine.events import RunEnded, Telemetry
from engine.problems import Place, Problem

MakeEngine = Callable[..., EngineProcess]
GRAPH = Document(title="empty")


class Strip:
    """An engine with its actions and its panel."""

    def __init__(self, engine: EngineProcess) -> None:
        self.engine = engine
        self.actions = RunActions(engine, DARK)
        self.actions.run_wished.connect(lambda: engine.run(GRAPH, seed=1))
        self.actions.resume_wished.connect(lambda folder: engine.resume_run(folder, GRAPH))
        self.panel = RunPanel(engine, self.actions, DARK)
        self.panel.resize(1_000, 40)

    @property
    def enabled(self) -> list[str]:
        return [action.text().replace("&", "") for action in self.actions.all() if action.isEnabled()]


@pytest.fixture
def strip(qtbot: QtBot, engine: EngineProcess) -> Strip:
    made = Strip(engine)
    qtbot.addWidget(made.panel)
    return made


def reach(qtbot: QtBot, strip: Strip, state: RunState, do: Callable[[], object]) -> None:
    with qtbot.waitSignal(strip.engine.state_changed, timeout=20_000, check_params_cb=lambda now: now is state):
        do()


def run_until_numbers(qtbot: QtBot, strip: Strip) -> None:
    with qtbot.waitSignal(
        strip.engine.told, timeout=20_000, check_params_cb=lambda event: isinstance(event, Telemetry)
    ):
        strip.actions.run.trigger()


def test_only_run_is_offered_while_nothing_runs(strip: Strip) -> None:
    assert strip.panel.word == "Ready"
    assert strip.enabled == ["Run", "Run with seeds…"]


def test_a_run_can_be_paused_resumed_and_stopped(qtbot: QtBot, strip: Strip) -> None:
    run_until_numbers(qtbot, strip)
    assert strip.enabled == ["Pause", "Stop"]
    reach(qtbot, strip, RunState.PAUSED, strip.actions.pause.trigger)
    assert (strip.panel.word, strip.enabled) == ("Paused", ["Resume", "Stop"])
    reach(qtbot, strip, RunState.RUNNING, strip.actions.pause.trigger)
    reach(qtbot, strip, RunState.STOPPED, strip.actions.stop.trigger)
    assert (strip.panel.word, strip.enabled) == ("Stopped", ["Run", "Run with seeds…", "Resume run"])


def test_numbers_and_progress_are_shown(qtbot: QtBot, strip: Strip) -> None:
    run_until_numbers(qtbot, strip)
    assert [strip.panel.figures.figure(name) for name in ("env steps", "steps/s", "return")] == ["50", "200", "–"]
    assert strip.panel.figures.share_done == 0.05  # 50 of 1,000 env steps


def test_the_start_is_shown_with_its_step(qtbot: QtBot, make_engine: MakeEngine) -> None:
    strip = Strip(make_engine())
    qtbot.addWidget(strip.panel)
    shown: list[tuple[str, str]] = []
    strip.engine.starting.connect(lambda *_: shown.append((strip.panel.word, strip.panel.detail)))
    reach(qtbot, strip, RunState.READY, strip.engine.start)
    assert len(shown) == 1
    assert shown[0][0] == "Engine starting"
    assert shown[0][1].startswith("warming up · ")
    assert strip.panel.detail == ""


def test_a_click_on_run_counts_while_the_engine_starts(qtbot: QtBot, make_engine: MakeEngine) -> None:
    strip = Strip(make_engine())
    qtbot.addWidget(strip.panel)
    strip.engine.start()
    strip.actions.run.trigger()
    assert (strip.panel.word, strip.enabled) == ("Run queued", ["Stop"])
    assert strip.panel.detail == "starts when the engine is ready · starting Python · 0 s"
    reach(qtbot, strip, RunState.RUNNING, lambda: None)


def test_a_queued_run_can_be_called_off(qtbot: QtBot, make_engine: MakeEngine) -> None:
    strip = Strip(make_engine())
    qtbot.addWidget(strip.panel)
    strip.engine.start()
    strip.actions.run.trigger()
    strip.actions.stop.trigger()
    assert (strip.panel.word, strip.enabled) == ("Engine starting", ["Run", "Run with seeds…"])
    launched: list[RunState] = []
    strip.engine.state_changed.connect(launched.append)
    reach(qtbot, strip, RunState.READY, lambda: None)
    assert launched == [RunState.READY]


def test_a_killed_engine_is_shown_and_its_run_can_be_resumed(qtbot: QtBot, strip: Strip) -> None:
    run_until_numbers(qtbot, strip)
    with qtbot.waitSignal(strip.engine.died, timeout=2_000):
        os.kill(strip.engine.pid, signal.SIGKILL)
    assert strip.panel.word == "Engine lost"
    assert "SIGKILL" in strip.panel.detail
    assert strip.enabled == ["Run", "Run with seeds…", "Resume run", "Restart engine"]
    reach(qtbot, strip, RunState.RUNNING, strip.actions.resume_last.trigger)


def test_a_lost_engine_can_be_restarted_without_its_run(qtbot: QtBot, strip: Strip) -> None:
    with qtbot.waitSignal(strip.engine.died):
        os.kill(strip.engine.pid, signal.SIGKILL)
    assert strip.enabled == ["Run", "Run with seeds…", "Restart engine"]
    reach(qtbot, strip, RunState.READY, strip.actions.restart.trigger)


def test_run_brings_a_lost_engine_back_by_itself(qtbot: QtBot, strip: Strip) -> None:
    with qtbot.waitSignal(strip.engine.died):
        os.kill(strip.engine.pid, signal.SIGKILL)
    run_until_numbers(qtbot, strip)
    assert strip.panel.word == "Running"


def test_an_engine_that_does_not_answer_is_told(qtbot: QtBot, strip: Strip) -> None:
    with qtbot.waitSignal(strip.engine.silent):
        pass
    assert "has not answered" in strip.panel.detail


def test_a_stop_that_takes_long_can_be_forced(qtbot: QtBot, make_engine: MakeEngine) -> None:
    strip = Strip(make_engine("deaf", "chatty"))
    qtbot.addWidget(strip.panel)
    reach(qtbot, strip, RunState.READY, strip.engine.start)
    run_until_numbers(qtbot, strip)
    strip.actions.stop.trigger()
    assert strip.enabled == ["Stop now"]
    with qtbot.waitSignal(strip.engine.died):
        strip.actions.stop.trigger()


def test_a_failed_run_names_its_node_and_without_a_checkpoint_cannot_be_resumed(
    qtbot: QtBot, make_engine: MakeEngine
) -> None:
    strip = Strip(make_engine("fails"))
    qtbot.addWidget(strip.panel)
    reach(qtbot, strip, RunState.READY, strip.engine.start)
    reach(qtbot, strip, RunState.FAILED, strip.actions.run.trigger)
    assert strip.panel.detail == "train_1: the loss is not a number"
    assert strip.enabled == ["Run", "Run with seeds…"]


def test_figures_make_room_one_after_the_other(qtbot: QtBot, strip: Strip) -> None:
    run_until_numbers(qtbot, strip)
    strip.panel.show()
    shown = []
    for width in range(1_000, 150, -10):
        strip.panel.resize(width, 40)
        now = {name for name, pair in strip.panel.figures._pairs.items() if pair.isVisible()}
        if not shown or shown[-1] != now:
            shown.append(now)
    assert shown == [
        {"env steps", "return", "steps/s", "elapsed"},
        {"env steps", "return", "steps/s"},
        {"env steps", "return"},
        {"env steps"},
        set(),
    ]


def test_a_long_sentence_is_shortened_but_kept_in_the_tooltip(qtbot: QtBot, strip: Strip) -> None:
    strip.panel._say("word " * 200)
    assert strip.panel._detail.text().endswith("…")
    assert strip.panel._detail.toolTip() == "word " * 200


def test_a_sentence_has_the_room_that_no_figure_can_use(qtbot: QtBot, strip: Strip) -> None:
    run_until_numbers(qtbot, strip)
    strip.panel.show()
    strip.panel.resize(310, 40)
    strip.panel._say("best mean 500")
    assert not any(pair.isVisible() for pair in strip.panel.figures._pairs.values())
    assert strip.panel._detail.text() == "best mean 500"


def test_the_theme_can_change_at_any_time(strip: Strip) -> None:
    strip.actions.set_theme(LIGHT)
    strip.panel.set_theme(LIGHT)
    assert LIGHT.state_colour("ready") in strip.panel._word.styleSheet()


NUMBERS = Telemetry(seconds=6.2, env_steps=500, env_steps_per_s=20_123, updates=3, episodes=10, return_mean_100=21.456)


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ({"env_steps": 1000.0, "seconds": 60.0}, Progress(0.5, "1,000 env steps")),
        ({"return_mean_100": 42.912}, Progress(0.5, "mean return 42.91")),
        ({"env_steps": 100.0}, Progress(1.0, "100 env steps")),
        ({"seconds": 62.0}, Progress(0.1, "1:02")),
        ({}, None),
    ],
)
def test_progress_is_that_of_the_nearest_stop_condition(stop: dict[str, float], expected: Progress | None) -> None:
    assert progress(stop, NUMBERS) == expected


def test_figures_are_written_as_people_read_them() -> None:
    assert [value for _, value in figures(NUMBERS)] == ["500", "20.1k", "6 s", "21.46"]


def test_a_failure_names_the_node() -> None:
    problem = Problem(Place("train_1"), "the loss is not a number", "lower the learning rate")
    ended = RunEnded(status="failed", problems=(problem.as_json(),))
    assert why_ended(ended) == "train_1: the loss is not a number (lower the learning rate)"
