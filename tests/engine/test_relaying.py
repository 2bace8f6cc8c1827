"""A run at an outpost is recorded here as if it ran here: events, files, trust and all; and its loss is told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import checkpoints
from engine.address import Address
from engine.cluster import Cluster
from engine.document import Document
from engine.event_log import read_events
from engine.events import Command, MetricsReported, Pause, Resume, RunPaused, RunResumed, Stop
from engine.machine import Machine
from engine.outpost import Outpost, order
from engine.placement import Placement
from engine.problems import RunFolderError
from engine.relaying import Relay, learner, run_graph
from engine.room import Room
from engine.runs import RunFolder
from engine.site import Site
from engine.trust import Trust
from tests.engine.graphs import adding, cutting, node, ppo, wiring
from tests.engine.test_own_operators import SCALE, with_it

CODE = 'def each(columns):\n    return {**columns, "reward": columns["reward"] * 2}\n'


class Near(Site):
    """A cluster elsewhere that is this machine's own Ray."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(Address("here"))
        self.cluster = cluster

    def start(self, warm: int = 0) -> None:
        self.cluster.start()

    def machine(self) -> Machine:
        return Machine(Room(2, 16_000_000_000), gpu=False)

    def _new_outpost(self, placement: Placement) -> Any:
        import ray

        self.made: Any = ray.remote(Outpost).options(num_cpus=0, max_concurrency=4).remote()
        return self.made


@pytest.fixture(scope="module")
def site(cluster: Cluster) -> Iterator[Near]:
    site = Near(cluster)
    yield site
    site.leave()


