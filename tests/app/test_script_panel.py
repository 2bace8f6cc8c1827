"""The graph as a script beside the canvas: it follows the graph, and says when there is none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLineEdit

from app.files import FIRST_EXAMPLE
from app.main_window import MainWindow
from engine.document import Document
from engine.scripting import script


def opened(window: MainWindow) -> None:
    window.files.open_example(FIRST_EXAMPLE)
    window.check_now()
    window.docks["Script"].bring_up()


def test_the_script_is_that_which_export_writes_and_follows_the_graph(window: MainWindow) -> None:
    opened(window)
    assert window.script.text.toPlainText() == script(window.editing.document, window.catalogue)
    window.editing.edit("Set", window.editing.document.with_param("train_1", "epochs", 3))
    window.check_now()
    assert ".train(policy_1, epochs=3, minibatch=256)" in window.script.text.toPlainText()


def test_a_reader_stays_where_they_are(window: MainWindow) -> None:
    opened(window)
    window.script.text.setFixedHeight(80)
    bar = window.script.text.verticalScrollBar()
    bar.setValue(9)
    window.editing.edit("Set", window.editing.document.with_param("train_1", "epochs", 3))
    window.check_now()
    assert bar.value() == 9


def test_nothing_is_written_while_nobody_looks(window: MainWindow) -> None:
    window.files.open_example(FIRST_EXAMPLE)
    window.check_now()
    assert window.script.text.toPlainText() == ""
    window.docks["Script"].bring_up()
    assert "graph = Graph(" in window.script.text.toPlainText()


def test_a_graph_with_errors_has_no_script_and_says_why(window: MainWindow) -> None:
    opened(window)
    window.editing.edit("Set", window.editing.document.with_param("train_1", "epochs", 0))
    window.check_now()
    assert window.script.reason.isVisible()
    assert "train_1.epochs: epochs must be at least 1, not 0" in window.script.reason.text()
    assert not window.script.copy_button.isEnabled()
    window.editing.undo()
    window.check_now()
    assert window.script.text.isVisible()
    assert window.script.copy_button.isEnabled()


def test_an_empty_graph_and_one_of_a_newer_version_have_none(window: MainWindow) -> None:
    window.docks["Script"].bring_up()
    window.check_now()
    assert window.script.reason.text() == "An empty graph has no script."
    environment = window.catalogue.operators["Environment"]("environment_1")
    newer = {"id": environment.node, "type": "Environment", "colour": "red"}
    window.script.show_graph(Document().replace(nodes=[newer]), ())
    assert "environment_1.colour" in window.script.reason.text()


def test_the_script_is_copied_and_saved(window: MainWindow, tmp_path: Path) -> None:
    opened(window)
    window.script.copy_button.click()
    assert QGuiApplication.clipboard().text() == window.script.text.toPlainText()
    window.script.save_button.click()
    dialog = window.script.findChild(QFileDialog)
    dialog.setDirectory(str(tmp_path))
    dialog.findChild(QLineEdit).setText("mine.py")
    dialog.accept()
    assert (tmp_path / "mine.py").read_text(encoding="utf-8") == window.script.text.toPlainText()
    assert window.toast.text() == f"Saved {tmp_path / 'mine.py'}"


def test_a_disk_that_refuses_is_told(window: MainWindow, tmp_path: Path) -> None:
    opened(window)
    window.script.save_button.click()
    dialog = window.script.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "nowhere" / "mine.py"))
    assert window.toast.text() == "The script was not saved: No such file or directory"
