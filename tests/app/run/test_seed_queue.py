"""One graph, several seeds, on the stand-in engine: it runs until it is told to stop, or fails at once."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.run.engine_process import EngineProcess
from app.run.seed_queue import SeedQueue
from app.run.seed_strip import SeedStrip
from app.run.seeds_dialog import SeedsDialog
from app.themes import DARK
from engine.document import Document, RunSettings
from engine.events import RunEnded
from tests.app.run.conftest import MakeEngine

GRAPH = Document(title="PPO", run=RunSettings(stop={"env_steps": 100}))


def statuses(queue: SeedQueue) -> list[str]:
    return [run.status for run in queue.runs]


def begun(qtbot: QtBot, engine: EngineProcess, *seeds: int) -> SeedQueue:
    """A queue whose first run is half done, as the stand-in tells."""
    queue = SeedQueue(engine)
    queue.start(GRAPH, seeds)
    qtbot.waitUntil(lambda: queue.runs[0].share == 0.5)
    return queue


def test_runs_wait_for_each_other(qtbot: QtBot, engine: EngineProcess) -> None:
    queue = begun(qtbot, engine, 3, 4, 5)
    assert statuses(queue) == ["running", "waiting", "waiting"]
    assert queue.folders == ["/runs/one"]
    assert queue.busy


def test_a_run_that_fails_does_not_keep_the_others_from_running(qtbot: QtBot, make_engine: MakeEngine) -> None:
    engine = make_engine("fails")
    queue = SeedQueue(engine)
    with qtbot.waitSignal(engine.ready, timeout=20_000):
        engine.start()
    with qtbot.waitSignal(queue.ended):
        queue.start(GRAPH, (1, 2, 3))
    assert statuses(queue) == ["failed", "failed", "failed"]


def test_the_one_that_runs_can_be_cancelled_and_the_next_begins(qtbot: QtBot, engine: EngineProcess) -> None:
    queue = begun(qtbot, engine, 3, 4, 5)
    queue.cancel(4)
    queue.cancel(3)
    qtbot.waitUntil(lambda: statuses(queue) == ["stopped", "cancelled", "running"])


def test_whoever_stops_a_run_stops_them_all(qtbot: QtBot, engine: EngineProcess) -> None:
    queue = begun(qtbot, engine, 3, 4, 5)
    with qtbot.waitSignal(queue.ended):
        engine.stop()
    assert statuses(queue) == ["stopped", "cancelled", "cancelled"]


def test_all_can_be_cancelled(qtbot: QtBot, engine: EngineProcess) -> None:
    queue = begun(qtbot, engine, 3, 4)
    with qtbot.waitSignal(engine.told, check_params_cb=lambda event: isinstance(event, RunEnded)):
        queue.cancel_all()
    assert statuses(queue) == ["stopped", "cancelled"]
    assert not queue.busy


def test_an_engine_that_dies_takes_the_queue_with_it(qtbot: QtBot, engine: EngineProcess) -> None:
    queue = begun(qtbot, engine, 3, 4)
    with qtbot.waitSignal(queue.ended):
        engine._process.kill()
    assert statuses(queue) == ["failed", "cancelled"]


def test_the_strip_tells_each_seed_and_cancels_the_one_that_is_clicked(qtbot: QtBot, engine: EngineProcess) -> None:
    queue = SeedQueue(engine)
    strip = SeedStrip(queue, DARK)
    qtbot.addWidget(strip)
    assert strip.isHidden()
    queue.start(GRAPH, (3, 4, 5))
    qtbot.waitUntil(lambda: strip.buttons[0].text() == "3 · 50%")
    assert strip.words.text() == "PPO: 0 of 3 seeds done"
    strip.buttons[1].click()
    assert strip.buttons[1].toolTip() == "Seed 4: cancelled"
    assert [button.isEnabled() for button in strip.buttons[:3]] == [True, False, True]
    strip.cancel.click()
    qtbot.waitUntil(lambda: strip.words.text() == "PPO: 3 of 3 seeds done")


def test_of_many_seeds_those_around_the_running_one_have_buttons(qtbot: QtBot, engine: EngineProcess) -> None:
    queue = SeedQueue(engine)
    strip = SeedStrip(queue, DARK)
    qtbot.addWidget(strip)
    queue.start(GRAPH, range(100))
    assert [button.text() for button in strip.buttons[:2]] == ["0 · 0%", "1"]
    assert strip.buttons[-1].text() == "11"


@pytest.mark.parametrize(
    ("typed", "words", "runs"),
    [("1..5", "5 runs.", True), ("7", "1 run.", True), ("5..1", "'5..1' names no seed: write the smaller", False)],
)
def test_the_dialog_says_what_it_understands(qtbot: QtBot, typed: str, words: str, runs: bool) -> None:
    dialog = SeedsDialog()
    qtbot.addWidget(dialog)
    dialog.line.setText(typed)
    assert dialog.words.text().startswith(words)
    assert dialog.go.isEnabled() == runs
