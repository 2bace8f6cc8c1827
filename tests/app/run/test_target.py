"""The tool bar's target says where graphs run; a new one means a new engine, and is remembered."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.run.engine_process import EngineProcess
from app.run.run_figures import on_machines
from app.run.state import RunState
from app.run.target import HERE, Target
from app.settings import Places, Settings
from engine import gallery
from engine.document import Document, load
from engine.events import EngineReady, Telemetry


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(Places(tmp_path, tmp_path))


@pytest.fixture
def target(qtbot: QtBot, engine: EngineProcess, settings: Settings) -> Target:
    target = Target(engine, settings)
    qtbot.addWidget(target)
    target.show()
    return target


def type_in(target: Target, text: str) -> None:
    target.lineEdit().selectAll()
    target.setFocus()
    QTest.keyClicks(target, text)
    QTest.keyClick(target, Qt.Key.Key_Return)


def test_at_first_graphs_run_on_this_machine(target: Target, engine: EngineProcess) -> None:
    assert (target.currentText(), engine.address, target.machine) == (HERE, "", None)


def test_an_address_that_is_typed_starts_an_engine_there_and_is_remembered(
    qtbot: QtBot, target: Target, engine: EngineProcess, settings: Settings
) -> None:
    before = engine.pid
    with qtbot.waitSignal(engine.ready, timeout=20_000):
        type_in(target, "head")
    assert engine.pid != before
    assert psutil.Process(engine.pid).cmdline()[-2:] == ["--address", "head:6379"]
    assert (settings.address, settings.addresses) == ("head:6379", ("head:6379",))
    with qtbot.waitSignal(engine.ready, timeout=20_000):
        target.setCurrentText(HERE)
        QTest.keyClick(target, Qt.Key.Key_Return)
    assert "--address" not in psutil.Process(engine.pid).cmdline()
    assert (settings.address, settings.addresses) == ("", ("head:6379",))
    assert [target.itemText(row) for row in range(target.count())] == [HERE, "head:6379"]


def test_what_is_no_address_is_refused_and_nothing_changes(
    qtbot: QtBot, target: Target, engine: EngineProcess
) -> None:
    before = engine.pid
    with qtbot.waitSignal(target.refused) as refused:
        type_in(target, "ray://head:10001")
    assert "has no ray:// in front" in refused.args[0]
    assert (target.currentText(), engine.pid) == (HERE, before)


def test_it_cannot_be_changed_while_a_graph_runs(qtbot: QtBot, target: Target, engine: EngineProcess) -> None:
    engine.run(Document())
    qtbot.waitUntil(lambda: engine.state is RunState.RUNNING)
    assert not target.isEnabled()
    engine.stop()
    qtbot.waitUntil(target.isEnabled)


def test_what_the_cluster_has_is_known_once_the_engine_has_joined_it(
    qtbot: QtBot, target: Target, engine: EngineProcess
) -> None:
    with qtbot.waitSignal(engine.ready, timeout=20_000):
        type_in(target, "head")
    machines = ({"CPU": 2.0}, {"CPU": 4.0, "GPU": 1.0})
    with qtbot.waitSignal(target.changed):
        engine.told.emit(EngineReady(pid=1, seconds=1.0, cores=6, memory=10**9, machines=machines))
    assert target.machine is not None
    assert target.machine.gpu
    assert "2 machines with 6 cores and 1 GPUs" in target.toolTip()


def test_how_fast_each_machine_is_stands_beside_the_speed() -> None:
    numbers = Telemetry(seconds=1, env_steps=1, env_steps_per_s=1, updates=1, episodes=1)
    assert on_machines(numbers) == []
    two = numbers.model_copy(update={"machines": {"rollouts_1": {"b": 3100.4, "a": 10.0}}})
    assert on_machines(two) == ["rollouts_1 on a: 10 a second", "rollouts_1 on b: 3,100 a second"]


def test_a_graph_is_checked_against_the_cluster_that_is_to_run_it(window: MainWindow) -> None:
    target, engine = window.run_view.target, window.run_view.engine
    type_in(target, "head")
    engine.told.emit(EngineReady(pid=1, seconds=1.0, cores=1, memory=16 * 10**9, machines=({"CPU": 1.0},)))
    window.editing.edit("Open it", load(gallery.path("ppo_cartpole")))
    window.check_now()
    (problem,) = window.problems.problems
    assert "the graph wants 3 CPU of the cluster" in problem.what
    target.setCurrentText(HERE)
    target.activated.emit(0)
    assert window.problems.problems == ()
