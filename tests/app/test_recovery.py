"""Unsaved work outlives the process that kept it, and only that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil
from pytestqt.qtbot import QtBot

from app.main_window import MainWindow
from app.recovery import Recovery
from app.settings import Places
from tests.app.graphs import chain


def test_the_copy_of_a_dead_process_is_offered_with_its_file(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    Recovery(tmp_path, psutil.Process(child.pid)).keep(chain(), Path("/graphs/mine.json"))
    assert Recovery(tmp_path).left_behind() == ()
    child.communicate()
    (found,) = Recovery(tmp_path).left_behind()
    assert (found.document, found.path, found.name) == (chain(), Path("/graphs/mine.json"), "mine.json")
    found.discard()
    assert Recovery(tmp_path).left_behind() == ()


def test_a_dropped_copy_leaves_nothing(tmp_path: Path) -> None:
    recovery = Recovery(tmp_path)
    recovery.keep(chain(), None)
    recovery.drop()
    assert list(tmp_path.iterdir()) == []


def test_a_broken_copy_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "1-1.json").write_text("{")
    (tmp_path / "2-2.json").write_text('{"path": "", "graph": "{}"}')
    assert Recovery(tmp_path).left_behind() == ()


def test_who_edits_without_a_pause_has_a_recovery_copy_too(
    window: MainWindow, places: Places, qtbot: QtBot
) -> None:
    def edit_and_look() -> bool:
        window.editing.edit("Type", chain().replace(title=window.editing.document.title + "a"))
        return (places.state / "recovery").exists()

    qtbot.waitUntil(edit_and_look, timeout=5_000)
