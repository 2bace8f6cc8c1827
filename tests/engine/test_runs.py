"""A run's folder: what it holds, and how it survives kills, full disks and readers of its record."""

from __future__ import annotations

import errno
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from engine.document import Document, Node
from engine.event_log import read_events
from engine.events import EpisodesFinished, Event, Log, MetricsReported, RunPaused, RunStarted, Telemetry
from engine.problems import RunFolderError
from engine.return_curve import ReturnCurve
from engine.runs import RunFolder
from engine.tensorboard import TensorBoard

GRAPH = Document(title="PPO on CartPole!", nodes=(Node(id="a_1", type="Any", params={"x": 1}),))
STARTED = RunStarted(folder="", title="t", seed=1)
EPISODES = EpisodesFinished(rows=((40, 0.1, 20.0, 20), (80, 0.2, 40.0, 40)))
NUMBERS = Telemetry(seconds=1.0, env_steps=80, env_steps_per_s=80.0, updates=1, episodes=2, return_mean_100=30.0)
METRICS = MetricsReported(node="report_1", env_steps=80, seconds=1.0, updates=1, values={"kl": 0.01})


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "run", GRAPH, 7, {"env_steps": 100})


def recorded(run: RunFolder, *events: Event) -> RunFolder:
    for event in events:
        run.record(event)
    run.close()
    return run


def test_a_new_folder_says_what_runs_with_which_versions(run: RunFolder) -> None:
    about = run.about()
    assert (about["title"], about["seed"], about["stop"]) == ("PPO on CartPole!", 7, {"env_steps": 100})
    assert set(about["versions"]) == {"python", "rl-flow-studio", "ray", "torch", "numpy", "gymnasium"}
    assert about["versions"]["python"] == sys.version.split()[0]


def test_the_graph_is_kept_as_it_was_run(run: RunFolder) -> None:
    kept = RunFolder.open(run.path).document()
    assert kept.nodes == GRAPH.nodes
    assert (kept.run.seed, dict(kept.run.stop)) == (7, {"env_steps": 100.0})


def test_folders_are_named_after_the_title_and_the_time(tmp_path: Path) -> None:
    names = [RunFolder.create_below(tmp_path / "runs", GRAPH, 0).path.name for _ in range(3)]
    assert len(set(names)) == 3
    assert all(name.startswith("ppo-on-cartpole-2") for name in names)
    assert RunFolder.create_below(tmp_path, GRAPH.replace(title="../..:"), 0).path.name.startswith("run-2")


def test_a_folder_in_use_is_refused(run: RunFolder, tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="this folder holds a run already"):
        RunFolder.create(run.path, GRAPH, 0)
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "mother.txt").write_text("dear")
    with pytest.raises(RunFolderError, match=r"letters: this folder is not empty, and no run's \(name a new"):
        RunFolder.create(tmp_path / "letters", GRAPH, 0)
    with pytest.raises(RunFolderError, match="cannot be made: File exists"):
        RunFolder.create(tmp_path / "letters" / "mother.txt", GRAPH, 0)


def test_an_empty_folder_may_be_named(tmp_path: Path) -> None:
    assert RunFolder.create(tmp_path, GRAPH, 0).path == tmp_path


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "cannot open the file: No such file or directory (name a folder that holds a run.json)"),
        ("{", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),  # would exhaust the stack
        ("[]", "this is no run's folder"),
        ('{"format": "rl-flow-run", "version": "2.0"}', "this run was made by a newer version (2.0)"),
    ],
)
def test_what_is_no_run_is_not_opened(tmp_path: Path, content: str | None, sentence: str) -> None:
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(RunFolderError) as refusal:
        RunFolder.open(tmp_path)
    assert sentence in str(refusal.value)


def test_events_are_read_as_they_were_recorded(run: RunFolder) -> None:
    recorded(run, STARTED, EPISODES, RunPaused(), METRICS)
    assert list(read_events(run.path)) == [STARTED, EPISODES, RunPaused(), METRICS]
    assert list(read_events(run.path, only=("run_paused",))) == [RunPaused()]


def test_an_event_is_on_disk_as_soon_as_it_is_recorded(run: RunFolder) -> None:
    run.record(EPISODES)
    assert list(read_events(run.path)) == [EPISODES]
    run.close()


def test_a_torn_last_line_is_ignored_then_cut_off(run: RunFolder) -> None:
    recorded(run, EPISODES)
    with open(run.path / "events.jsonl", "ab") as stream:
        stream.write(b'{"type":"run_pau')
    assert list(read_events(run.path)) == [EPISODES]
    recorded(run, METRICS)
    assert list(read_events(run.path)) == [EPISODES, METRICS]


def test_a_line_that_is_no_event_is_named(run: RunFolder) -> None:
    recorded(run, EPISODES)
    with open(run.path / "events.jsonl", "ab") as stream:
        stream.write(b'{"type":"nonsense"}\n')
    with pytest.raises(RunFolderError, match=r"events\.jsonl: line 2 is no event"):
        list(read_events(run.path))


