"""Every kind of observation and action space goes through a whole run: sample, train, broadcast, evaluate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest
from gymnasium.spaces import Box, Discrete, MultiDiscrete

from engine.document import Document, Edge, Node
from engine.events import CheckpointSaved, MetricsReported
from engine.runs import RunFolder
from engine.session import run_graph

OBSERVATIONS = {
    "vector": Box(-1, 1, (3,), np.float32),
    "matrix": Box(-1, 1, (2, 3), np.float64),
    "pixels": Box(0, 255, (84, 84, 3), np.uint8),
}
ACTIONS = {
    "discrete": Discrete(3),
    "multi": MultiDiscrete([2, 3]),
    "box": Box(-2, 2, (2,), np.float32),
}


class Spaces(gymnasium.Env[Any, Any]):
    """Any spaces; refuses an action outside its own, and is cut off after 5 steps."""

    def __init__(self, observations: str = "vector", actions: str = "discrete") -> None:
        self.observation_space = OBSERVATIONS[observations]
        self.action_space = ACTIONS[actions]

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.observation_space.seed(seed)
        self.steps = 0
        return self.observation_space.sample(), {}

    def step(self, action):
        assert self.action_space.contains(action), f"{action!r} is not in {self.action_space}"
        self.steps += 1
        return self.observation_space.sample(), 1.0, False, self.steps == 5, {}


@pytest.fixture(autouse=True)
def _registered():
    gymnasium.register("Spaces-v0", Spaces)
    yield
    del gymnasium.registry["Spaces-v0"]


def graph(**kwargs: Any) -> Document:
    """Rollouts → advantages → gather → train → broadcast → evaluate → checkpoint → report, without Ray."""
    normalise = kwargs.pop("normalise", False)
    nodes = {
        "environment_1": ("Environment", {"id": "Spaces-v0", "kwargs": kwargs, "normalise_observations": normalise}),
        "policy_1": ("PPOPolicy", {"hidden": [16]}),
        "rollouts_1": ("Rollouts", {"workers": 0, "environments_per_worker": 2, "fragment_length": 8}),
        "advantages_1": ("ComputeAdvantages", {}),
        "gather_1": ("GatherSync", {}),
        "train_1": ("TrainOneStep", {"epochs": 1, "minibatch": 8}),
        "broadcast_1": ("BroadcastWeights", {}),
        "evaluate_1": ("Evaluate", {"every": 16, "episodes": 2}),
        "checkpoint_1": ("Checkpoint", {"every": 16}),
        "report_1": ("ReportMetrics", {"interval": 0.0}),
    }
    wires = (
        "environment_1.environment policy_1.environment",
        "environment_1.environment rollouts_1.environment",
        "environment_1.environment evaluate_1.environment",
        "policy_1.policy rollouts_1.policy",
        "policy_1.policy train_1.policy",
        "policy_1.policy broadcast_1.policy",
        "policy_1.policy evaluate_1.policy",
        "rollouts_1.actors broadcast_1.workers",
        "rollouts_1.experiences advantages_1.batches",
        "advantages_1.estimated gather_1.shards",
        "gather_1.items train_1.batches",
        "train_1.results broadcast_1.items",
        "broadcast_1.passed evaluate_1.items",
        "evaluate_1.passed checkpoint_1.items",
        "checkpoint_1.passed report_1.items",
    )
    return Document(
        nodes=tuple(Node(id=id_, type=type_, params=params) for id_, (type_, params) in nodes.items()),
        edges=tuple(Edge(source=wire.split()[0], target=wire.split()[1]) for wire in wires),
    )


def run(document: Document, folder: Path):
    events: list[Any] = []
    record = RunFolder.create(folder, document, 1, {})
    ended = run_graph(document, folder=record, seed=1, stop={"updates": 2}, tell=events.append, commands=lambda: None)
    return ended, events


@pytest.mark.parametrize("actions", ACTIONS)
@pytest.mark.parametrize("observations", ["vector", "matrix"])
def test_vectors_and_every_action_space_run(tmp_path, observations, actions):
    ended, _ = run(graph(observations=observations, actions=actions), tmp_path / "run")
    assert (ended.status, ended.problems) == ("finished", ())


@pytest.mark.parametrize("actions", ["discrete", "box"])
def test_images_run_through_a_convolutional_network(tmp_path, actions):
    ended, _ = run(graph(observations="pixels", actions=actions), tmp_path / "run")
    assert (ended.status, ended.problems) == ("finished", ())


def test_observations_can_be_normalised(tmp_path):
    ended, _ = run(graph(normalise=True), tmp_path / "run")
    assert (ended.status, ended.problems) == ("finished", ())


def test_evaluate_plays_whole_episodes_and_counts_no_step(tmp_path):
    ended, events = run(graph(), tmp_path / "run")
    played = [event.values for event in events if isinstance(event, MetricsReported) and event.node == "evaluate_1"]
    assert played[0] == {
        "evaluation_return_mean": 5.0,
        "evaluation_return_min": 5.0,
        "evaluation_return_max": 5.0,
        "evaluation_length_mean": 5.0,
    }
    assert ended.summary["env_steps"] == 32


def test_checkpoint_writes_when_its_steps_have_gone_by(tmp_path):
    _, events = run(graph(), tmp_path / "run")
    saved = [event.folder for event in events if isinstance(event, CheckpointSaved)]
    assert saved == ["checkpoints/000000016", "checkpoints/000000032"]


def changed(document: Document, id_: str, **params: Any) -> Document:
    """The graph with other parameters at one node."""
    nodes = [node.model_copy(update={"params": params}) if node.id == id_ else node for node in document.nodes]
    return document.model_copy(update={"nodes": tuple(nodes)})


def test_an_atari_game_runs_from_stacked_pictures(tmp_path):
    game = {"id": "ALE/Breakout-v5", "preprocessing": "atari", "frame_stack": 4, "end_at_life_loss": True}
    document = changed(changed(graph(), "environment_1", **game), "evaluate_1", every=1_000_000)
    ended, _ = run(document, tmp_path / "run")
    assert (ended.status, ended.problems) == ("finished", ())


def test_the_agent_may_be_shown_less_or_more_than_the_environment_shows(tmp_path):
    document = changed(graph(), "environment_1", id="Spaces-v0", hidden=[0], frame_stack=3)
    ended, _ = run(document, tmp_path / "run")
    assert (ended.status, ended.problems) == ("finished", ())


def test_a_gpu_that_is_not_there_is_told_by_the_policy_before_anything_is_sampled(tmp_path, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    ended, _ = run(changed(graph(), "policy_1", device="cuda"), tmp_path / "run")
    (problem,) = ended.problems
    assert (ended.status, ended.summary["env_steps"]) == ("failed", 0)
    assert problem["node"] == "policy_1"
    assert problem["what"] == "torch finds no CUDA GPU on this machine: set device to auto or cpu"
