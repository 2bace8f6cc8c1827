"""A result gives back its graph: dropped on the window, or asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from app.main_window import MainWindow
from app.restoring import can_restore, graph_behind
from engine import gallery
from engine.document import load
from engine.events import EpisodesFinished
from engine.picture_text import GRAPH, with_text
from engine.problems import FlowError
from engine.runs import RunFolder

PPO = load(gallery.path("ppo_cartpole"))


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A finished run of PPO with a checkpoint."""
    folder = RunFolder.create(tmp_path / "run", PPO, seed=PPO.run.seed)
    folder.record(EpisodesFinished(rows=((20, 0.1, 30.0, 20),)))
    folder.write_checkpoint({"steps": 20}, 20)
    folder.finish({"status": "finished"})
    return folder.path


def drop(window: MainWindow, path: Path) -> bool:
    """Drop a file on the window; say whether it took it."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    event.ignore()
    window.dropEvent(event)
    return event.isAccepted()


def test_the_folder_any_file_in_it_and_the_curve_give_back_the_graph(run: Path) -> None:
    (checkpoint,) = RunFolder.open(run).finished_checkpoints()
    inside = next(checkpoint.iterdir())
    for path in (run, checkpoint, inside, run / "events.jsonl", run / "reward_curve.png"):
        assert can_restore(path), path
        assert graph_behind(path).nodes == PPO.nodes


def test_a_picture_that_was_taken_out_of_the_folder_still_does(run: Path, tmp_path: Path) -> None:
    picture = tmp_path / "mailed.png"
    picture.write_bytes((run / "reward_curve.png").read_bytes())
    assert graph_behind(picture).nodes == PPO.nodes


@pytest.mark.parametrize(
    ("picture", "complaint"),
    [
        (b"<svg></svg>", "no graph is in this picture"),
        (with_text(b"<svg></svg>", GRAPH, "{}"), "this is not a graph file"),
        (with_text(b"<svg></svg>", GRAPH, "x" * 5_000_000), "no graph is in this picture"),
    ],
)
def test_a_picture_without_a_sound_graph_is_refused(tmp_path: Path, picture: bytes, complaint: str) -> None:
    (tmp_path / "some.svg").write_bytes(picture)
    with pytest.raises(FlowError, match=complaint) as refused:
        graph_behind(tmp_path / "some.svg")
    assert str(tmp_path / "some.svg") in str(refused.value)


def test_dropping_a_run_opens_a_copy_of_its_graph(window: MainWindow, run: Path) -> None:
    assert drop(window, run)
    assert window.editing.document.nodes == PPO.nodes
    assert window.editing.path is None  # saving asks where: the run's own graph stays as it was run


def test_a_graph_file_is_opened_and_the_one_in_a_run_is_restored(window: MainWindow, run: Path, tmp_path: Path) -> None:
    (tmp_path / "my.json").write_bytes((run / "graph.json").read_bytes())
    assert drop(window, tmp_path / "my.json")
    assert window.editing.path == tmp_path / "my.json"
    assert drop(window, run / "graph.json")
    assert window.editing.path is None


def test_a_picture_without_a_graph_leaves_the_open_one_alone_and_says_so(window: MainWindow, tmp_path: Path) -> None:
    window.editing.start(PPO)
    (tmp_path / "cat.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    assert drop(window, tmp_path / "cat.png")
    assert window.editing.document == PPO
    assert window.notices.texts[-1].startswith("There is no graph to restore from cat.png.")


def test_other_files_are_not_taken(window: MainWindow, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("dear")
    assert not drop(window, tmp_path / "notes.txt")
