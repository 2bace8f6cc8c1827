"""Actors that do not fit where a run is to go are told of before any of them starts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import gallery
from engine.cluster import Cluster
from engine.document import load
from engine.events import Log
from engine.room import Room, shortage
from engine.runs import RunFolder
from engine.session import run_graph

MACHINE = Room(cores=2, memory=16_000_000_000)


def test_what_fits_is_no_problem() -> None:
    assert shortage({"rollouts_1": 4, "replay_1": 2}, MACHINE) is None
    assert shortage({}, Room(cores=1, memory=0)) is None


def test_actors_far_above_the_cores_are_doubted_at_the_node_that_wants_most() -> None:
    problem = shortage({"rollouts_1": 16, "replay_1": 1}, MACHINE)
    assert problem is not None
    assert str(problem) == "rollouts_1: 17 actors share 2 cores, so most of them wait for one (4 may be as fast)"
    assert problem.severity == "warning"


def test_actors_that_memory_cannot_hold_are_refused() -> None:
    problem = shortage({"rollouts_1": 300}, MACHINE)
    assert problem is not None
    assert str(problem) == (
        "rollouts_1: 300 actors need at least 18.0 GB of memory, and 16.0 GB are free (try 133 or fewer)"
    )
    assert problem.severity == "error"


class Small(Cluster):
    """A cluster of little room."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.little = room

    def room(self) -> Room:
        return self.little


def run(workers: int, room: Room, folder: Path) -> tuple[Any, list[Any]]:
    graph = load(gallery.path("ppo_cartpole")).with_param("rollouts_1", "workers", workers)
    events: list[Any] = []
    record = RunFolder.create(folder, graph, 1)
    common = {"folder": record, "seed": 1, "stop": {"updates": 1}, "commands": lambda: None}
    return run_graph(graph, tell=events.append, cluster=Small(room), **common), events


def test_a_run_that_does_not_fit_is_refused_before_anything_starts(tmp_path: Path) -> None:
    ended, _ = run(1000, MACHINE, tmp_path / "run")
    assert (ended.status, ended.problems[0]["node"]) == ("failed", "rollouts_1")
    assert "1000 actors need" in ended.problems[0]["what"]


def test_a_run_in_the_engine_s_own_process_asks_for_no_room(tmp_path: Path) -> None:
    ended, events = run(0, Room(cores=0, memory=0), tmp_path / "run")
    assert ended.status == "finished"
    assert not [event for event in events if isinstance(event, Log)]


@pytest.mark.ray
def test_the_cluster_tells_the_room_that_it_has(cluster: Cluster) -> None:
    room = cluster.room()
    assert room.cores >= 1
    assert room.memory > 100_000_000
