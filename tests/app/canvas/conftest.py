"""A canvas on a small graph, hands to work it with, and an owner that turns its wishes into edits."""

from __future__ import annotations

import gc
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.canvas import Canvas
from app.themes import DARK
from engine import catalogue
from engine.catalogue import Catalogue
from engine.document import Document, Edge, Layout, Node

ROLLOUTS_TO_CONCAT = ("gather_1.items", "concat_1.batches")
LEFT = Qt.MouseButton.LeftButton
Held = Qt.KeyboardModifier
NONE = Held.NoModifier
TOLD = (
    "moved",
    "rewired",
    "wire_wished",
    "unwire_wished",
    "delete_wished",
    "dot_wished",
    "mark_sized",
    "mark_written",
    "comment_written",
    "operator_dropped",
    "search_wished",
)


@pytest.fixture(scope="session")
def operators() -> Catalogue:
    found = catalogue.find()
    gc.freeze()  # what is loaded by now stays: the collection after each test need not look at it
    return found


@pytest.fixture
def document() -> Document:
    """Gather → Concat → Train, a policy for Train, and Report standing alone."""
    return Document(
        nodes=(
            Node(id="gather_1", type="GatherSync"),
            Node(id="concat_1", type="ConcatBatches", params={"min_steps": 512}),
            Node(id="train_1", type="TrainOneStep"),
            Node(id="policy_1", type="PPOPolicy"),
            Node(id="report_1", type="ReportMetrics"),
        ),
        edges=(
            Edge(source="gather_1.items", target="concat_1.batches"),
            Edge(source="policy_1.policy", target="train_1.policy"),
        ),
        layout=Layout(
            nodes={
                "gather_1": (0, 0),
                "concat_1": (260, 0),
                "train_1": (520, 0),
                "policy_1": (260, 220),
                "report_1": (520, 220),
            }
        ),
    )


@dataclass
class Hands:
    """Works a canvas with mouse and keys, and writes down what the canvas tells."""

    canvas: Canvas
    told: list[tuple[Any, ...]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for name in TOLD:
            getattr(self.canvas, name).connect(lambda *args, name=name: self.told.append((name, *args)))
        self.canvas.refused.connect(lambda reason: self.told.append(("refused", reason)))
        self.canvas.activated.connect(lambda node: self.told.append(("activated", node)))

    def drag(self, start: QPoint, end: QPoint, button: Qt.MouseButton = LEFT, held: Held = NONE) -> None:
        """Press at `start`, move in steps, release at `end`."""
        self.press(start, button, held)
        for step in range(1, 7):
            self.move(start + (end - start) * step / 6)
        self.release(end, button, held)

    def press(self, pixel: QPoint, button: Qt.MouseButton = LEFT, held: Held = NONE) -> None:
        self.move(pixel)
        QTest.mousePress(self.canvas.viewport(), button, held, pixel)

    def move(self, pixel: QPoint) -> None:
        QTest.mouseMove(self.canvas.viewport(), pixel)
        QCoreApplication.processEvents()

    def release(self, pixel: QPoint, button: Qt.MouseButton = LEFT, held: Held = NONE) -> None:
        QTest.mouseRelease(self.canvas.viewport(), button, held, pixel)

    def click(self, pixel: QPoint) -> None:
        self.press(pixel)
        self.release(pixel)

    def double_click(self, pixel: QPoint) -> None:
        QTest.mouseDClick(self.canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, pixel)

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.canvas.focusProxy(), key, held)

    def port(self, ref: str) -> QPoint:
        """Where the port `"node.port"` is."""
        node, _, port = ref.partition(".")
        return self.canvas.port_position(node, port)

    def at(self, x: float, y: float) -> QPoint:
        """The pixel at which a scene position is shown."""
        return self.canvas._viewer.mapFromScene(x, y)

    def middle(self, node: str) -> QPoint:
        """A place in a node's header, where no port is."""
        box = self.canvas.node_rect(node)
        return QPoint(box.center().x(), box.top() + 20)

    def empty(self) -> QPoint:
        """A place where nothing is."""
        return QPoint(60, 540)


@pytest.fixture
def canvas(qtbot: QtBot, operators: Catalogue, document: Document) -> Canvas:
    canvas = Canvas(operators, DARK)
    canvas.resize(1000, 600)
    canvas.show_document(document)
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.setFocus()
    canvas.fit()
    return canvas


@pytest.fixture
def hands(canvas: Canvas) -> Hands:
    return Hands(canvas)
