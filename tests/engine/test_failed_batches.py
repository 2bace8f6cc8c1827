"""A batch that a node fails on is kept in the run's folder, wherever the node ran."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from safetensors.numpy import load_file

from engine import gallery
from engine.cluster import Cluster
from engine.document import Document, load
from engine.events import RunEnded
from engine.runs import RunFolder
from engine.session import run_graph

STEEP = {"policy_1.value_coefficient": 1e38}  # the gradient is finite in float32, its norm is not


class Clouded(gymnasium.Env[Any, Any]):
    """An environment that sees nothing in its fourth step."""

    observation_space = gymnasium.spaces.Box(-1, 1, (2,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)
    steps = 0

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        return np.zeros(2, np.float32), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.steps += 1
        return np.array([0, np.nan if self.steps == 4 else 1], np.float32), 1.0, False, False, {}


@pytest.fixture
def clouded() -> Iterator[dict[str, str]]:
    gymnasium.register("Clouded-v0", Clouded)
    yield {"environment_1.id": "Clouded-v0"}
    del gymnasium.registry["Clouded-v0"]


def graph(name: str, workers: int = 0, **params: Any) -> Document:
    """A saved graph with 2 environments, fragments of 8, and these parameters."""
    small = {"workers": workers, "environments_per_worker": 2, "fragment_length": 8}
    changes = {f"rollouts_1.{param}": value for param, value in small.items()} | params
    document = load(gallery.path(name))
    for place, value in changes.items():
        node, _, param = place.partition(".")
        document = document.with_param(node, param, value)
    return document


def run(document: Document, folder: RunFolder, cluster: Cluster | None = None) -> RunEnded:
    return run_graph(
        document,
        folder=folder,
        seed=1,
        stop={"updates": 3},
        tell=lambda event: None,
        commands=lambda: None,
        cluster=cluster,
    )


def failing(document: Document, path: Path, cluster: Cluster | None = None) -> tuple[dict[str, str], dict[str, Any]]:
    """The first problem of a run that fails, and the batch that its hint says how to load."""
    ended = run(document, RunFolder.create(path, document, 1), cluster)
    assert ended.status == "failed"
    file = path / "failed_batch.safetensors"
    assert f"safetensors.numpy.load_file({str(file)!r})" in ended.problems[0]["hint"]
    return ended.problems[0], load_file(file)


def test_a_gradient_that_is_no_number_stops_the_run_and_the_train_batch_is_kept(tmp_path: Path) -> None:
    small = {"concat_1.min_steps": 32, "train_1.minibatch": 32}
    problem, batch = failing(graph("ppo_cartpole", **STEEP, **small), tmp_path / "run")
    assert problem["node"] == "train_1"
    assert "gradient_norm is" in problem["what"]
    assert batch["obs"].shape == (32, 4)
    assert {"action", "advantage", "value_target"} <= batch.keys()


def test_a_gradient_computed_behind_the_rollouts_is_checked_there_and_its_batch_comes_back(tmp_path: Path) -> None:
    problem, batch = failing(graph("a3c_cartpole", **STEEP), tmp_path / "run")
    assert problem["node"] == "gradients_1"
    assert "gradient_norm is" in problem["what"]
    assert len(batch["value_target"]) == 16


def test_a_learner_in_a_thread_of_its_own_brings_its_batch_too(tmp_path: Path) -> None:
    problem, batch = failing(graph("impala_cartpole", **STEEP), tmp_path / "run")
    assert (problem["node"], "gradient_norm is" in problem["what"]) == ("learner_1", True)
    assert {"obs", "action", "reward"} <= batch.keys()


@pytest.mark.ray
def test_the_batch_of_another_process_comes_back_too(tmp_path: Path, cluster: Cluster) -> None:
    problem, batch = failing(graph("a3c_cartpole", workers=1, **STEEP), tmp_path / "run", cluster)
    assert problem["node"] == "gradients_1"
    assert len(batch["value_target"]) == 16


def test_an_observation_that_is_no_number_stops_the_run_and_its_fragment_is_kept(
    tmp_path: Path, clouded: dict[str, str]
) -> None:
    problem, batch = failing(graph("ppo_cartpole", **clouded), tmp_path / "run")
    assert (problem["node"], "observation of nan" in problem["what"]) == ("rollouts_1", True)
    assert np.argwhere(np.isnan(batch["obs"])).tolist() == [[4, 1], [12, 1]]  # row 4 of each environment's 8


def test_a_batch_that_the_disk_refuses_is_told_beside_what_failed(tmp_path: Path) -> None:
    document = graph("a3c_cartpole", **STEEP)
    folder = RunFolder.create(tmp_path / "run", document, 1)
    (folder.path / "failed_batch.safetensors").mkdir()
    failed, refused = run(document, folder).problems
    assert failed["node"] == "gradients_1"
    assert "the batch was not kept" in refused["what"]
