"""What a list shows of a run's folder."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from engine.document import Document
from engine.events import EpisodesFinished
from engine.problems import FlowError
from engine.run_rows import row_of, rows_below
from engine.runs import RunFolder

SUMMARY = {
    "status": "finished", "env_steps": 150_528, "env_steps_per_s": 19_784.0, "seconds": 7.6,
    "best_return_mean_100": 414.3, "return_mean_100": 400.0,
}  # fmt: skip


def begun_run(path: Path) -> RunFolder:
    folder = RunFolder.create(path, Document(title="PPO on CartPole"), seed=2)
    folder.record(EpisodesFinished(rows=((20, 0.1, 30.0, 20), (50, 0.2, 10.0, 30))))
    folder.close()
    return folder


def test_a_finished_run_tells_its_figures(tmp_path: Path) -> None:
    begun_run(tmp_path / "one").finish(SUMMARY)
    row = row_of(tmp_path / "one")
    assert (row.name, row.status, row.seed) == ("PPO on CartPole", "finished", 2)
    assert (row.best, row.last, row.env_steps, row.seconds) == (414.3, 400.0, 150_528, 7.6)
    assert row.host == RunFolder.open(tmp_path / "one").about()["host"]
    assert not row.resumable


def test_a_run_with_news_and_no_end_is_under_way_and_one_without_news_was_interrupted(tmp_path: Path) -> None:
    events = begun_run(tmp_path / "one").path / "events.jsonl"
    assert (row_of(tmp_path / "one").status, row_of(tmp_path / "one").resumable) == ("running", False)
    os.utime(events, (0, 0))
    row = row_of(tmp_path / "one")
    assert (row.status, row.best, row.last, row.env_steps) == ("interrupted", 30.0, 20.0, 50)
    assert row.resumable


def test_a_run_is_called_by_its_label_until_that_is_taken_away(tmp_path: Path) -> None:
    run = begun_run(tmp_path / "one")
    run.name_it("  larger\nbatches ")
    assert row_of(run.path).name == "larger batches"
    run.name_it("")
    assert row_of(run.path).name == "PPO on CartPole"


def test_figures_that_are_no_numbers_are_left_out(tmp_path: Path) -> None:
    run = begun_run(tmp_path / "one")
    (run.path / "summary.json").write_text(json.dumps({"status": "finished", "env_steps": "many", "seconds": [1]}))
    row = row_of(run.path)
    assert (row.env_steps, row.seconds, row.best) == (None, None, None)


@pytest.mark.parametrize("started", ["yesterday", "0001-01-01T00:00:00+23:59"])
def test_a_start_that_is_no_time_is_left_out(tmp_path: Path, started: str) -> None:
    about = begun_run(tmp_path / "one").path / "run.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"started": started}))
    assert row_of(tmp_path / "one").started is None


def test_what_is_no_run_is_passed_over_and_the_newest_comes_first(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")
    for when, name in enumerate(("old", "new"), 1):
        os.utime(begun_run(tmp_path / name).path / "run.json", (when, when))
    assert [row.folder.name for row in rows_below(tmp_path)] == ["new", "old"]
    with pytest.raises(FlowError):
        row_of(tmp_path / "broken")


def test_a_row_is_told_in_json(tmp_path: Path) -> None:
    begun_run(tmp_path / "one").finish(SUMMARY)
    told = json.loads(json.dumps(row_of(tmp_path / "one").as_json()))
    assert (told["folder"], told["status"], told["last"]) == (str(tmp_path / "one"), "finished", 400.0)
