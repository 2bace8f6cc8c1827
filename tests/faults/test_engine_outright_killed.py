"""A kill -9 of a run in a terminal: nothing is left running, and the run goes on from its last checkpoint."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.ray

ROOT = Path(__file__).parents[2]


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Train with a checkpoint every 2048 env steps, far past the end of this test."""
    graph = json.loads((ROOT / "saved_graphs" / "ppo_cartpole.json").read_text())
    graph["nodes"].append({"id": "checkpoint_1", "type": "Checkpoint", "params": {"every": 2048}})
    wires = [edge for edge in graph["edges"] if edge["to"] != "report_1.items"]
    wires += [{"from": "broadcast_1.passed", "to": "checkpoint_1.items"}]
    graph["edges"] = [*wires, {"from": "checkpoint_1.passed", "to": "report_1.items"}]
    file = folder / "graph.json"
    file.write_text(json.dumps(graph))
    command = [
        sys.executable,
        "-m",
        "engine",
        "run",
        str(file),
        "--stop",
        "env_steps=1e9",
        "--out",
        str(folder / "run"),
    ]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def wait_for_a_checkpoint(folder: Path, process: subprocess.Popen[bytes]) -> None:
    """Follow the run's events until one tells of a checkpoint."""
    events = folder / "run" / "events.jsonl"
    while not (events.exists() and b"checkpoint_saved" in events.read_bytes()):
        try:
            process.wait(0.1)
            raise AssertionError("the run ended before its first checkpoint")
        except subprocess.TimeoutExpired:
            continue


def test_a_run_that_is_killed_leaves_no_process_and_can_be_resumed(tmp_path):
    process = start(tmp_path)
    wait_for_a_checkpoint(tmp_path, process)
    below = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(below, timeout=10)
    assert alive == []

    resume = [sys.executable, "-m", "engine", "resume", str(tmp_path / "run"), "--stop", "seconds=0.1", "--json"]
    done = subprocess.run(resume, cwd=ROOT, capture_output=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1])["env_steps"] >= 2048
