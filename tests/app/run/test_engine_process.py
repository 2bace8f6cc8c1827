"""The engine's process seen from the studio: its life, its runs, its silence, its ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from app.run.engine_process import EngineProcess, Patience
from app.run.state import RunState
from engine.document import Document
from engine.events import (
    CheckpointSaved,
    EngineReady,
    EngineStarting,
    EpisodesFinished,
    RunEnded,
    RunStarted,
    Telemetry,
)

MakeEngine = Callable[..., EngineProcess]
ROOT = Path(__file__).parents[3]
STAND_IN = Path(__file__).parent / "stand_in_engine.py"
LOAD = 20_000  # ms, for a Python that starts on a busy machine
GRAPH = Document(title="empty")


def states(engine: EngineProcess) -> list[RunState]:
    """The states that follow from now on."""
    seen: list[RunState] = []
    engine.state_changed.connect(seen.append)
    return seen


def start_run(qtbot: QtBot, engine: EngineProcess) -> None:
    with qtbot.waitSignal(engine.told, check_params_cb=lambda event: isinstance(event, Telemetry)):
        engine.run(GRAPH, seed=1)


def test_the_start_is_told_step_by_step(qtbot: QtBot, make_engine: MakeEngine) -> None:
    engine = make_engine()
    seen = states(engine)
    with qtbot.waitSignal(engine.ready, timeout=LOAD), qtbot.waitSignal(engine.starting) as step:
        engine.start()
    assert step.args == ["warming up", 0.1]
    assert seen == [RunState.STARTING, RunState.READY]


def test_a_run_goes_from_the_click_to_its_end(qtbot: QtBot, engine: EngineProcess) -> None:
    seen, events = states(engine), []
    engine.told.connect(events.append)
    start_run(qtbot, engine)
    with qtbot.waitSignal(engine.told, check_params_cb=lambda event: isinstance(event, RunEnded)):
        engine.stop()
    assert seen == [RunState.LAUNCHING, RunState.RUNNING, RunState.STOPPING, RunState.STOPPED]
    assert [type(event) for event in events] == [RunStarted, EpisodesFinished, Telemetry, CheckpointSaved, RunEnded]


def test_a_pause_lasts_until_it_is_resumed(qtbot: QtBot, engine: EngineProcess) -> None:
    start_run(qtbot, engine)
    with qtbot.waitSignal(engine.state_changed, check_params_cb=lambda state: state is RunState.PAUSED):
        engine.pause()
    with qtbot.waitSignal(engine.state_changed, check_params_cb=lambda state: state is RunState.RUNNING):
        engine.resume()


def test_a_wish_that_makes_no_sense_is_ignored(engine: EngineProcess) -> None:
    seen = states(engine)
    engine.pause()
    engine.resume()
    engine.stop()
    assert not seen
    assert engine.state is RunState.READY


def test_lines_that_are_no_events_are_logged_and_passed_over(qtbot: QtBot, make_engine: MakeEngine) -> None:
    engine, texts = make_engine("garbage"), []
    engine.logged.connect(lambda log: texts.append(log.text))
    with qtbot.waitSignal(engine.ready, timeout=LOAD):
        engine.start()
    assert any("this is no event" in text for text in texts)
    assert any("longer than 4 MiB" in text for text in texts)


def test_a_flood_on_standard_error_is_thinned_out(qtbot: QtBot, make_engine: MakeEngine) -> None:
    engine, texts = make_engine("noisy"), []
    engine.logged.connect(lambda log: texts.append(log.text))
    with qtbot.waitSignal(engine.ready, timeout=LOAD):
        engine.start()
    assert texts[0] == "line 0"
    assert len(texts) <= 101


def test_silence_of_a_warm_engine_is_told_until_it_answers(qtbot: QtBot, engine: EngineProcess) -> None:
    with qtbot.waitSignal(engine.silent) as told:
        pass
    assert told.args[0] >= engine.patience.silent
    with qtbot.waitSignal(engine.silent, check_params_cb=lambda seconds: seconds == 0):
        engine.run(GRAPH)


def test_an_engine_that_cannot_start_is_told_with_its_own_reason(qtbot: QtBot, make_engine: MakeEngine) -> None:
    engine = make_engine("refuses")
    with qtbot.waitSignal(engine.died, timeout=LOAD) as told:
        engine.start()
    assert told.args == ["Ray did not start (is the disk full?)"]


def test_a_killed_engine_is_told_within_two_seconds_with_its_last_words(qtbot: QtBot, make_engine: MakeEngine) -> None:
    engine = make_engine("noisy")
    with qtbot.waitSignal(engine.ready, timeout=LOAD):
        engine.start()
    start_run(qtbot, engine)
    with qtbot.waitSignal(engine.died, timeout=2_000) as told:
        os.kill(engine.pid, signal.SIGKILL)
    reason, *last_words = told.args[0].splitlines()
    assert reason == "The engine was killed (SIGKILL): by hand, or by the system because memory ran out."
    assert last_words[-1] == "line 499"
    assert engine.state is RunState.LOST


def test_an_engine_that_is_not_there_is_told_as_its_death(qtbot: QtBot, tmp_path: Path) -> None:
    engine = EngineProcess(command=(str(tmp_path / "nothing"),))
    with qtbot.waitSignal(engine.died) as told:
        engine.start()
    assert "cannot be started" in told.args[0]


def test_a_new_engine_resumes_the_run_that_the_killed_one_left(qtbot: QtBot, engine: EngineProcess) -> None:
    start_run(qtbot, engine)
    with qtbot.waitSignal(engine.died):
        os.kill(engine.pid, signal.SIGKILL)
    with qtbot.waitSignal(engine.told, check_params_cb=lambda event: isinstance(event, RunStarted)) as told:
        engine.resume_run("/runs/one", GRAPH)
    assert told.args[0].folder == "/runs/one"
    assert engine.state is RunState.RUNNING


def test_a_second_stop_ends_an_engine_that_ignores_the_first(qtbot: QtBot, make_engine: MakeEngine) -> None:
    engine = make_engine("deaf", "chatty")  # its heartbeats make the first stop wait for ever
    with qtbot.waitSignal(engine.ready, timeout=LOAD):
        engine.start()
    start_run(qtbot, engine)
    engine.stop()
    with qtbot.waitSignal(engine.died) as told:
        engine.stop()
    assert "SIGKILL" in told.args[0]  # it ignores SIGTERM as well


def test_a_silent_engine_that_ignores_stop_is_ended_without_a_second_one(qtbot: QtBot, make_engine: MakeEngine) -> None:
    engine = make_engine("deaf")
    with qtbot.waitSignal(engine.ready, timeout=LOAD):
        engine.start()
    start_run(qtbot, engine)
    with qtbot.waitSignal(engine.died):
        engine.stop()


@pytest.mark.parametrize("words", [(), ("deaf",), ("deaf", "chatty")])
def test_quitting_ends_any_engine_in_bounded_time(
    qtbot: QtBot, make_engine: MakeEngine, words: tuple[str, ...]
) -> None:
    engine, deaths = make_engine(*words), []
    engine.died.connect(deaths.append)
    with qtbot.waitSignal(engine.ready, timeout=LOAD):
        engine.start()
    with qtbot.waitSignal(engine.ended, timeout=3_000):
        engine.quit()
    assert not engine.alive
    assert not deaths


def test_the_engine_ends_with_an_application_that_forgot_it() -> None:
    program = f"""