@pytest.fixture(autouse=True)
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("RLFLOW_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def local(document: Document) -> Document:
    return document.with_param("rollouts_1", "workers", 0)


def carrying(code: str) -> Document:
    """PPO with a Map in front of Compute Advantages."""
    document = cutting(local(ppo()), "rollouts_1.experiences → advantages_1.batches")
    document = adding(document, node("Map", "map_1", code=code))
    return wiring(document, "rollouts_1.experiences → map_1.batches", "map_1.mapped → advantages_1.batches")


def run(site: Site, document: Document, folder: Path, commands: list[Command] | None = None, **more: Any) -> Any:
    """Run a graph for two updates, obeying commands once it has begun to learn; return its end and its events."""
    record = RunFolder.create(folder, document, 1, {"updates": 2.0})
    events: list[Any] = []
    wishes = iter(commands or [])

    def next_wish() -> Command | None:
        return next(wishes, None) if any(isinstance(event, MetricsReported) for event in events) else None

    common = {"folder": record, "seed": 1, "stop": {"updates": 2.0}, **more}
    return run_graph(document, tell=events.append, commands=next_wish, cluster=site, **common), events


@pytest.mark.ray
def test_its_folder_is_whole_and_here(site: Near, tmp_path: Path) -> None:
    ended, events = run(site, local(ppo()), tmp_path / "run")
    folder = RunFolder.open(tmp_path / "run")
    assert (ended.status, ended.summary["run_dir"]) == ("finished", str(folder.path))
    assert folder.summary() == dict(ended.summary)
    assert folder.newest_checkpoint().env_steps == ended.summary["env_steps"]
    recorded = [event.type for event in read_events(folder.path)]
    assert recorded == [event.type for event in events if event.type in recorded]
    assert recorded[:2] == ["run_started", "log"]
    assert any("the learner is on" in event.text for event in events if event.type == "log")


@pytest.mark.ray
def test_it_goes_on_from_a_checkpoint_that_was_written_here(site: Near, tmp_path: Path) -> None:
    first, _ = run(site, local(ppo()), tmp_path / "run")
    saved = RunFolder.open(tmp_path / "run").newest_checkpoint()
    wanted = {"resume": saved, "stop": {"updates": 4.0}}
    there, events = run(site, local(ppo()), tmp_path / "there", **wanted)
    assert next(event for event in events if event.type == "run_started").resumed_at == first.summary["env_steps"]
    assert there.summary["updates"] == 4


@pytest.mark.ray
def test_commands_reach_it(site: Near, tmp_path: Path) -> None:
    wishes: list[Command] = [Pause(), Resume(), Stop()]
    ended, events = run(site, local(ppo()), tmp_path / "run", wishes, stop={})
    assert any(isinstance(event, RunPaused) for event in events)
    assert ended.status == "stopped"


@pytest.mark.ray
def test_no_command_overtakes_another(site: Near, tmp_path: Path) -> None:
    ended, events = run(site, local(ppo()), tmp_path / "run", [Pause(), Resume()] * 20 + [Stop()], stop={})
    turns = [type(event) for event in events if isinstance(event, RunPaused | RunResumed)]
    assert turns == [RunPaused, RunResumed] * 20
    assert ended.status == "stopped"


@pytest.mark.ray
def test_what_was_trusted_here_is_trusted_there_and_nothing_else(site: Near, tmp_path: Path) -> None:
    Trust().give(CODE)
    Trust().give("another = 1")
    assert order(carrying(CODE), 1, {}, None).trusted == (CODE,)
    assert run(site, carrying(CODE), tmp_path / "trusted")[0].status == "finished"
    ended, _ = run(site, carrying(CODE + "\n"), tmp_path / "not")
    assert ended.status == "failed"
    assert "Python that you have not trusted" in ended.problems[0]["what"]


@pytest.mark.ray
def test_operators_of_one_s_own_travel_if_the_graph_uses_them(site: Near, tmp_path: Path, data: Path) -> None:
    (data / "operators").mkdir(parents=True)
    (data / "operators" / "scale_rewards.py").write_text(SCALE)
    assert order(local(with_it()), 1, {}, None).operators == (SCALE,)
    assert order(local(ppo()), 1, {}, None).operators == ()
    assert run(site, local(with_it()), tmp_path / "run")[0].status == "finished"


@pytest.mark.ray
def test_a_run_whose_outpost_is_lost_fails_and_keeps_what_came_home(site: Near, tmp_path: Path) -> None:
    class Killing(list[Any]):
        def append(self, event: Any) -> None:
            super().append(event)
            if isinstance(event, MetricsReported) and not self.done:
                import ray

                self.done = True
                ray.kill(site.made)

        done = False

    record = RunFolder.create(tmp_path / "run", local(ppo()), 1, {})
    events = Killing()
    ended = run_graph(
        local(ppo()), folder=record, seed=1, stop={}, tell=events.append, commands=lambda: None, cluster=site
    )
    assert ended.status == "failed"
    assert "the connection to the learner on the cluster is lost" in ended.problems[0]["what"]
    assert "rlflow resume" in ended.problems[0]["hint"]
    whole, _ = run(site, local(ppo()), tmp_path / "whole")
    assert ended.summary.keys() == whole.summary.keys()
    assert ended.summary["env_steps"] > 0
    assert RunFolder.open(tmp_path / "run").curve().returns
    assert run(site, local(ppo()), tmp_path / "again")[0].status == "finished"


def test_the_learner_takes_a_gpu_where_there_is_one_and_a_policy_may_use_it() -> None:
    assert learner(ppo(), gpu=True).wants == {"CPU": 1, "GPU": 1}
    assert learner(ppo(), gpu=False).wants == {"CPU": 1}
    assert learner(ppo().with_param("policy_1", "device", "cpu"), gpu=True).wants == {"CPU": 1}


def test_a_file_that_the_cluster_names_elsewhere_is_not_written(tmp_path: Path) -> None:
    class Evil(Relay):
        def _get(self, asked: Any) -> Any:
            return [("../outside", b"x")]

    class Nobody:
        def __getattr__(self, name: str) -> Any:
            return Nobody()

        def remote(self, *arguments: Any) -> None:
            return None

    record = RunFolder.create(tmp_path / "run", ppo(), 1, {})
    with pytest.raises(RunFolderError, match="outside the run's folder"):
        Evil(Nobody(), "here", record, lambda event: None)._fetch("videos")
    assert not (tmp_path / "outside").exists()


def test_a_checkpoint_that_came_home_supersedes_older_ones(tmp_path: Path) -> None:
    for steps in (10, 20, 30):
        made = checkpoints.write(tmp_path / "there" / str(steps), {"a": steps}, steps)
        files = sorted(made.iterdir(), key=lambda file: file.name == "manifest.json")
        named = [(f"checkpoints/{made.name}/{file.name}", file.read_bytes()) for file in files]
        checkpoints.keep(tmp_path / "here", named)
    assert [folder.name for folder in checkpoints.finished(tmp_path / "here")] == ["000000030", "000000020"]
    assert checkpoints.newest(tmp_path / "here") == ({"a": 30}, 30)
