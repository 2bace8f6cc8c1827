"""Whole runs whose workers learn in step: what they count, what a lost worker costs, and how they go on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from engine import checkpoints, document, gallery
from engine.cluster import Cluster
from engine.document import Document
from engine.events import ActorRestarted, MetricsReported, RunEnded
from engine.runs import RunFolder
from engine.session import run_graph
from tests.engine.host_processes import at_work


def ddppo(workers: int, **more: float) -> Document:
    """The saved graph, small: 4 environments, fragments of 16, one epoch."""
    small: dict[str, float] = {
        "rollouts_1.workers": workers,
        "rollouts_1.environments_per_worker": 4,
        "rollouts_1.fragment_length": 16,
        "allreduce_1.minibatch": 32,
        "allreduce_1.epochs": 1,
        "report_1.interval": 0.0,
        **more,
    }
    graph = document.load(gallery.path("ddppo_cartpole"))
    for name, value in small.items():
        node, _, param = name.partition(".")
        graph = graph.with_param(node, param, value)
    return graph


def run(graph: Document, folder: Path, updates: int, hear: Any = None, **more: Any) -> tuple[RunEnded, list[Any]]:
    events: list[Any] = []

    def tell(event: Any) -> None:
        events.append(event)
        if hear:
            hear(event)

    stop = {"updates": updates}
    record = RunFolder.open(folder) if folder.exists() else RunFolder.create(folder, graph, 1, stop)
    ended = run_graph(graph, folder=record, seed=1, stop=stop, tell=tell, commands=lambda: None, **more)
    record.close()
    return ended, events


def losses(events: list[Any]) -> list[float]:
    return [event.values["policy_loss"] for event in events if isinstance(event, MetricsReported)]


def test_one_worker_in_the_engine_learns_by_itself_and_the_policy_follows(tmp_path: Path) -> None:
    ended, _ = run(ddppo(workers=0), tmp_path / "run", updates=3)
    state, env_steps = checkpoints.newest(tmp_path / "run" / "checkpoints")
    assert (ended.summary["updates"], env_steps) == (3, 192)
    assert state["nodes"]["policy_1"]["version"] == 3
    assert state["nodes"]["policy_1"]["adam"]["step"] == 6


def test_a_resumed_run_goes_on_with_the_optimizer_that_was_saved(tmp_path: Path) -> None:
    run(ddppo(workers=0), tmp_path / "run", updates=2)
    saved = checkpoints.newest(tmp_path / "run" / "checkpoints")
    run(ddppo(workers=0), tmp_path / "run", updates=3, resume=saved)
    state, _ = checkpoints.newest(tmp_path / "run" / "checkpoints")
    assert (state["nodes"]["policy_1"]["version"], state["nodes"]["policy_1"]["adam"]["step"]) == (3, 6)
    assert np.abs(state["nodes"]["policy_1"]["adam"]["exp_avg"]).sum() > 0


@pytest.mark.ray
class TestOnRay:
    """The same on remote workers."""

    def test_workers_learn_in_step_and_repeat_with_the_seed(self, tmp_path: Path, cluster: Cluster) -> None:
        ended, first = run(ddppo(workers=2), tmp_path / "a", updates=3, cluster=cluster)
        _, second = run(ddppo(workers=2), tmp_path / "b", updates=3, cluster=cluster)
        assert (ended.status, ended.summary["env_steps"]) == ("finished", 384)
        assert losses(first) == losses(second)
        assert len(losses(first)) >= 5  # one of each worker a round, but for the last, which ends the run

    def test_a_worker_that_is_killed_rejoins_and_the_copies_are_alike_again(
        self, tmp_path: Path, cluster: Cluster
    ) -> None:
        killed: list[psutil.Process] = []

        def hear(event: Any) -> None:
            if not killed and isinstance(event, MetricsReported) and event.updates >= 2:
                killed.append(at_work(cluster)[0])
                killed[0].kill()

        ended, events = run(ddppo(workers=2), tmp_path / "run", updates=20, hear=hear, cluster=cluster)
        assert len([event for event in events if isinstance(event, ActorRestarted)]) == 1
        assert (ended.status, ended.summary["updates"]) == ("finished", 20)  # each round verifies that they are alike

    def test_a_worker_that_hangs_is_replaced_and_the_others_do_not_hang_with_it(
        self, tmp_path: Path, cluster: Cluster
    ) -> None:
        stopped: list[psutil.Process] = []

        def hear(event: Any) -> None:
            if not stopped and isinstance(event, MetricsReported) and event.updates >= 2:
                stopped.append(at_work(cluster)[0])
                stopped[0].suspend()

        graph = ddppo(2, **{"rollouts_1.call_deadline": 6.0, "allreduce_1.patience": 1.0})
        ended, events = run(graph, tmp_path / "run", updates=20, hear=hear, cluster=cluster)
        (lost,) = [event for event in events if isinstance(event, ActorRestarted)]
        assert "no answer" in lost.cause
        assert (ended.status, ended.summary["updates"]) == ("finished", 20)