import sys
from PySide6.QtCore import QCoreApplication
from app.run.engine_process import EngineProcess
app = QCoreApplication([])
engine = EngineProcess(command=(sys.executable, {str(STAND_IN)!r}))
engine.ready.connect(lambda: (print(engine.pid), app.quit()))
engine.start()
app.exec()
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stderr == ""
    assert not psutil.pid_exists(int(done.stdout))


def test_nothing_waits_while_an_engine_is_ended(qtbot: QtBot, make_engine: MakeEngine) -> None:
    engine = make_engine("deaf", patience=Patience(busy=0.3, grace=0.3))
    with qtbot.waitSignal(engine.ready, timeout=LOAD):
        engine.start()
    with qtbot.waitSignal(engine.ended):
        began = time.perf_counter()
        engine.quit()
        took = time.perf_counter() - began
    assert took < engine.patience.grace  # the end itself takes twice that


def test_quitting_without_an_engine_ends_at_once(qtbot: QtBot, make_engine: MakeEngine) -> None:
    engine = make_engine()
    with qtbot.waitSignal(engine.ended):
        engine.quit()


def test_the_events_of_the_start_are_told_too(qtbot: QtBot, make_engine: MakeEngine) -> None:
    engine, events = make_engine(), []
    engine.told.connect(events.append)
    with qtbot.waitSignal(engine.ready, timeout=LOAD):
        engine.start()
    assert [type(event) for event in events] == [EngineStarting, EngineReady]
