"""A graph runs on the machines of a cluster as it does on one, and goes on when one of them is lost."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from engine import document, gallery
from engine.address import Address
from engine.events import StartRun, Stop, read_event, to_line
from engine.joining import Membership
from engine.runs import RunFolder

pytestmark = pytest.mark.ray

ROOT = Path(__file__).parents[2]


class Child:
    """A program with lines in and lines out, in an environment of its own."""

    def __init__(self, arguments: list[str], environment: dict[str, str], folder: Path) -> None:
        self.log = (folder / "errors.txt").open("ab")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": self.log}
        self.process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment, **pipes)

    def send(self, line: bytes) -> None:
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def until(self, wanted: Callable[[Any], bool]) -> list[Any]:
        """Read events until one is wanted; return all of them, that one last."""
        events: list[Any] = []
        for line in self.process.stdout:
            events.append(read_event(line))
            if wanted(events[-1]):
                return events
        raise AssertionError(f"the engine ended after {events[-3:]}")

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self.process.stdout.close()
        self.log.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clusters")


@pytest.fixture(scope="module")
def environment(folder: Path) -> dict[str, str]:
    """Variables with a token that only this module's cluster takes."""
    token = folder / "token"
    token.write_text(secrets.token_hex(32))
    own = {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN_PATH": str(token), "RAY_USAGE_STATS_ENABLED": "0"}
    return {**os.environ, **own, "PYTHONPATH": str(ROOT)}


@pytest.fixture(scope="module")
def machines(environment: dict[str, str], folder: Path) -> Iterator[tuple[Child, dict[str, str]]]:
    child = Child([str(Path(__file__).with_name("three_machines.py"))], environment, folder)
    yield child, json.loads(child.process.stdout.readline())
    child.end()


def graph() -> str:
    return document.write(document.load(gallery.path("ppo_cartpole")).with_param("rollouts_1", "workers", 3))


def kind(name: str) -> Callable[[Any], bool]:
    return lambda event: event.type == name


def placed(events: list[Any]) -> dict[str, str]:
    """Who is on which machine, as the log tells."""
    told = (re.fullmatch(r"(.*) is on (.*)", event.text) for event in events if event.type == "log")
    return {found[1]: found[2] for found in told if found}


def test_a_run_on_three_machines_survives_the_loss_of_one(machines, environment, tmp_path):
    cluster, about = machines
    engine = Child(["-m", "engine", "serve", "--address", about["address"]], environment, tmp_path)
    try:
        ready = engine.until(kind("engine_ready"))[-1]
        assert [machine["CPU"] for machine in ready.machines] == [2, 2, 2]

        engine.send(to_line(StartRun(graph=graph(), out=str(tmp_path / "run"), stop={})))
        events = engine.until(kind("checkpoint_saved"))  # which comes after ten seconds
        where = placed(events)
        workers = {source: machine for source, machine in where.items() if source != "the learner"}
        assert len(workers) == 3
        assert len(set(workers.values())) > 1
        numbers = [event.machines for event in events if event.type == "telemetry"][-1]
        assert set(numbers["rollouts_1"]) == set(workers.values())

        lost = next(name for name in workers.values() if name != where["the learner"] and about["head"][:6] not in name)
        cluster.send(f"{lost.split()[-1]}\n".encode())
        fallen = engine.until(kind("actor_restarted"))[-1]
        assert workers[fallen.source] == lost
        again = placed(engine.until(lambda event: fallen.source in placed([event])))
        assert again[fallen.source] != lost
        before = engine.until(kind("telemetry"))[-1].env_steps
        engine.until(lambda event: event.type == "telemetry" and event.env_steps > before + 10_000)

        engine.send(to_line(Stop()))
        ended = engine.until(kind("run_ended"))[-1]
        assert ended.status == "stopped"
        assert ended.summary["run_dir"] == str(tmp_path / "run")
        assert set(ended.summary["on_machines"]["rollouts_1"]) == {*workers.values(), *again.values()}

        done = ended.summary["env_steps"]
        engine.send(to_line(StartRun(resume=str(tmp_path / "run"), stop={"env_steps": done + 10_000})))
        events = engine.until(kind("run_ended"))
        assert next(event for event in events if event.type == "run_started").resumed_at == done
        assert events[-1].status == "finished"
    finally:
        engine.end()
    home = RunFolder.open(tmp_path / "run")
    assert home.newest_checkpoint().env_steps == home.summary()["env_steps"] >= done + 10_000
    assert home.curve().returns


def test_replay_shards_are_where_the_learner_reads_them(machines, environment, tmp_path):
    apex = document.load(gallery.path("apex_dqn_cartpole")).with_param("buffer_1", "shards", 2)
    text = document.write(apex.with_param("buffer_1", "cpus", 0.0))  # two cores of one machine: the learner has one
    engine = Child(["-m", "engine", "serve", "--address", machines[1]["address"]], environment, tmp_path)
    try:
        engine.until(kind("engine_ready"))
        engine.send(to_line(StartRun(graph=text, out=str(tmp_path / "run"), stop={"env_steps": 5000})))
        where = placed(engine.until(kind("run_ended")))
    finally:
        engine.end()
    assert where["buffer_1/0"] == where["buffer_1/1"] == where["the learner"]


CORELESS = """
import ray, sys, time
ray.init(address=sys.argv[1], log_to_driver=False)
while sum(node["Alive"] and not node["Resources"].get("CPU") for node in ray.nodes()) != int(sys.argv[2]):
    time.sleep(0.1)
"""


def test_this_machine_joins_a_cluster_without_cores_and_leaves_nothing_behind(machines, environment, monkeypatch):
    address = machines[1]["address"]
    for name in ("RAY_AUTH_MODE", "RAY_AUTH_TOKEN_PATH"):
        monkeypatch.setenv(name, environment[name])

    def wait_until_there_are(coreless: int) -> None:
        asking = [sys.executable, "-c", CORELESS, address, str(coreless)]
        subprocess.run(asking, env=environment, timeout=60, check=True, capture_output=True)

    membership = Membership(Address.read(address))
    wait_until_there_are(1)
    assert membership.refusal == ""
    started = psutil.Process(membership.process.pid).children(recursive=True)
    membership.end()
    wait_until_there_are(0)
    _, alive = psutil.wait_procs(started, timeout=10)
    assert alive == []
    assert not Path(membership.place.name).exists()


def test_a_machine_that_cannot_join_says_why(environment):
    membership = Membership(Address("127.0.0.1", 1))
    membership.process.terminate()
    membership.process.wait()
    assert membership.refusal
    membership.end()
