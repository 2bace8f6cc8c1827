"""The whole window, worked with mouse and keys as a person does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import QByteArray, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from app.canvas import OPERATOR_MIME
from app.files import FIRST_EXAMPLE
from app.main_window import MainWindow
from app.menus import context_menu
from app.recovery import Recovery
from app.settings import Places
from engine import gallery
from engine.catalogue import Catalogue
from engine.document import load, save
from engine.machine import Machine
from engine.room import Room
from tests.app.graphs import chain, ids, wires

LEFT = Qt.MouseButton.LeftButton
BATCHES = ("concat_1.joined", "standardize_1.batches")


def test_a_dragged_wire_becomes_an_edit_that_undo_takes_back(window: MainWindow) -> None:
    show(window, unwired=True)
    drag(window, "concat_1.joined", "standardize_1.batches")
    assert wires(window.editing.document) == {BATCHES}
    assert window.actions_by_name["undo"].text() == "&Undo Connect concat_1.joined to standardize_1.batches"
    QTest.keySequence(window.canvas, "Ctrl+Z")
    assert wires(window.editing.document) == set()
    QTest.keySequence(window.canvas, "Ctrl+Shift+Z")
    assert wires(window.editing.document) == {BATCHES}


def test_a_wire_between_wrong_kinds_is_refused_with_a_reason(window: MainWindow) -> None:
    show(window)
    window.gestures.add("PPOPolicy", 0, 300)
    drag(window, "policy_1.policy", "concat_1.batches")
    assert wires(window.editing.document) == {BATCHES}
    assert "Concat Batches takes" in window.toast.text()


def test_the_button_on_an_empty_canvas_has_room_for_its_words(window: MainWindow) -> None:
    (button,) = (each for each in window.canvas.findChildren(QPushButton) if "gallery" in each.text())
    assert button.isVisible()
    assert button.width() >= button.sizeHint().width()


def test_a_parameter_typed_into_the_form_is_one_undo_step(window: MainWindow) -> None:
    show(window)
    click(window, "concat_1")
    field = window.form.form.rows["min_steps"].field
    type_into(field.box.lineEdit(), "512")
    assert window.editing.document.node("concat_1").params == {"min_steps": 512}
    window.actions_by_name["undo"].trigger()
    assert window.editing.document.node("concat_1").params == {}
    assert field.box.text() == "2048"


def test_a_value_out_of_range_is_red_with_a_sentence_and_not_applied(window: MainWindow) -> None:
    show(window)
    click(window, "concat_1")
    row = window.form.form.rows["min_steps"]
    type_into(row.field.box.lineEdit(), "0")
    assert window.editing.document.node("concat_1").params == {}
    assert row.fault.isVisible()
    assert row.fault.text().startswith("min_steps must be at least 1, not 0")
    assert row.field.box.property("wrong")


def test_a_node_renamed_with_f2_stays_selected_and_wired(window: MainWindow) -> None:
    show(window)
    click(window, "concat_1")
    QTest.keyClick(window.canvas.focusProxy(), Qt.Key.Key_F2)
    assert QApplication.focusWidget() is window.form.form.name_line
    QTest.keyClicks(window.form.form.name_line, "join")
    QTest.keyClick(window.form.form.name_line, Qt.Key.Key_Return)
    assert wires(window.editing.document) == {("join.joined", "standardize_1.batches")}
    assert window.canvas.selected() == ("join",)
    assert window.form.form.name_line.text() == "join"


def test_a_graph_is_saved_and_read_again(window: MainWindow, tmp_path: Path) -> None:
    show(window)
    window.actions_by_name["save_as"].trigger()
    dialog = window.findChild(QFileDialog)
    dialog.setDirectory(str(tmp_path))
    dialog.findChild(QLineEdit).setText("mine.json")
    dialog.accept()
    assert load(tmp_path / "mine.json") == window.editing.document
    assert not window.isWindowModified()
    window.files.new()
    assert ids(window.editing.document) == []
    window.files.open(tmp_path / "mine.json")
    assert wires(window.editing.document) == {BATCHES}
    assert window.settings.recent == (tmp_path / "mine.json",)


def test_a_bad_file_leaves_the_open_graph_untouched_and_says_what_is_wrong(window: MainWindow, tmp_path: Path) -> None:
    show(window)
    bad = json.loads(FIRST_EXAMPLE.read_text())
    bad["nodes"][0]["params"] = "none"
    (tmp_path / "bad.json").write_text(json.dumps(bad))
    drop_file(window, tmp_path / "bad.json")
    assert window.editing.document == chain()
    assert window.editing.path is None
    (text,) = window.notices.texts
    assert "bad.json was not opened" in text
    assert "advantages_1.params" in text


def test_a_graph_file_dropped_on_the_window_is_opened(window: MainWindow, tmp_path: Path) -> None:
    save(chain(), tmp_path / "chain.json")
    drop_file(window, tmp_path / "chain.json")
    assert window.editing.document == chain()
    assert window.windowTitle() == "chain.json[*]"


def test_two_operators_added_at_one_place_can_both_be_seen(window: MainWindow) -> None:
    window.gestures.add("Environment", 0, 0)
    window.gestures.add("PPOPolicy", 0, 0)
    places = window.editing.document.layout.nodes
    assert places["environment_1"] != places["policy_1"]


def test_undo_takes_several_selected_nodes_away_at_once(window: MainWindow) -> None:
    show(window)
    seen: list[tuple[str, ...]] = []
    window.canvas.select(["concat_1", "standardize_1"])
    window.actions_by_name["duplicate"].trigger()
    window.canvas.selection_changed.connect(lambda nodes: seen.append(tuple(nodes)))
    window.actions_by_name["undo"].trigger()
    assert seen == [()]


def test_a_first_window_fills_a_screen_that_it_would_not_fit(
    qtbot: QtBot, places: Places, catalogue: Catalogue
) -> None:
    first = MainWindow(places, catalogue)
    qtbot.addWidget(first)
    assert first.screen().availableSize().width() < 1440
    assert first.isMaximized()


def test_an_operator_dragged_from_the_palette_lands_where_it_is_dropped(window: MainWindow) -> None:
    show(window)
    model = window.palette_panel.tree.model()
    every_level = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
    found = model.match(model.index(0, 0), Qt.ItemDataRole.DisplayRole, "Environment", 1, every_level)
    data = model.mimeData(found)
    assert bytes(data.data(OPERATOR_MIME).data()) == b"Environment"
    drop(window.canvas.viewport(), QPoint(300, 300), data)
    assert "environment_1" in ids(window.editing.document)
    assert window.canvas.selected() == ("environment_1",)


def test_an_operator_dropped_on_a_wire_stands_between_its_ends(window: MainWindow) -> None:
    show(window)
    ends = [window.canvas.port_position(*end.split(".")) for end in BATCHES]
    drop(window.canvas.viewport(), (ends[0] + ends[1]) / 2, operator("EveryN"))
    (node,) = set(ids(window.editing.document)) - set(ids(chain()))
    assert wires(window.editing.document) == {(BATCHES[0], f"{node}.items"), (f"{node}.passed", BATCHES[1])}


def test_an_operator_that_does_not_fit_a_wire_leaves_it_alone(window: MainWindow) -> None:
    show(window)
    ends = [window.canvas.port_position(*end.split(".")) for end in BATCHES]
    drop(window.canvas.viewport(), (ends[0] + ends[1]) / 2, operator("TrainOneStep"))
    assert len(window.editing.document.nodes) == 3
    assert wires(window.editing.document) == {BATCHES}


@pytest.mark.qt_log_ignore("This plugin does not support")  # the screenless platform cannot raise a menu
def test_nodes_are_added_and_wired_with_keys_alone(window: MainWindow) -> None:
    window.canvas.setFocus()
    for name in ("concat", "standardize"):
        QTest.keyClick(window.canvas.focusProxy(), Qt.Key.Key_Tab)
        QTest.keyClicks(window.search.field, name)
        QTest.keyClick(window.search.field, Qt.Key.Key_Return)
    window.docks["Outline"].bring_up()
    outline = window.outline
    outline.setFocus()
    outline.setCurrentIndex(outline.model().index(0, 0))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_L):  # open, input, output, wire it
        QTest.keyClick(outline, key)
    menu = outline.findChild(QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert wires(window.editing.document) == {BATCHES}


def test_the_best_match_of_the_palette_is_added_with_enter(window: MainWindow) -> None:
    type_into(window.palette_panel.field, "concurrently")
    QTest.keyClick(window.palette_panel.field, Qt.Key.Key_Return)
    assert ids(window.editing.document) == ["union_1"]


def test_operators_added_one_after_the_other_stand_side_by_side_in_view(window: MainWindow) -> None:
    for name in ("environment", "filter", "union", "checkpoint", "evaluate", "duplicate"):
        type_into(window.palette_panel.field, name)
        QTest.keyClick(window.palette_panel.field, Qt.Key.Key_Return)
    nodes = ids(window.editing.document)
    rects = [window.canvas.node_rect(node) for node in nodes]
    assert len(nodes) == 6
    assert not any(one.intersects(other) for one in rects for other in rects if one is not other)
    assert window.canvas.rect().contains(window.canvas.node_rect("duplicate_1"))


def test_search_opens_with_tab_and_adds_with_enter(window: MainWindow, qtbot: QtBot) -> None:
    window.canvas.setFocus()
    QTest.keyClick(window.canvas.focusProxy(), Qt.Key.Key_Tab)
    assert window.search.isVisible()
    QTest.keyClicks(window.search.field, "rollo")
    QTest.keyClick(window.search.field, Qt.Key.Key_Return)
    assert not window.search.isVisible()
    assert ids(window.editing.document) == ["rollouts_1"]


def test_a_wire_dropped_on_empty_canvas_offers_what_fits_and_wires_it(window: MainWindow) -> None:
    show(window)
    start = window.canvas.port_position("standardize_1", "standardized")
    drag_pixels(window, start, start + QPoint(120, 150))
    titles = [window.search.list.item(row).text() for row in range(window.search.list.count())]
    assert "Train One Step" in titles
    assert "PPO Policy" not in titles
    QTest.keyClicks(window.search.field, "train")
    QTest.keyClick(window.search.field, Qt.Key.Key_Return)
    assert ("standardize_1.standardized", "train_1.batches") in wires(window.editing.document)


def test_copied_nodes_are_text_that_pastes_as_new_nodes(window: MainWindow) -> None:
    show(window)
    window.canvas.setFocus()
    QTest.keySequence(window.canvas.focusProxy(), "Ctrl+A")
    QTest.keySequence(window.canvas.focusProxy(), "Ctrl+C")
    assert '"format": "rl-flow-graph"' in QGuiApplication.clipboard().text()
    QTest.keySequence(window.canvas.focusProxy(), "Ctrl+V")
    assert set(ids(window.editing.document)) == {"concat_1", "standardize_1", "concat_2", "standardize_2"}
    assert window.editing.undo_name == "Paste 2 nodes"


def test_text_that_is_no_graph_pastes_nothing_and_says_so(window: MainWindow) -> None:
    show(window)
    QGuiApplication.clipboard().setText("hello")
    window.actions_by_name["paste"].trigger()
    assert window.editing.document == chain()
    assert "clipboard holds no graph" in window.toast.text()


def test_problems_are_listed_while_one_edits_and_lead_to_their_field(window: MainWindow, qtbot: QtBot) -> None:
    show(window)
    document = window.editing.document.with_param("concat_1", "min_steps", 0)
    window.editing.edit("Break it", document)
    qtbot.waitUntil(lambda: any(problem.where.field == "min_steps" for problem in window.problems.problems))
    row = [problem.where.field for problem in window.problems.problems].index("min_steps")
    window.docks["Problems"].bring_up()
    item = window.problems.list.item(row)
    QTest.mouseClick(
        window.problems.list.viewport(), LEFT, pos=window.problems.list.visualItemRect(item).center()
    )  # fmt: skip
    assert window.canvas.selected() == ("concat_1",)
    assert QApplication.focusWidget() is window.form.form.rows["min_steps"].field.box
    assert "at least 1" in window.form.form.rows["min_steps"].fault.text()


def test_workers_that_this_machine_cannot_hold_are_marked_while_one_edits(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.main_window.this_machine", lambda: Machine(Room(cores=2, memory=100_000_000), gpu=False))
    window.editing.edit("Crowd it", load(gallery.path("ppo_cartpole")))
    window.check_now()
    (problem,) = window.problems.problems
    assert str(problem).startswith("rollouts_1: 2 actors need at least 0.1 GB of memory")


def test_a_problem_is_mended_with_a_click_and_undo_takes_it_back(window: MainWindow) -> None:
    show(window)
    window.docks["Problems"].bring_up()
    window.check_now()
    before = window.editing.document
    assert window.problems.fix.text() == "Fix standardize_1: add Report Metrics"
    QTest.mouseClick(window.problems.fix, LEFT)
    assert ("standardize_1.standardized", "report_1.items") in wires(window.editing.document)
    assert window.canvas.selected() == ("report_1",)
    assert window.editing.undo_name == "Add Report Metrics"
    QTest.keySequence(window.canvas, "Ctrl+Z")
    assert window.editing.document == before


def test_a_problem_that_the_graph_has_no_more_is_not_mended(window: MainWindow) -> None:
    show(window)
    window.check_now()
    window.gestures.delete(["standardize_1"])
    before = window.editing.document
    window.docks["Problems"].bring_up()
    assert window.problems.fix.text() == "Fix standardize_1: add Report Metrics"  # until it is checked again
    QTest.mouseClick(window.problems.fix, LEFT)
    assert window.editing.document == before


def test_the_menu_of_a_node_offers_what_mends_it(window: MainWindow) -> None:
    show(window)
    window.check_now()
    click(window, "standardize_1")
    mend = context_menu(window).actions()[0]
    assert mend.text() == "Fix standardize_1: add Report Metrics"
    mend.trigger()
    assert "report_1" in ids(window.editing.document)


def test_unsaved_work_is_asked_about_before_the_window_closes(window: MainWindow) -> None:
    show(window)
    window.editing.edit("Change the title", chain().replace(title="Other"))
    assert not window.close()
    box = window.findChild(QMessageBox)
    QTest.mouseClick(box.button(QMessageBox.StandardButton.Cancel), LEFT)
    assert window.isVisible()
    assert not window.close()
    box = window.findChildren(QMessageBox)[-1]
    QTest.mouseClick(box.button(QMessageBox.StandardButton.Discard), LEFT)
    assert not window.isVisible()


def test_work_left_behind_by_a_killed_studio_is_offered_and_restored(window: MainWindow, places: Places) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    Recovery(places.state / "recovery", psutil.Process(child.pid)).keep(chain(), None)
    child.communicate()
    window.files.offer_recovery()
    restore = next(button for button in window.notices.findChildren(QPushButton) if button.text() == "Restore")
    QTest.mouseClick(restore, LEFT)
    assert window.editing.document == chain()
    assert window.isWindowModified()


def test_the_recovery_copy_lasts_as_long_as_the_work_is_unsaved(
    window: MainWindow, places: Places, tmp_path: Path
) -> None:
    window.editing.edit("Begin", chain())
    window.files.keep_copy()
    assert len(list((places.state / "recovery").iterdir())) == 1
    window.editing.save(tmp_path / "graph.json")
    window.files.keep_copy()
    assert list((places.state / "recovery").iterdir()) == []


def test_a_file_changed_by_another_program_is_told_and_not_overwritten(window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "graph.json"
    save(chain(), file)
    window.files.open(file)
    save(chain().replace(title="Theirs, which is longer"), file)
    window.editing.edit("Change the title", chain().replace(title="Mine"))
    window.actions_by_name["save"].trigger()
    assert load(file).title == "Theirs, which is longer"
    keep = next(button for button in window.notices.findChildren(QPushButton) if button.text() == "Keep mine")
    QTest.mouseClick(keep, LEFT)
    assert load(file).title == "Mine"


def test_a_file_that_is_gone_is_told_and_written_anew_by_one_save(window: MainWindow, tmp_path: Path) -> None:
    file = tmp_path / "graph.json"
    save(chain(), file)
    window.files.open(file)
    file.unlink()
    window.files.look_at_disk()
    assert window.notices.texts == ("graph.json is no longer on disk. Save to write it anew.",)
    QTest.keySequence(window, "Ctrl+S")
    assert load(file).nodes == window.editing.document.nodes
    assert window.notices.texts == ()
    file.unlink()
    QTest.keySequence(window, "Ctrl+S")
    assert file.exists()


def test_every_widget_that_takes_the_focus_has_an_accessible_name(window: MainWindow) -> None:
    show(window)
    click(window, "concat_1")
    focusable = [widget for widget in window.findChildren(QWidget) if widget.focusPolicy() & Qt.FocusPolicy.TabFocus]
    nameless = [
        f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        for widget in focusable
        if widget.isVisibleTo(window)
        and widget.focusProxy() is None
        and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    assert nameless == []


def test_both_themes_dress_the_window(window: MainWindow) -> None:
    pictures = []
    for theme in ("dark", "light"):
        window.settings.theme = theme
        window.apply_theme()
        pictures.append(window.grab().toImage().pixelColor(20, window.height() // 2).lightness())
    assert pictures[0] < 64 < 192 < pictures[1]


def test_the_window_remembers_its_size_and_its_docks(
    window: MainWindow, places: Places, catalogue: Catalogue, qtbot: QtBot
) -> None:
    window.resize(780, 700)
    window.docks["Help"].hide()
    window.close()
    again = MainWindow(places, catalogue)
    again.show()
    qtbot.waitExposed(again)
    assert (again.width(), again.height()) == (780, 700)
    assert again.docks["Help"].isHidden()
    again.close()


def show(window: MainWindow, *, unwired: bool = False) -> None:
    """Open the chain, at a size at which its ports are easy to hit."""
    document = chain()
    window.editing.start(document.replace(edges=()) if unwired else document)
    window.canvas.fit()


def click(window: MainWindow, node: str) -> None:
    """Click a node near its title."""
    corner = window.canvas.node_rect(node).topLeft()
    QTest.mouseClick(window.canvas.viewport(), LEFT, pos=corner + QPoint(30, 12))


def drag(window: MainWindow, source: str, target: str) -> None:
    """Drag a wire from one port to another."""
    ends = [window.canvas.port_position(*end.split(".")) for end in (source, target)]
    drag_pixels(window, *ends)


def drag_pixels(window: MainWindow, start: QPoint, end: QPoint) -> None:
    """Press at `start`, move in steps, release at `end`."""
    viewport = window.canvas.viewport()
    QTest.mouseMove(viewport, start)
    QTest.mousePress(viewport, LEFT, pos=start)
    for step in range(1, 7):
        QTest.mouseMove(viewport, start + (end - start) * step / 6)
    QTest.mouseRelease(viewport, LEFT, pos=end)


def type_into(line: QLineEdit, text: str) -> None:
    """Click into a line, select what stands there, and type."""
    QTest.mouseClick(line, LEFT)
    QTest.keySequence(line, "Ctrl+A")
    QTest.keyClicks(line, text)


def operator(type_id: str) -> QMimeData:
    """What a drag of this operator from the palette carries."""
    data = QMimeData()
    data.setData(OPERATOR_MIME, QByteArray(type_id.encode()))
    return data


def drop_file(window: MainWindow, path: Path) -> None:
    """Drop a file from the desktop on the window."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop(window, QPoint(700, 300), data)


def drop(widget: QWidget, pixel: QPoint, data: QMimeData) -> None:
    """Drag something onto a widget and let go."""
    for event in (
        QDragEnterEvent(pixel, Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier),
        QDropEvent(QPointF(pixel), Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier),
    ):
        QApplication.sendEvent(widget, event)
