"""The engine as a child process: lines in, lines out, and an end when its parent is gone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from engine import document
from engine.events import Pause, Resume, StartRun, Stop, read_event, to_line

pytestmark = pytest.mark.ray

PPO = Path(__file__).parents[2] / "saved_graphs" / "ppo_cartpole.json"


class Child:
    """An engine process and what it has said so far."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "engine", "serve"]
        root = Path(__file__).parents[2]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=root
        )
        self.folder = folder

    def send(self, command: Any) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(to_line(command))
        self.process.stdin.flush()

    def until(self, wanted: Callable[[Any], bool]) -> list[Any]:
        """Read events until one is wanted; return all of them, that one last."""
        assert self.process.stdout is not None
        events = []
        for line in self.process.stdout:
            events.append(read_event(line))
            if wanted(events[-1]):
                return events
        raise AssertionError(f"the engine ended after {events[-3:]}")

    def run(self, name: str, **changes: Any) -> None:
        text = document.write(document.load(PPO))
        self.send(StartRun(graph=text, out=str(self.folder / name), **changes))


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Child]:
    child = Child(tmp_path_factory.mktemp("runs"))
    yield child
    child.process.kill()
    child.process.wait()
    child.process.stdin.close()
    child.process.stdout.close()


def kind(name: str) -> Callable[[Any], bool]:
    return lambda event: event.type == name


def test_the_engine_tells_its_steps_until_it_is_ready(child):
    events = child.until(kind("engine_ready"))
    assert [event.step for event in events if event.type == "engine_starting"]
    assert "CartPole-v1" in events[-1].environments
    assert all(":" not in name for name in events[-1].environments)


def test_a_run_pauses_goes_on_and_stops_when_told(child):
    child.run("first", stop={})
    child.until(kind("metrics_reported"))
    child.send(Pause())
    child.until(kind("run_paused"))
    child.send(Resume())
    child.until(kind("run_resumed"))
    child.until(kind("metrics_reported"))
    child.send(Stop())
    ended = child.until(kind("run_ended"))[-1]
    assert ended.status == "stopped"
    assert (child.folder / "first" / "summary.json").exists()


def test_a_second_run_starts_on_the_warm_engine(child):
    child.run("second", stop={"env_steps": 4096}, seed=7)
    events = child.until(kind("run_ended"))
    assert not any(event.type == "engine_starting" for event in events)
    assert events[-1].summary["seed"] == 7
    assert events[-1].summary["env_steps"] == 4096


def test_a_run_can_be_resumed_from_its_folder(child):
    child.send(StartRun(resume=str(child.folder / "second"), stop={"env_steps": 8192}))
    events = child.until(kind("run_ended"))
    assert next(event for event in events if event.type == "run_started").resumed_at == 4096
    assert events[-1].summary["env_steps"] == 8192


def test_a_graph_that_cannot_run_is_refused_and_the_engine_lives_on(child):
    child.send(StartRun(graph="{}"))
    assert "not a graph" in child.until(kind("refused"))[-1].problems[0]["what"]
    for wish, fault in (({"stop": {"env_step": 9}}, "cannot stop at 'env_step'"), ({"seed": -1}, "equal to 0")):
        child.run("refused", **wish)
        assert fault in child.until(kind("refused"))[-1].problems[0]["what"]
    assert not (child.folder / "refused").exists()
    child.process.stdin.write(b"what?\n")
    child.process.stdin.flush()
    assert "not understood" in child.until(kind("log"))[-1].text


def test_an_engine_whose_parent_is_gone_stops_its_run_and_leaves_nothing_behind(child):
    child.run("orphan", stop={})
    child.until(kind("metrics_reported"))
    below = psutil.Process(child.process.pid).children(recursive=True)
    child.process.stdin.close()
    ended = child.until(kind("run_ended"))[-1]
    assert ended.status == "stopped"
    assert child.process.wait(timeout=30) == 0
    _, alive = psutil.wait_procs(below, timeout=10)
    assert alive == []