def test_a_run_without_a_record_says_so(tmp_path: Path) -> None:
    with pytest.raises(RunFolderError, match="the run's events cannot be read: No such file"):
        list(read_events(tmp_path))


def test_a_full_disk_leaves_whole_lines(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    run.record(EPISODES)
    write = os.write

    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:10]) if len(data) > 10 else refuse())
    with pytest.raises(RunFolderError, match=r"events\.jsonl: an event was not kept: No space left"):
        run.record(Log(level="info", text="twenty letters or so"))
    monkeypatch.undo()
    recorded(run, METRICS)
    assert list(read_events(run.path)) == [EPISODES, METRICS]


def test_the_curve_has_the_mean_of_the_last_hundred() -> None:
    rows = tuple((step, 0.0, float(step), 1) for step in range(1, 151))
    curve = ReturnCurve.of([EpisodesFinished(rows=rows)])
    assert list(curve.means()[:3]) == [1.0, 1.5, 2.0]
    assert curve.means()[-1] == sum(range(51, 151)) / 100


def test_a_resumed_run_forgets_what_came_after_its_checkpoint() -> None:
    again = EpisodesFinished(rows=((70, 0.0, 5.0, 5),))
    curve = ReturnCurve.of([STARTED, EPISODES, RunStarted(folder="", title="", seed=1, resumed_at=60), again])
    assert list(curve.env_steps) == [40, 70]
    assert list(curve.returns) == [20.0, 5.0]


def test_finishing_leaves_the_figures_and_a_picture(run: RunFolder) -> None:
    recorded(run, STARTED, EPISODES)
    assert run.summary() is None
    run.finish({"status": "finished", "env_steps": 80, "return_mean_100": float("nan")})
    assert run.summary() == {"status": "finished", "env_steps": 80, "return_mean_100": None}
    picture = (run.path / "reward_curve.png").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1200, 675)


def test_a_run_without_episodes_still_gets_its_picture(run: RunFolder) -> None:
    recorded(run, STARTED).finish({"status": "stopped"})
    assert (run.path / "reward_curve.png").stat().st_size > 1_000


def tensorboard_points(folder: Path) -> set[tuple[str, int, float]]:
    """Reads event files by their published layout: length, its checksum, the message, its checksum."""
    from tensorboardX.proto.event_pb2 import Event as Record

    points = set()
    for file in folder.glob("events.out.tfevents.*"):
        data = file.read_bytes()
        while data:
            (length,) = struct.unpack("<Q", data[:8])
            record = Record.FromString(data[12 : 12 + length])
            points |= {(value.tag, record.step, round(value.simple_value, 4)) for value in record.summary.value}
            data = data[16 + length :]
    return points


def test_tensorboard_gets_returns_and_every_metric_over_env_steps(run: RunFolder) -> None:
    recorded(run, STARTED, EPISODES, NUMBERS, METRICS)
    assert tensorboard_points(run.path / "tb") == {
        ("episode_return", 80, 30.0),
        ("env_steps_per_s", 80, 80.0),
        ("return_mean_100", 80, 30.0),
        ("report_1/kl", 80, 0.01),
    }


def test_a_disk_that_was_full_for_a_while_costs_tensorboard_those_points_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = TensorBoard(tmp_path)
    board.take(STARTED)
    board.take(EPISODES)
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:10]) if len(data) > 10 else refuse())
    with pytest.raises(OSError, match="No space left on device"):
        board.take(NUMBERS)
    monkeypatch.undo()
    board.take(METRICS)
    board.close()
    assert tensorboard_points(tmp_path) == {("episode_return", 80, 30.0), ("report_1/kl", 80, 0.01)}


def refuse() -> int:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_record_for_tensorboard_is_the_bytes_that_tensorboardx_writes(tmp_path: Path) -> None:
    from tensorboardX.record_writer import RecordWriter

    board = TensorBoard(tmp_path)
    board.take(STARTED)
    board.close()
    (file,) = tmp_path.iterdir()
    writer = RecordWriter(str(tmp_path / "theirs"))
    writer.write(file.read_bytes()[12:-4])  # the message, without its length, checksum and checksum
    writer.close()
    assert (tmp_path / "theirs").read_bytes() == file.read_bytes()


def test_checkpoints_go_below_the_folder(run: RunFolder) -> None:
    assert run.newest_checkpoint() is None
    assert run.write_checkpoint({"version": 3}, 80) == run.path / "checkpoints" / "000000080"
    assert run.finished_checkpoints() == [run.path / "checkpoints" / "000000080"]
    assert run.newest_checkpoint() == ({"version": 3}, 80)


def test_runs_are_read_without_torch_ray_qt_or_matplotlib() -> None:
    code = "import sys, json, engine.runs; print(json.dumps(sorted(sys.modules)))"
    modules = json.loads(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
    assert "engine.checkpoints" in modules
    assert not {"torch", "ray", "PySide6", "matplotlib", "tensorboardX", "safetensors"} & set(modules)
