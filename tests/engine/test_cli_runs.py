"""`rlflow run` and `rlflow resume` with real graphs: figures, files, JSON, and the way to a clean stop.

The graphs sample in this process (`workers` 0), so that no Ray need be started.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine import gallery
from engine.__main__ import main
from engine.document import load
from engine.runs import RunFolder

ROOT = Path(__file__).parents[2]
CARTPOLE = str(gallery.path("ppo_cartpole"))
QUICK = ["--set", "rollouts_1.workers=0", "--set", "concat_1.min_steps=512", "--set", "rollouts_1.fragment_length=64"]


@pytest.fixture
def graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A copy of the saved graph, in the current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    (tmp_path / "my.json").write_text(Path(CARTPOLE).read_text())
    return "my.json"


def test_a_run_in_one_process_leaves_figures_and_files(graph: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", graph, *QUICK, "--stop", "env_steps=1000", "--out", "first", "--seed", "3"]) == 0
    told = capfd.readouterr().out
    assert told.startswith("Running PPO on CartPole.\nSeed 3; until env_steps 1,000. Recording in first\n")
    assert "Finished after " in told
    assert ": env steps 1,024 (" in told
    assert "first/reward_curve.png" in told
    first = RunFolder.open("first")
    assert first.document().node("rollouts_1").params["workers"] == 0
    assert first.summary() is not None
    assert (first.path / "reward_curve.png").exists()
    assert load(graph) == load(CARTPOLE)

    assert main(["resume", "first"]) == 2
    assert "this run has reached its stop condition: env_steps 1,000 (go further with" in capfd.readouterr().err
    assert main(["resume", "first", "--stop", "env_steps=2000", "--json", "-q"]) == 0
    summary = json.loads(capfd.readouterr().out.splitlines()[-1])
    assert summary["env_steps"] == 2048
    assert main(["run", graph, "--out", "first"]) == 2
    assert "this folder holds a run already" in capfd.readouterr().err


def test_json_is_the_last_line_and_progress_goes_elsewhere(graph: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", graph, *QUICK, "--stop", "env_steps=512", "--json"]) == 0
    captured = capfd.readouterr()
    figures_ = json.loads(captured.out)
    wanted = {
        "status", "run_dir", "seed", "env_steps", "seconds", "env_steps_per_s", "updates", "episodes",
        "return_mean_100", "best_return_mean_100", "seconds_to_stop_return",
    }  # fmt: skip
    assert wanted <= set(figures_)
    assert Path(figures_["run_dir"]).parent.name == "runs"
    assert "Finished" in captured.err


def test_a_return_stops_the_run(graph: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["run", graph, *QUICK, "--stop", "return_mean_100=10", "--json", "-q"]) == 0
    summary = json.loads(capfd.readouterr().out)
    assert summary["env_steps"] < 150_000
    assert summary["episodes"] >= 100
    assert summary["return_mean_100"] >= 10
    assert summary["seconds_to_stop_return"] is not None


def test_without_ray_the_run_says_what_to_install(graph: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ray.py").write_text("raise ImportError('libray.so: cannot open shared object file')")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    command = [sys.executable, "-m", "engine", "run", graph, "--stop", "env_steps=512"]
    child = subprocess.run(command, capture_output=True, text=True, check=False)
    assert child.returncode == 4
    assert "error: Ray cannot be imported: libray.so: cannot open shared object file (install ray==" in child.stderr


def test_ctrl_c_while_the_command_line_is_imported_ends_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pydantic.py").write_text("import signal\nsignal.raise_signal(signal.SIGINT)")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")
    child = subprocess.run([sys.executable, "-m", "engine", "--help"], capture_output=True, text=True, check=False)
    assert (child.returncode, child.stdout, child.stderr) == (130, "", "")


def test_a_run_goes_on_when_the_reader_of_its_output_is_gone(graph: str) -> None:
    words = [sys.executable, "-m", "engine", "run", graph, *QUICK, "--stop", "env_steps=512", "--out", "run"]
    child = subprocess.run(f"{shlex.join(words)} | head -n 1", shell=True, capture_output=True, text=True, check=True)
    assert child.stdout == "Running PPO on CartPole.\n"
    assert "The run goes on; Ctrl-C stops it." in child.stderr
    summary = RunFolder.open("run").summary()
    assert summary is not None
    assert summary["status"] == "finished"


def test_a_run_that_was_killed_early_cannot_be_resumed(graph: str, capfd: pytest.CaptureFixture[str]) -> None:
    RunFolder.create("killed", load(CARTPOLE), 1)
    assert main(["resume", "killed"]) == 2
    complaint = capfd.readouterr().err
    assert "killed: this run ended before its first checkpoint (start again with: rlflow run killed/graph" in complaint


@pytest.mark.parametrize(
    ("number", "workers"),
    [(signal.SIGINT, 0), pytest.param(signal.SIGTERM, 1, marks=pytest.mark.ray, id="SIGTERM, which Ray handles too")],
)
def test_an_interrupted_run_stops_cleanly_and_can_go_on(graph: str, number: signal.Signals, workers: int) -> None:
    sampling = ["--set", f"rollouts_1.workers={workers}"]
    words = ["run", graph, *QUICK, *sampling, "--stop", "env_steps=none", "--out", "run", "--json"]
    child = subprocess.Popen(
        [sys.executable, "-m", "engine", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait_for_line(Path("run/events.jsonl"), b'"type":"metrics_reported"', child)
    child.send_signal(number)
    out, err = child.communicate(timeout=90)
    assert child.returncode == 130
    assert json.loads(out)["status"] == "stopped"
    assert "rlflow resume run" in err
    assert RunFolder(Path("run")).newest_checkpoint() is not None


def wait_for_line(file: Path, wanted: bytes, child: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 90
    while not (file.exists() and wanted in file.read_bytes()):
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < deadline, "nothing was reported"
        time.sleep(0.05)
