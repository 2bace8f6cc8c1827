"""What the canvas shows: the document, its problems, its run; and that showing is cheap."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFocusEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.canvas import Canvas
from app.canvas.look import Look
from app.canvas.numbers import compact, rate_text
from app.canvas.picture import Strand
from app.canvas.wire_item import THICKEST, WireItem
from app.themes import DARK, LIGHT, Theme
from engine.catalogue import Catalogue
from engine.document import Document, Edge, Layout, Node
from engine.events import NodeNumbers, Telemetry
from engine.kinds import Kind
from engine.problems import Place, Problem
from tests.app.test_themes import contrast

from .conftest import Hands

WIRE = ("gather_1.items", "concat_1.batches")


def telemetry(**rates: float) -> Telemetry:
    nodes = {
        node: NodeNumbers(items=3, env_steps=1_536, items_per_s=1, env_steps_per_s=rate) for node, rate in rates.items()
    }
    wires = {"→".join(WIRE): 512.0}
    return Telemetry(seconds=1, env_steps=1_536, env_steps_per_s=512, updates=1, episodes=0, nodes=nodes, wires=wires)


def test_the_document_is_drawn_where_its_layout_says(canvas: Canvas, document: Document) -> None:
    wires = {(edge.source, edge.target) for edge in document.edges}
    assert canvas.shown_wires() == (wires, wires)
    left, right = canvas.node_rect("gather_1"), canvas.node_rect("concat_1")
    assert right.left() - left.left() == pytest.approx(260 * canvas._viewer.zoom, abs=2)


def test_a_move_keeps_every_item(canvas: Canvas, document: Document) -> None:
    items = dict(canvas._drawing.nodes)
    canvas.show_document(document.replace(layout=Layout(nodes={**document.layout.nodes, "train_1": (900, 40)})))
    assert canvas._drawing.nodes == items
    assert items["train_1"].pos().toTuple() == (900, 40)


def test_a_rebuilt_node_stays_selected(canvas: Canvas, document: Document) -> None:
    canvas.select(["report_1"])
    canvas.show_document(
        document.replace(edges=(*document.edges, Edge(source="gather_1.items", target="report_1.nothing")))
    )
    assert canvas.selected() == ("report_1",)


def test_a_removed_node_leaves_the_selection(qtbot: QtBot, canvas: Canvas, document: Document) -> None:
    canvas.select(["report_1"])
    with qtbot.waitSignal(canvas.selection_changed) as told:
        canvas.show_document(document.replace(nodes=tuple(n for n in document.nodes if n.id != "report_1")))
    assert told.args == [()]


def test_selecting_from_outside_is_told_once(qtbot: QtBot, canvas: Canvas) -> None:
    told: list[tuple[str, ...]] = []
    canvas.selection_changed.connect(told.append)
    canvas.select(["train_1", "report_1"])
    canvas.select(["train_1", "report_1"])
    assert told == [("report_1", "train_1")]


def test_an_unknown_operator_is_shown_with_its_wires(canvas: Canvas, document: Document) -> None:
    strange = document.replace(
        nodes=(*document.nodes, Node(id="oracle_1", type="Oracle")),
        edges=(*document.edges, Edge(source="concat_1.joined", target="oracle_1.questions")),
    )
    canvas.show_document(strange)
    assert ("concat_1.joined", "oracle_1.questions") in canvas.shown_wires()[0]
    assert "no operator Oracle" in canvas._drawing.nodes["oracle_1"].toolTip()


def test_problems_are_counted_on_their_node_and_told_in_its_tooltip(canvas: Canvas) -> None:
    canvas.set_problems(
        [
            Problem(Place("train_1", "batches"), "Train One Step needs 'batches'", "connect Concat Batches"),
            Problem(Place("train_1", "epochs"), "epochs must be at least 1, not 0"),
            Problem(Place("gone_1"), "about a node that is not shown"),
        ]
    )
    item = canvas._drawing.nodes["train_1"]
    assert item.badge.isVisible()
    assert item.badge.toolTip().splitlines() == [
        "batches: Train One Step needs 'batches' – connect Concat Batches",
        "epochs: epochs must be at least 1, not 0",
    ]
    assert "needs 'batches'" in item.ports["in", "batches"].toolTip()
    canvas.set_problems([])
    assert not item.badge.isVisible()
    assert "needs" not in item.ports["in", "batches"].toolTip()


def test_a_run_opens_footers_and_clearing_it_closes_them(canvas: Canvas) -> None:
    item = canvas._drawing.nodes["concat_1"]
    height = item.body().height()
    canvas.set_node_state("concat_1", "waiting", "waits for gather_1")
    assert item.body().height() > height
    assert item.footer.toolTip() == "waits for gather_1"
    canvas.clear_run()
    assert item.body().height() == height
    canvas.set_node_state("gone_1", "running")  # of a run whose graph is no longer open


def test_numbers_change_four_times_a_second_and_the_newest_comes_through(qtbot: QtBot, canvas: Canvas) -> None:
    footer = canvas._drawing.nodes["concat_1"].footer
    canvas.set_numbers(telemetry(concat_1=100))
    canvas.set_numbers(telemetry(concat_1=200))
    canvas.set_numbers(telemetry(concat_1=300))
    assert rate_text(footer.numbers) == "100 steps/s"
    qtbot.waitUntil(lambda: rate_text(footer.numbers) == "300 steps/s", timeout=2_000)


def test_rates_stand_on_wires_while_running(canvas: Canvas) -> None:
    wire = next(iter(canvas._drawing.nodes["concat_1"].wires))
    canvas.set_numbers(telemetry(gather_1=512))
    assert (wire.rate.text, wire.swell) == ("512/s", THICKEST)
    canvas.clear_run()
    assert (wire.rate.text, wire.swell) == ("", 0)


def test_wires_beside_a_bypassed_node_show_the_rate_of_the_one_that_runs(canvas: Canvas, document: Document) -> None:
    nodes = tuple(node.model_copy(update={"bypassed": node.id == "concat_1"}) for node in document.nodes)
    onward = Edge(source="concat_1.joined", target="train_1.batches")
    canvas.show_document(document.replace(nodes=nodes, edges=(*document.edges, onward)))
    running = {"gather_1.items→train_1.batches": 512.0}
    canvas.set_numbers(telemetry(gather_1=512).model_copy(update={"wires": running}))
    assert [wire.rate.text for wire in canvas._drawing.nodes["concat_1"].wires] == ["512/s", "512/s"]


def test_only_the_wires_that_leave_the_limit_are_red(canvas: Canvas) -> None:
    wire = next(iter(canvas._drawing.nodes["concat_1"].wires))
    canvas.set_limit("concat_1")
    canvas.set_numbers(telemetry(gather_1=512))
    assert not wire.is_limit
    canvas.clear_run()
    canvas.set_limit("gather_1")
    canvas._statuses._due.stop()
    canvas.set_numbers(telemetry(gather_1=512))
    assert wire.is_limit
    assert "limits the run" in wire.toolTip()


def test_numbers_of_nodes_at_work_are_called_stale_after_three_seconds_without_others(
    qtbot: QtBot, canvas: Canvas
) -> None:
    at_work, done = (canvas._drawing.nodes[node].footer for node in ("gather_1", "concat_1"))
    canvas.set_node_state("gather_1", "running")
    canvas.set_node_state("concat_1", "done")
    canvas.set_numbers(telemetry(gather_1=512, concat_1=512))
    assert canvas._statuses._stale.interval() == 3_000
    canvas._statuses._stale.setInterval(10)
    qtbot.waitUntil(lambda: at_work.is_stale)
    assert not done.is_stale
    canvas.set_numbers(telemetry(gather_1=513))
    qtbot.waitUntil(lambda: not at_work.is_stale)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (7.25, "7.2"),
        (7.0, "7"),
        (950, "950"),
        (4123, "4.1k"),
        (123_456, "123k"),
        (1.5e6, "1.5M"),
    ],
)
def test_numbers_are_compact(value: float, text: str) -> None:
    assert compact(value) == text


def test_a_node_that_stands_still_shows_what_it_did() -> None:
    assert rate_text(NodeNumbers(items=12, env_steps=0, items_per_s=0, env_steps_per_s=0)) == "12 items"
    waiting = NodeNumbers(items=12, env_steps=0, items_per_s=2.5, env_steps_per_s=0, queued=3, room=4)
    assert rate_text(waiting) == "3 of 4"
    assert rate_text(NodeNumbers(items=12, env_steps=0, items_per_s=2.5, env_steps_per_s=0)) == "2.5 items/s"


def test_a_graph_that_was_fitted_stays_fitted_until_someone_looks_elsewhere(canvas: Canvas) -> None:
    canvas.fit()
    canvas.resize(600, 400)
    shown = canvas.viewport().rect()
    assert all(shown.contains(canvas.node_rect(node)) for node in ("gather_1", "report_1"))
    canvas.center_on("report_1")
    zoom = canvas._viewer.zoom
    canvas.resize(1000, 600)
    assert canvas._viewer.zoom == zoom


def test_an_empty_canvas_says_how_to_begin(canvas: Canvas, document: Document) -> None:
    assert not canvas._empty.isVisible()
    canvas.show_document(Document())
    assert canvas._empty.isVisible()
    assert canvas._empty.text() == "Drag an operator here, or press Tab to search"
    canvas.fit()  # of nothing


def test_both_themes_are_worn_at_once(canvas: Canvas) -> None:
    corner = canvas.viewport().rect().topLeft()
    for theme in (LIGHT, DARK):
        canvas.set_theme(theme)
        assert canvas.grab().toImage().pixelColor(corner * 2 + canvas.rect().bottomRight() / 8) != QColor()
        assert canvas._drawing.nodes["train_1"].look.theme is theme
        assert canvas.viewport().grab().toImage().pixelColor(3, 3).lightness() == pytest.approx(
            QColor(theme.canvas).lightness(), abs=12
        )


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_every_wire_stands_out_from_the_ground(canvas: Canvas, theme: Theme) -> None:
    for kind in Kind.__subclasses__():
        wire = WireItem(Strand(kind), Look.of(theme))
        wire.output_port = wire.input_port = canvas._drawing.nodes["train_1"].inputs[0]
        assert contrast(wire.colour().name(), theme.canvas) >= 3


@pytest.mark.parametrize("zoom", [0.2, 0.6, 2.0])
def test_every_zoom_paints_every_look(canvas: Canvas, zoom: float) -> None:
    canvas.set_problems([Problem(Place("train_1", "policy"), "wrong")])
    canvas.select(["train_1"])
    canvas.set_node_state("train_1", "failed")
    canvas.set_numbers(telemetry(concat_1=512))
    canvas._viewer.zoom_at(zoom / canvas._viewer.zoom, canvas.viewport().rect().center())
    picture = canvas.grab().toImage()
    colours = {picture.pixelColor(x, y).rgb() for x in range(0, 1000, 7) for y in range(0, 600, 7)}
    assert len(colours) > 8


def test_the_frame_shows_that_the_keyboard_came_by_keyboard(canvas: Canvas) -> None:
    accent = QColor(DARK.accent)
    for reason, framed in ((Qt.FocusReason.TabFocusReason, True), (Qt.FocusReason.MouseFocusReason, False)):
        QApplication.sendEvent(canvas.focusProxy(), QFocusEvent(QEvent.Type.FocusIn, reason))
        assert (canvas.grab().toImage().pixelColor(0, 300) == accent) is framed


def test_the_canvas_has_a_name_for_those_who_cannot_see_it(canvas: Canvas) -> None:
    assert canvas.accessibleName() == canvas.focusProxy().accessibleName() == "Graph"
    assert "Arrow keys" in canvas.accessibleDescription()


def test_shift_tab_leaves_the_canvas(hands: Hands) -> None:
    assert hands.canvas._viewer.focusNextPrevChild(True) is False
    hands.key(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert hands.told == []


def test_a_port_that_is_not_there_is_a_key_error(canvas: Canvas) -> None:
    with pytest.raises(KeyError, match=r"train_1\.nothing"):
        canvas.port_position("train_1", "nothing")


LEAVE = """
import sys
from app.qt import application
from app.canvas import Canvas
from app.themes import DARK
from engine import catalogue, document
app = application(["test"])
canvas = Canvas(catalogue.find(), DARK)
canvas.show_document(document.load(sys.argv[1]))
canvas.show()
app.processEvents()
assert not {"torch", "ray"} & set(sys.modules), "the studio's process must not import these"
"""


def test_leaving_with_the_canvas_open_does_not_crash() -> None:
    """Items that outlive the application crash the interpreter."""
    root = Path(__file__).parents[3]
    graph = root / "saved_graphs" / "ppo_cartpole.json"
    done = subprocess.run([sys.executable, "-c", LEAVE, graph], cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False), done.stderr


@pytest.mark.bench
def test_200_nodes_open_in_a_second_and_move_in_a_fifth(qtbot: QtBot, operators: Catalogue) -> None:
    chain = chain_of(200)
    canvas = Canvas(operators, DARK)
    qtbot.addWidget(canvas)
    assert seconds(lambda: canvas.show_document(chain)) < 1
    assert seconds(lambda: canvas.show_document(moved(chain, "n7"))) < 0.2


def seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def moved(document: Document, node: str) -> Document:
    return document.replace(layout=Layout(nodes={**document.layout.nodes, node: (20, 20)}))


def chain_of(count: int) -> Document:
    return Document(
        nodes=tuple(Node(id=f"n{i}", type="ConcatBatches") for i in range(count)),
        edges=tuple(Edge(source=f"n{i}.joined", target=f"n{i + 1}.batches") for i in range(count - 1)),
        layout=Layout(nodes={f"n{i}": (240 * (i % 20), 200 * (i // 20)) for i in range(count)}),
    )


def test_a_replay_shows_its_ratio_wanted_and_actual() -> None:
    numbers = NodeNumbers(items=3, env_steps=0, items_per_s=9, env_steps_per_s=0, ratio=3.9, ratio_wanted=4)
    assert rate_text(numbers) == "ratio 3.9 of 4"
    assert rate_text(numbers.model_copy(update={"ratio_wanted": None})) == "ratio 3.9"
