"""What is turned in the form while a graph runs is marked on the curves and told in the log."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.plots.figures import written
from app.run.state import RunState
from engine.document import Document, Node
from engine.runs import RunFolder

LOAD = 20_000  # ms that a process may take on a busy machine
TYPES = {"policy_1": "PPOPolicy", "union_1": "Union", "broadcast_1": "BroadcastWeights", "train_1": "TrainOneStep"}
GRAPH = Document(title="PPO", nodes=tuple(Node(id=node, type=type_id) for node, type_id in TYPES.items()))
KNOBS = [
    ("policy_1", "learning_rate", "1e-4", 1e-4, "learning_rate 0.0001"),
    ("policy_1", "entropy_coefficient", "0.02", 0.02, "entropy_coefficient 0.02"),
    ("union_1", "weights", '{"train_1": 2}', {"train_1": 2}, 'weights {"train_1": 2}'),
    ("broadcast_1", "every", "3", 3, "every 3"),
]


def turn(window: MainWindow, node: str, name: str, text: str) -> None:
    """Write another value into a field of the form."""
    window.canvas.select([node])
    row = window.form.form.rows[name]
    assert row.field.isEnabled()
    line = row.field.findChild(QLineEdit)
    line.selectAll()
    QTest.keyClicks(line, text)


@pytest.mark.parametrize(("node", "name", "text", "value", "mark"), KNOBS)
@pytest.mark.parametrize("resumed", [False, True], ids=["a new run", "a resumed run"])
def test_a_knob_turned_in_the_form_is_a_tick_on_the_curves_and_a_line_in_the_log(
    resumed: bool,
    node: str,
    name: str,
    text: str,
    value: object,
    mark: str,
    idle: MainWindow,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    view = idle.run_view
    idle.editing.start(GRAPH)
    if resumed:
        folder = RunFolder.create(tmp_path / "ppo", GRAPH, 1)
        folder.close()
        view.runs.resume_wished.emit(str(folder.path))
    else:
        view.engine.run(GRAPH)
    qtbot.waitUntil(lambda: view.engine.state is RunState.RUNNING, timeout=LOAD)
    turn(idle, node, name, text)
    (run,) = view.plots.runs
    qtbot.waitUntil(lambda: bool(run.marks), timeout=LOAD)
    assert [each.text for each in run.marks] == [mark]
    view.plots.charts.prepare()
    assert [line.label.toPlainText() for line in view.plots.charts.returns.ticks.lines] == [mark]
    assert f"{node}: {name} was turned from null to {written(value)} at 50 env steps." in view.log.text.toPlainText()
    assert view.engine.document.node(node).params[name] == value
