"""Workers added and sent away while a graph runs: every step counts once, and nothing that was sampled is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import checkpoints
from engine.document import Document
from engine.events import Log, MetricsReported, ParamSet, Refused, SetParam, Stop, Telemetry
from tests.engine.graphs import adding, cutting, node, wiring
from tests.engine.test_session import ppo, run


def turned(workers: int) -> SetParam:
    return SetParam(node="rollouts_1", name="workers", value=workers)


def reported(event: Any) -> bool:
    return isinstance(event, MetricsReported)


def read(event: Any) -> bool:
    return isinstance(event, Telemetry)


def warnings(events: list[Any]) -> list[str]:
    return [event.text for event in events if isinstance(event, Log) and event.level != "info"]


def in_pieces() -> Document:
    """PPO on two workers, each of which cuts a fragment of 64 rows in 4 and gives one a call."""
    graph = cutting(ppo(workers=2, **{"concat_1.min_steps": 16}), "rollouts_1.experiences → advantages_1.batches")
    graph = adding(graph, node("Flatten", "flatten_1", size=16))
    return wiring(graph, "rollouts_1.experiences → flatten_1.batches", "flatten_1.pieces → advantages_1.batches")


@pytest.mark.ray
def test_workers_come_and_go_while_the_graph_runs_and_every_step_counts_once(tmp_path: Path, cluster: Any) -> None:
    wishes = [(reported, turned(3)), (read, turned(1)), (read, turned(2)), (read, Stop())]
    graph = ppo(workers=2, **{"concat_1.min_steps": 64})
    ended, events = run(graph, tmp_path / "run", commands=wishes, cluster=cluster)
    assert (ended.problems, warnings(events)) == ((), [])
    told = [(event.before, event.value) for event in events if isinstance(event, ParamSet)]
    assert told == [(2, 3), (3, 1), (1, 2)]
    untrained = ended.summary["env_steps"] - 64 * ended.summary["updates"]
    assert untrained in (0, 64, 128)  # of the round that is on its way


@pytest.mark.ray
def test_what_a_worker_has_left_over_comes_before_it_goes(tmp_path: Path, cluster: Any) -> None:
    wishes = [(reported, turned(1)), (read, Stop())]
    _, events = run(in_pieces(), tmp_path / "run", commands=wishes, cluster=cluster)
    last = [event for event in events if read(event)][-1].nodes
    assert 0 <= last["flatten_1"].items - last["gather_1"].items <= 4  # those of the worker that stayed


@pytest.mark.ray
def test_a_resumed_run_begins_with_as_many_workers_as_were_turned_to(tmp_path: Path, cluster: Any) -> None:
    wishes = [(reported, turned(1)), (reported, Stop())]
    ended, _ = run(ppo(workers=2), tmp_path / "run", commands=wishes, cluster=cluster)
    saved = checkpoints.newest(tmp_path / "run" / "checkpoints")
    stop = {"updates": ended.summary["updates"] + 2}
    ended, events = run(ppo(workers=2), tmp_path / "run", stop=stop, resume=saved, cluster=cluster)
    assert (ended.status, warnings(events)) == ("finished", [])


@pytest.mark.ray
def test_the_last_worker_stays(tmp_path: Path, cluster: Any) -> None:
    ended, events = run(
        ppo(workers=1), tmp_path / "run", stop={"updates": 4}, commands=[(reported, turned(0))], cluster=cluster
    )
    (refused,) = (event for event in events if isinstance(event, Refused))
    assert refused.problems[0]["what"].startswith("the last worker cannot go while the graph runs")
    assert ended.status == "finished"


def test_who_samples_in_the_engine_stays_alone(tmp_path: Path) -> None:
    ended, events = run(ppo(), tmp_path / "run", stop={"updates": 3}, commands=[(reported, turned(3))])
    (refused,) = (event for event in events if isinstance(event, Refused))
    assert refused.problems[0]["what"] == "the engine samples here itself: stop the run to have workers"
    assert ended.status == "finished"
