"""What the engine tells shows up where a person looks for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication, QTextDocumentFragment
from PySide6.QtWidgets import QGraphicsView, QPushButton
from pytestqt.qtbot import QtBot

from app.canvas.numbers import as_written, rate_text
from app.canvas.rate import Rate
from app.files import FIRST_EXAMPLE
from app.main_window import MainWindow
from app.run.state import RunState
from app.run_view import at_rest
from engine.document import save
from engine.events import (
    EngineReady,
    Log,
    NodeNumbers,
    NodeState,
    NodeStateName,
    Refused,
    RunEnded,
    RunPaused,
    RunResumed,
    RunStarted,
    Telemetry,
)
from engine.problems import Place, Problem
from tests.app.graphs import chain

FAILED = Problem(Place("concat_1"), "the batch has no rows", "look at what enters")


def test_the_environments_that_the_engine_knows_reach_picker_and_check(window: MainWindow) -> None:
    window.run_view.take(EngineReady(pid=1, seconds=1.0, environments=("CartPole-v1",)))
    window.gestures.add("Environment", 0, 0)
    document = window.editing.document.with_param("environment_1", "id", "CartPool-v1")
    window.editing.edit("Mistype", document)
    window.check_now()
    assert any(problem.where == Place("environment_1", "id") for problem in window.problems.problems)
    box = window.form.form.rows["id"].field.box
    assert [box.itemText(row) for row in range(box.count())] == ["CartPole-v1"]


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (RunEnded(status="failed", problems=(FAILED.as_json(),)), "The run failed."),
        (Refused(command="start_run", problems=(FAILED.as_json(),)), "The run did not start."),
    ],
)
def test_a_failure_says_what_where_and_what_to_try(event: RunEnded | Refused, text: str, window: MainWindow) -> None:
    window.editing.start(chain())
    window.run_view.take(event)
    assert window.notices.texts == (f"{text}\nconcat_1: the batch has no rows (look at what enters)",)
    label, show_node = window.notices.frames[0].notice.choices[0]
    assert label == "Show the node"
    show_node()
    assert window.canvas.selected() == ("concat_1",)


def test_the_message_of_a_failure_stays_for_all_that_can_be_done_with_it(window: MainWindow) -> None:
    window.editing.start(chain())
    window.run_view.take(RunEnded(status="failed", problems=(FAILED.as_json(),)))
    (frame,) = window.notices.frames
    for button in frame.findChildren(QPushButton):
        button.click()
    assert [button.text() for button in frame.findChildren(QPushButton)] == [
        "Show the node", "Copy diagnostics", "Show the log",
    ]  # fmt: skip
    assert window.run_view.log.isVisible()
    assert window.notices.frames == [frame]


def test_a_failed_node_tells_its_error_and_the_end_of_its_traceback(window: MainWindow) -> None:
    window.editing.start(chain())
    trace = "Traceback:" + "".join(f"\n  line {number}" for number in range(9)) + "\n  in <module>\nKeyError: 'reward'"
    window.run_view.take(Log(level="error", text=trace))
    window.run_view.take(NodeState(node="concat_1", state="failed", detail="KeyError: 'reward' [in w/1 on vm]"))
    tip = window.canvas._drawing.nodes["concat_1"].toolTip()
    assert tip.startswith("KeyError: 'reward' [in w/1 on vm]")
    assert tip.split()[-4:] == ["in", "<module>", "KeyError:", "'reward'"]
    assert "line 8" in tip
    assert "line 1" not in tip
    window.canvas.clear_run()
    assert window.canvas._drawing.nodes["concat_1"].toolTip().startswith("Concat Batches: ")


def test_an_error_that_looks_like_markup_is_shown_as_it_is_written() -> None:
    error = "ValueError: a<b> is no column"
    assert QTextDocumentFragment.fromHtml(as_written(error)).toPlainText() == error


def test_a_failure_can_be_copied_with_the_end_of_the_log(window: MainWindow) -> None:
    window.editing.start(chain())
    window.run_view.take(Log(level="error", text="Traceback: /home/ann/graph.json", node="concat_1"))
    window.run_view.take(RunEnded(status="failed", problems=(FAILED.as_json(),)))
    label, copy = window.notices.frames[0].notice.choices[1]
    assert label == "Copy diagnostics"
    copy()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("Problems\n- concat_1: the batch has no rows (look at what enters)\n")
    assert "concat_1: Traceback: …/graph.json" in copied
    assert window.toast.text() == "Copied, without paths and secrets"


def test_the_engines_death_leaves_the_graph_and_says_so(window: MainWindow) -> None:
    window.editing.start(chain())
    window.run_view.engine.died.emit("The engine was killed.\nlast line")
    assert window.notices.texts == ("The engine was killed.\nlast line\nYour graph is untouched.",)
    assert window.editing.document == chain()


def test_nodes_pause_with_their_run(window: MainWindow) -> None:
    window.editing.start(chain())
    window.run_view.take(NodeState(node="concat_1", state="running"))
    window.run_view.take(NodeState(node="standardize_1", state="ready"))
    window.run_view.take(RunPaused())
    assert states(window) == {"concat_1": "paused", "standardize_1": "ready"}
    window.run_view.take(RunResumed())
    assert states(window) == {"concat_1": "running", "standardize_1": "ready"}


def test_the_marks_of_a_run_go_with_its_graph(window: MainWindow, tmp_path: Path) -> None:
    window.editing.start(chain())
    window.run_view.take(NodeState(node="concat_1", state="done"))
    save(chain(), tmp_path / "same_names.json")
    window.run_view.take(RunEnded(status="failed", problems=(FAILED.as_json(),)))
    window.files.open(tmp_path / "same_names.json")
    assert window.notices.texts == ()
    assert states(window) == {"concat_1": None, "standardize_1": None}


def test_while_it_runs_the_graph_can_be_looked_at_and_not_changed(window: MainWindow) -> None:
    window.editing.start(chain())
    window.run_view.engine.state_changed.emit(RunState.RUNNING)
    window.run_view.take(NodeState(node="concat_1", state="running"))
    window.gestures.delete(["concat_1"])
    window.files.new()
    assert window.editing.document == chain()
    assert "locked while it runs" in window.toast.text()
    assert window.notices.texts == ("This graph is running. Stop the run to open another.",)
    window.run_view.engine.state_changed.emit(RunState.FINISHED)
    window.gestures.delete(["concat_1"])
    assert [node.id for node in window.editing.document.nodes] == ["standardize_1"]


def test_a_graph_with_errors_is_not_run_and_its_problems_come_up(window: MainWindow) -> None:
    window.editing.start(chain())
    window.run_view.run()
    assert window.run_view.engine.state is RunState.OFF
    assert window.problems.isVisible()
    assert window.toast.text().startswith("Before it can run: ")


def states(window: MainWindow) -> dict[str, NodeStateName | None]:
    return {node: item.footer.state for node, item in window.canvas._drawing.nodes.items()}


def test_a_run_that_stands_still_shows_what_it_has_done_and_no_rates() -> None:
    busy = NodeNumbers(items=12, env_steps=24_576, items_per_s=8.0, env_steps_per_s=16_384.0, busy=0.5, blocked=0.25)
    moving = Telemetry(
        seconds=3, env_steps=24_576, env_steps_per_s=16_384, updates=12, episodes=99, nodes={"concat_1": busy},
        wires={"concat_1.joined→standardize_1.batches": 16_384.0},
    )  # fmt: skip
    still = at_rest(moving)
    assert rate_text(moving.nodes["concat_1"]) == "16.4k steps/s"
    assert rate_text(still.nodes["concat_1"]) == "12 items"
    assert still.wires == {}
    assert still.env_steps == 24_576


@pytest.mark.parametrize("event", [RunPaused(), RunEnded(status="stopped")])
def test_no_wire_shows_a_rate_when_its_run_stands_still(
    event: RunPaused | RunEnded, window: MainWindow, qtbot: QtBot
) -> None:
    window.editing.start(chain())
    (edge,) = chain().edges
    nodes = {edge.source_node: NodeNumbers(items=9, env_steps=9, items_per_s=9, env_steps_per_s=9)}
    told = {"nodes": nodes, "wires": {f"{edge.source}→{edge.target}": 9.0}}
    window.run_view.take(Telemetry(seconds=1, env_steps=9, env_steps_per_s=9, updates=1, episodes=0, **told))
    qtbot.waitUntil(lambda: rates_shown(window) == 1)
    window.run_view.take(event)
    qtbot.waitUntil(lambda: rates_shown(window) == 0)


def rates_shown(window: MainWindow) -> int:
    view = window.canvas.findChild(QGraphicsView)
    return sum(isinstance(item, Rate) and item.isVisible() for item in view.scene().items())


def test_a_line_says_what_limits_the_run(window: MainWindow) -> None:
    window.files.open_example(FIRST_EXAMPLE)
    window.run_view.engine.document = window.editing.document
    window.run_view.take(RunStarted(folder="/runs/one", title="PPO", seed=1))
    assert not window.run_view.limit.isVisible()
    given = {"items": 1, "env_steps": 1, "items_per_s": 1, "env_steps_per_s": 4_100}
    nodes = {"rollouts_1": NodeNumbers(**given, busy=0.6), "train_1": NodeNumbers(**given, busy=0.38)}
    for second in range(31):
        line = Telemetry(seconds=second, env_steps=1, env_steps_per_s=1, updates=1, episodes=1, nodes=nodes)
        window.run_view.take(line)
    assert window.run_view.limit.isVisible()
    assert window.run_view.limit.text() == (
        "Learner idle 62 % of the last 30 s, waiting on standardize_1; "
        "rollouts give 4.1k steps/s, the learner could take 10.8k: try 2.6x workers."
    )
    window.run_view.take(RunStarted(folder="/runs/two", title="PPO", seed=1))
    assert not window.run_view.limit.isVisible()
