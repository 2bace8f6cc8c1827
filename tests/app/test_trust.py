"""Python in a graph: typed in the form, shown before it may run, and run only after a yes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from app.code_field import CodeField
from app.main_window import MainWindow
from app.trust_dialog import TrustDialog
from engine.catalogue import Catalogue
from engine.document import Document
from engine.trust import Code, Trust
from tests.engine.graphs import adding, cutting, node, ppo, wiring

CODE = "def each(columns):\n    return None\n"


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RLFLOW_DATA", str(tmp_path / "data"))


def carrying(code: str) -> Document:
    document = cutting(ppo(), "rollouts_1.experiences → advantages_1.batches")
    document = adding(document, node("Map", "map_1", code=code))
    return wiring(document, "rollouts_1.experiences → map_1.batches", "map_1.mapped → advantages_1.batches")


@pytest.fixture
def started(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[Document]:
    """The graphs that the engine is asked to run."""
    runs: list[Document] = []
    monkeypatch.setattr(window.run_view.engine, "run", runs.append)
    window.editing.start(carrying(CODE))
    return runs


@pytest.fixture
def dialog(window: MainWindow, started: list[Document]) -> TrustDialog:
    window.run_view.run()
    found = window.findChild(TrustDialog)
    assert isinstance(found, TrustDialog)
    return found


def test_running_untrusted_code_first_shows_exactly_that_code(dialog: TrustDialog, started: list[Document]) -> None:
    assert dialog.text.toPlainText() == f"# map_1.code\n{CODE}"
    assert dialog.text.isReadOnly()
    assert started == []


def test_nothing_hides_beyond_the_edge_or_behind_signs_that_nobody_sees(window: MainWindow, qtbot: QtBot) -> None:
    dialog = TrustDialog([Code("map_1", "code", f"x = 1;{' ' * 2000}import os  # \u202e")], window.theme, window)
    dialog.show()
    qtbot.waitExposed(dialog)
    assert dialog.text.toPlainText().endswith(r"import os  # \u202e")
    assert dialog.text.horizontalScrollBar().maximum() == 0


def test_the_safe_answer_is_the_default(dialog: TrustDialog, started: list[Document]) -> None:
    assert dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).isDefault()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert not dialog.isVisible()
    assert started == []
    assert not Trust().holds(CODE)


def test_a_yes_is_remembered_and_runs_the_graph(
    dialog: TrustDialog, window: MainWindow, started: list[Document]
) -> None:
    QTest.mouseClick(dialog.trust, Qt.MouseButton.LeftButton)
    assert started == [window.editing.document]
    assert Trust().holds(CODE)
    window.run_view.run()
    assert len(started) == 2


def test_changed_code_is_asked_about_again(window: MainWindow, started: list[Document]) -> None:
    Trust().give(CODE)
    window.run_view.run()
    window.editing.start(carrying(CODE + "# changed\n"))
    window.run_view.run()
    assert len(started) == 1
    assert window.findChild(TrustDialog) is not None


@pytest.fixture
def field(qtbot: QtBot, catalogue: Catalogue) -> CodeField:
    spec = catalogue.spec("Map")
    assert spec is not None
    param = spec.param("code")
    assert param is not None
    made = CodeField(param)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_code_is_told_as_it_is_typed_once_it_can_be_read(field: CodeField) -> None:
    told: list[object] = []
    refused: list[str] = []
    field.changed.connect(told.append)
    field.refused.connect(refused.append)
    QTest.keyClicks(field.text, "x = (1")
    assert refused[-1] == "line 1 cannot be read: '(' was never closed"
    QTest.keyClicks(field.text, ")")
    assert told[-1] == "x = (1)"


def test_tab_indents_by_four_spaces(field: CodeField) -> None:
    QTest.keyClick(field.text, Qt.Key.Key_Tab)
    assert field.text.toPlainText() == "    "


def test_showing_a_value_tells_nobody(field: CodeField, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(field.changed):
        field.show_value(CODE)
    assert field.text.toPlainText() == CODE
