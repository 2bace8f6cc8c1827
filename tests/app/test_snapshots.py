"""Snapshots: kept beside the graph's file under a name, compared with the graph of now, restored as one step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog, QLineEdit
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.recovery import Recovery
from app.settings import Places
from app.snapshots import Snapshots
from app.snapshots_dialog import SnapshotsDialog
from engine.document import Document, save
from tests.app.graphs import chain

FIVE, SIX = datetime(2026, 11, 22, 17, 0), datetime(2026, 11, 22, 18, 0)
Held = Qt.KeyboardModifier


@pytest.fixture
def snapshots(tmp_path: Path) -> Snapshots:
    return Snapshots(tmp_path)


@pytest.fixture
def studio(window: MainWindow, qtbot: QtBot) -> MainWindow:
    """A window around a chain without a file, which has the keyboard."""
    window.files._start(chain())
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.waitUntil(window.canvas.focusProxy().hasFocus)
    return window


def names(snapshots: Snapshots) -> list[str]:
    return [snapshot.name for snapshot in snapshots.all()]


def joined_at(steps: int) -> Document:
    concat, standardize = chain().nodes
    nodes = (concat.model_copy(update={"params": {"min_steps": steps}}), standardize)
    return chain().model_copy(update={"nodes": nodes})


def test_snapshots_are_told_newest_first_with_name_time_graph_and_document(snapshots: Snapshots) -> None:
    snapshots.keep("first", chain(), None, FIVE)
    snapshots.keep("second", joined_at(99), None, SIX)
    second, first = snapshots.all()
    assert (first.name, first.when, first.graph, first.document) == ("first", FIVE, "A chain", chain())
    assert (second.name, second.document) == ("second", joined_at(99))


def test_each_document_has_its_own_also_after_a_restart(tmp_path: Path) -> None:
    before = Snapshots(tmp_path / "state")
    before.open(tmp_path / "a.json")
    before.keep("of a", chain(), tmp_path / "a.json")
    before.open(None)
    before.keep("of none", chain(), None)
    after = Snapshots(tmp_path / "state")
    assert names(after) == []
    after.open(tmp_path / "a.json")
    assert names(after) == ["of a"]
    after.open(None, before.shelf)
    assert names(after) == ["of none"]
    assert {snapshot.name for snapshot in after.of_all_graphs()} == {"of a", "of none"}


def test_saving_takes_those_of_a_new_graph_along_and_copies_those_of_a_file(tmp_path: Path) -> None:
    snapshots, here, there = Snapshots(tmp_path / "state"), tmp_path / "a.json", tmp_path / "b.json"
    snapshots.keep("early", chain(), None)
    snapshots.follow(here)
    assert [(one.name, one.graph) for one in snapshots.of_all_graphs()] == [("early", "a.json")]
    snapshots.follow(there)
    assert names(snapshots) == ["early"]
    snapshots.open(here)
    assert names(snapshots) == ["early"]


def test_a_shelf_from_a_tampered_recovery_copy_is_not_a_path(snapshots: Snapshots) -> None:
    snapshots.open(None, "../../elsewhere")
    assert snapshots.shelf.startswith("unsaved-")
    assert ".." not in snapshots.shelf


def test_renamed_deleted_and_put_back(snapshots: Snapshots) -> None:
    kept = snapshots.rename(snapshots.keep("old", chain(), None, FIVE), "new")
    assert names(snapshots) == ["new"]
    snapshots.delete(kept)
    assert list(snapshots.folder.iterdir()) == []
    snapshots.put_back(kept)
    assert snapshots.all() == (kept,)


@pytest.mark.parametrize("damage", [b"", b"{", b'{"name": "x"}', b'{"graph": 7}', b"\xff\x00", b"[1]"])
def test_a_damaged_one_is_told_and_hinders_no_other(snapshots: Snapshots, damage: bytes) -> None:
    kept = snapshots.keep("sound", chain(), None, FIVE)
    (kept.file.parent / "20261122-190000-000000.json").write_bytes(damage)
    bad, good = snapshots.all()
    assert good == kept
    assert (bad.name, bad.document) == ("20261122-190000-000000", None)
    assert bad.fault.startswith("This snapshot cannot be read")


def test_the_users_own_file_is_never_written(tmp_path: Path) -> None:
    snapshots, path = Snapshots(tmp_path / "state"), tmp_path / "mine.json"
    save(chain(), path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    snapshots.open(path)
    snapshots.rename(snapshots.keep("one", joined_at(7), path), "two")
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert {file.name for file in tmp_path.iterdir()} == {"state", "mine.json"}


def test_the_shelf_of_a_new_graph_comes_back_with_its_recovery_copy(studio: MainWindow, places: Places) -> None:
    studio.files.snapshots.keep("before", chain(), None)
    studio.gestures.add("ConcatBatches", 0, 200)
    studio.files.keep_copy()
    recovery = Recovery(places.state / "recovery")
    (copy,) = recovery.folder.glob("*.json")
    copy.rename(copy.with_name("1-1.json"))  # as if its process had died
    (found,) = recovery.left_behind()
    studio.files.snapshots.open(None)
    studio.files._take_over(found)
    assert names(studio.files.snapshots) == ["before"]


def press(key: Qt.Key, held: Qt.KeyboardModifier = Held.NoModifier) -> None:
    QTest.keyClick(QApplication.focusWidget(), key, held)


def keep(studio: MainWindow, qtbot: QtBot, name: str = "") -> None:
    """Keep the graph as it is, by keys alone."""
    press(Qt.Key.Key_K, Held.ControlModifier)
    (asked,) = studio.findChildren(QInputDialog)
    asked.activateWindow()
    line = asked.findChild(QLineEdit)
    qtbot.waitUntil(line.hasFocus)
    QTest.keyClicks(line, name)
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not studio.findChildren(QInputDialog))
    studio.activateWindow()
    studio.canvas.setFocus()
    qtbot.waitUntil(studio.canvas.focusProxy().hasFocus)


@pytest.fixture
def dialog(studio: MainWindow, qtbot: QtBot) -> Iterator[SnapshotsDialog]:
    """The list, opened by its keys after one snapshot was kept and `min_steps` was set to 99."""
    keep(studio, qtbot, "before the change")
    studio.editing.edit("Set min_steps", joined_at(99))
    press(Qt.Key.Key_K, Held.ControlModifier | Held.ShiftModifier)
    (opened,) = studio.findChildren(SnapshotsDialog)
    opened.activateWindow()
    qtbot.waitUntil(opened.list.hasFocus)
    yield opened
    for left in studio.findChildren(SnapshotsDialog):
        left.close()


def test_the_name_is_the_time_unless_one_is_written(studio: MainWindow, qtbot: QtBot) -> None:
    keep(studio, qtbot)
    (kept,) = studio.files.snapshots.all()
    assert kept.name == f"{kept.when:%d %B, %H:%M}"
    assert (kept.document, kept.graph) == (chain(), "A chain")


def test_the_list_tells_what_has_changed_since_and_shows_a_picture(dialog: SnapshotsDialog, qtbot: QtBot) -> None:
    (row,) = [dialog.list.topLevelItem(number) for number in range(dialog.list.topLevelItemCount())]
    assert (row.text(0), row.text(2)) == ("before the change", "1 change")
    assert dialog.changes.item(0).text() == "concat_1.min_steps: 2048 → 99"
    qtbot.waitUntil(lambda: not dialog.picture.pixmap().isNull())


def test_enter_restores_it_as_one_step_of_undo(dialog: SnapshotsDialog, studio: MainWindow) -> None:
    press(Qt.Key.Key_Return)
    assert studio.editing.document == chain()
    assert studio.editing.undo_name == "Restore “before the change”"
    studio.editing.undo()
    assert studio.editing.document == joined_at(99)


def test_f2_renames_and_delete_deletes_until_undo_takes_it_back(
    dialog: SnapshotsDialog, studio: MainWindow, qtbot: QtBot
) -> None:
    press(Qt.Key.Key_F2)
    QTest.keyClicks(QApplication.focusWidget(), "sound")
    press(Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: names(studio.files.snapshots) == ["sound"])
    qtbot.waitUntil(dialog.list.hasFocus)
    press(Qt.Key.Key_Delete)
    assert names(studio.files.snapshots) == []
    assert dialog.words.text() == "“sound” is deleted."
    QTest.keyClick(dialog.undo, Qt.Key.Key_Space)
    assert names(studio.files.snapshots) == ["sound"]


def test_a_damaged_one_stands_in_the_list_and_can_only_be_deleted(dialog: SnapshotsDialog, studio: MainWindow) -> None:
    (kept,) = studio.files.snapshots.all()
    kept.file.write_bytes(b"{")
    dialog.refresh()
    assert dialog.list.topLevelItem(0).text(2) == "cannot be read"
    assert dialog.changes.item(0).text().startswith("This snapshot cannot be read")
    assert [button.isEnabled() for button in (dialog.restore, dialog.rename, dialog.delete)] == [False, False, True]


def test_those_of_other_graphs_are_found_on_demand(dialog: SnapshotsDialog, studio: MainWindow) -> None:
    studio.files.snapshots.open(None)
    dialog.refresh()
    assert dialog.headline.text().startswith("No snapshot of this graph yet.")
    QTest.keyClick(dialog.everywhere, Qt.Key.Key_Space)
    row = dialog.list.topLevelItem(0)
    assert (row.text(0), row.text(3)) == ("before the change", "A chain")


def test_a_running_graph_is_not_restored(studio: MainWindow) -> None:
    kept = studio.files.snapshots.keep("before", joined_at(99), None)
    studio.set_locked(True)
    studio.actions_by_name["snapshots"].trigger()
    (opened,) = studio.findChildren(SnapshotsDialog)
    opened.restore_wished.emit(kept)
    assert studio.editing.document == chain()
    studio.set_locked(False)
    opened.close()


def test_a_disk_that_refuses_is_told(studio: MainWindow, places: Places) -> None:
    places.state.mkdir(parents=True, exist_ok=True)
    (places.state / "snapshots").write_text("a file where the folder should be")
    studio.actions_by_name["keep"].trigger()
    (asked,) = studio.findChildren(QInputDialog)
    asked.accept()
    assert studio.toast.text().startswith("The snapshot could not be kept: ")
