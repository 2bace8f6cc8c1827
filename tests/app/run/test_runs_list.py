"""The list of runs, over real run folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.run.runs_list import RunsList
from app.themes import DARK, LIGHT
from engine.document import Document
from engine.events import EpisodesFinished, RunEnded, RunStarted
from engine.runs import RunFolder

COLUMNS = (0, 1, 2, 3, 4, 5, 6, 7)  # those that are the same on every machine
GRAPH = Document(title="PPO on CartPole")
SUMMARY = {
    "status": "finished", "env_steps": 150_528, "env_steps_per_s": 19_784.0, "seconds": 7.6,
    "best_return_mean_100": 414.3, "return_mean_100": 400.0,
}  # fmt: skip


def begun_run(path: Path, seed: int = 1) -> RunFolder:
    folder = RunFolder.create(path, GRAPH, seed)
    folder.record(EpisodesFinished(rows=((20, 0.1, 10.0, 20), (50, 0.2, 30.0, 30))))
    return folder


def interrupted_run(path: Path) -> Path:
    folder = begun_run(path, seed=2)
    folder.close()
    os.utime(folder.path / "events.jsonl", (0, 0))  # long ago
    return folder.path


def finished_run(path: Path, best: float = 414.3) -> Path:
    folder = begun_run(path)
    folder.finish(SUMMARY | {"best_return_mean_100": best})
    return folder.path


def listed(qtbot: QtBot, folder: Path) -> RunsList:
    runs = RunsList(DARK, folder)
    qtbot.addWidget(runs)
    runs.resize(900, 300)
    runs.show()
    qtbot.waitUntil(lambda: not runs._slices.busy)
    return runs


def shown(runs: RunsList) -> list[list[str]]:
    model = runs.view.model()
    return [[model.index(row, column).data() for column in COLUMNS] for row in range(model.rowCount())]


def test_runs_are_listed_with_their_figures(qtbot: QtBot, tmp_path: Path) -> None:
    finished_run(tmp_path / "one")
    assert shown(listed(qtbot, tmp_path)) == [
        ["PPO on CartPole", "finished", "1", "414.3", "400", "151k", "19.8k", "7.6 s"]
    ]


def test_an_empty_folder_says_what_will_be_there(qtbot: QtBot, tmp_path: Path) -> None:
    assert listed(qtbot, tmp_path / "runs").empty_text.startswith(f"No runs in {tmp_path / 'runs'} yet.")


def test_a_narrow_list_leaves_columns_out_before_names(qtbot: QtBot, tmp_path: Path) -> None:
    finished_run(tmp_path / "one")
    runs = listed(qtbot, tmp_path)
    for width in (900, 740, 500, 340):
        runs.resize(width, 200)
        assert runs.view.columnWidth(0) >= 150
    assert runs.view.isColumnHidden(COLUMNS[1])
    runs.resize(1000, 200)
    assert not any(runs.view.isColumnHidden(column) for column in COLUMNS)


def test_a_double_click_asks_for_the_plots(qtbot: QtBot, tmp_path: Path) -> None:
    folder = finished_run(tmp_path / "one")
    runs = listed(qtbot, tmp_path)
    runs.view.setCurrentIndex(runs.view.model().index(0, 0))
    with qtbot.waitSignal(runs.open_wished) as wished:
        runs.view.activated.emit(runs.view.model().index(0, 0))
    assert wished.args == [[str(folder)]]


def test_only_a_run_before_its_end_can_be_resumed(qtbot: QtBot, tmp_path: Path) -> None:
    finished_run(tmp_path / "one")
    interrupted_run(tmp_path / "two")
    runs = listed(qtbot, tmp_path)
    can = {}
    for number, row in enumerate(runs.rows):
        runs.view.setCurrentIndex(runs.view.model().index(number, 0))
        can[row.folder.name] = runs.resume.isEnabled()
    assert can == {"one": False, "two": True}


def test_resuming_names_the_folder(qtbot: QtBot, tmp_path: Path) -> None:
    folder = interrupted_run(tmp_path / "two")
    runs = listed(qtbot, tmp_path)
    runs.view.setCurrentIndex(runs.view.model().index(0, 0))
    with qtbot.waitSignal(runs.resume_wished) as wished:
        runs.resume.trigger()
    assert wished.args == [str(folder)]


def test_a_run_appears_when_it_starts_and_shows_its_end(qtbot: QtBot, tmp_path: Path) -> None:
    runs = listed(qtbot, tmp_path)
    folder = begun_run(tmp_path / "one")
    runs.take(RunStarted(folder=str(folder.path), title="", seed=1))
    qtbot.waitUntil(lambda: [row[1] for row in shown(runs)] == ["running"])
    folder.finish(SUMMARY)
    runs.take(RunEnded(status="finished"))
    qtbot.waitUntil(lambda: [row[1] for row in shown(runs)] == ["finished"])


def test_columns_sort_by_value_not_by_text(qtbot: QtBot, tmp_path: Path) -> None:
    for name, best in (("one", 9.0), ("two", 100.0), ("three", 20.0)):
        finished_run(tmp_path / name, best)
    runs = listed(qtbot, tmp_path)
    runs.view.sortByColumn(3, runs.view.header().sortIndicatorOrder())
    assert [row[3] for row in shown(runs)] == ["100", "20", "9"]


def test_the_theme_can_change(qtbot: QtBot, tmp_path: Path) -> None:
    finished_run(tmp_path / "one")
    listed(qtbot, tmp_path).set_theme(LIGHT)


def test_a_search_leaves_the_rows_with_the_word(qtbot: QtBot, tmp_path: Path) -> None:
    finished_run(tmp_path / "one")
    interrupted_run(tmp_path / "two")
    runs = listed(qtbot, tmp_path)
    runs.search.setText("INTERR")
    assert [row.folder.name for row in runs.rows] == ["two"]
    runs.search.clear()
    assert len(runs.rows) == 2


def test_the_selected_runs_are_shown_together_and_two_can_be_compared(qtbot: QtBot, tmp_path: Path) -> None:
    folders = {str(finished_run(tmp_path / name)) for name in ("one", "two")}
    runs = listed(qtbot, tmp_path)
    runs.view.selectAll()
    with qtbot.waitSignal(runs.open_wished) as opened, qtbot.waitSignal(runs.compare_wished) as compared:
        runs.open.trigger()
        runs.compare.trigger()
    assert set(opened.args[0]) == set(compared.args) == folders
    assert not runs.rename.isEnabled()  # a name belongs to one run


def test_a_name_typed_in_the_list_is_kept_with_the_run(qtbot: QtBot, tmp_path: Path) -> None:
    folder = finished_run(tmp_path / "one")
    runs = listed(qtbot, tmp_path)
    runs.view.model().setData(runs.view.model().index(0, 0), "larger batches")
    qtbot.waitUntil(lambda: [row.name for row in runs.rows] == ["larger batches"])
    assert RunFolder.open(folder).label == "larger batches"


def test_a_deleted_run_goes_to_the_trash_and_comes_back(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    folder = finished_run(tmp_path / "runs" / "one")
    runs = listed(qtbot, tmp_path / "runs")
    runs.view.selectAll()
    with qtbot.waitSignal(runs.deleted) as deleted:
        runs.delete.trigger()
    assert not folder.exists()
    (one,) = deleted.args[0]
    assert one.trash.is_relative_to(tmp_path / "data")
    one.undo()
    assert RunFolder.open(folder).summary() is not None
    with pytest.raises(OSError, match="another folder of this name"):
        one.undo()


def test_the_run_under_way_cannot_be_deleted(qtbot: QtBot, tmp_path: Path) -> None:
    runs = listed(qtbot, tmp_path)
    folder = begun_run(tmp_path / "one")
    runs.take(RunStarted(folder=str(folder.path), title="", seed=1))
    qtbot.waitUntil(lambda: bool(runs.rows))
    runs.view.selectAll()
    assert not runs.delete.isEnabled()
    folder.close()
