"""Whole runs that learn from replay: what they repeat, and what a resumed one goes on with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine import checkpoints, session
from engine.actors import replay
from engine.document import Document, Edge, Node
from engine.events import CheckpointSaved, Log, MetricsReported
from engine.runs import RunFolder
from tests.engine.test_session import metrics, run

WIRES = """
environment_1.environment policy_1.environment, environment_1.environment rollouts_1.environment,
policy_1.policy rollouts_1.policy, rollouts_1.experiences nstep_1.batches, nstep_1.summed gather_1.shards,
gather_1.items store_1.batches, buffer_1.buffer store_1.buffer,
buffer_1.buffer replay_1.buffer, replay_1.experiences gather_2.shards, gather_2.items train_1.batches,
policy_1.policy train_1.policy, train_1.results priorities_1.results, buffer_1.buffer priorities_1.buffer,
priorities_1.passed target_1.items, policy_1.policy target_1.policy, target_1.passed broadcast_1.items,
policy_1.policy broadcast_1.policy, rollouts_1.actors broadcast_1.workers,
broadcast_1.passed union_1.items, store_1.stored union_1.driven, union_1.merged report_1.items
"""


def dqn(**changes: Any) -> Document:
    """DQN on CartPole in one process, small: 3-step returns, priorities, learning from 64 rows on."""
    params: dict[str, dict[str, Any]] = {
        "environment_1": {},
        "policy_1": {"hidden": [16]},
        "rollouts_1": {"workers": 0, "environments_per_worker": 2, "fragment_length": 8},
        "nstep_1": {"steps": 3},
        "gather_1": {},
        "buffer_1": {"capacity": 200, "prioritised": True},
        "store_1": {},
        "replay_1": {"batch_size": 32, "learning_starts": 64},
        "gather_2": {},
        "train_1": {"epochs": 1, "minibatch": 32},
        "priorities_1": {},
        "target_1": {"every": 50},
        "broadcast_1": {},
        "union_1": {},
        "report_1": {"interval": 0.0},
    }
    types = ["Environment", "DQNPolicy", "Rollouts", "NStepReturns", "GatherSync", "ReplayBuffer", "StoreToReplay"]
    types += ["Replay", "GatherSync", "TrainOneStep", "UpdatePriorities", "UpdateTargetNetwork", "BroadcastWeights"]
    types += ["Union", "ReportMetrics"]
    nodes = [Node(id=id_, type=type_, params=given) for (id_, given), type_ in zip(params.items(), types, strict=True)]
    edges = [Edge(source=wire.split()[0], target=wire.split()[1]) for wire in WIRES.split(",")]
    graph = Document(title="small DQN", nodes=tuple(nodes), edges=tuple(edges))
    for name, value in changes.items():
        node, _, param = name.partition(".")
        graph = graph.with_param(node, param, value)
    return graph


def buffer_of(folder: Path) -> dict[str, Any]:
    """What the newest checkpoint of a run keeps of its buffer's shard."""
    saved = checkpoints.newest(folder / "checkpoints")
    assert saved is not None
    return saved.state["nodes"]["buffer_1"]["shards"]["buffer_1/0"]


def resumed(folder: Path, into: Path, env_steps: int) -> tuple[Any, list[Any]]:
    """Go on from a run's newest checkpoint, in a folder of its own."""
    return run(dqn(), into, stop={"env_steps": env_steps}, resume=checkpoints.newest(folder / "checkpoints"))


def test_the_same_seed_gives_the_same_numbers_from_the_first_batch_to_the_last(tmp_path):
    _, first = run(dqn(), tmp_path / "a", stop={"env_steps": 640})
    _, second = run(dqn(), tmp_path / "b", stop={"env_steps": 640})
    assert metrics(first) == metrics(second)
    assert len(metrics(first)) == 35  # of 40 fragments the fifth makes 64 rows; the run stops with the last


def test_a_run_that_goes_on_draws_at_once_from_the_rows_that_were_kept(tmp_path):
    run(dqn(), tmp_path / "run", stop={"env_steps": 320})
    before = buffer_of(tmp_path / "run")
    _, events = resumed(tmp_path / "run", tmp_path / "more", env_steps=352)
    after = buffer_of(tmp_path / "more")
    assert len(metrics(events)) == 2  # one batch for each fragment, without learning to start again
    new = after["ring"]["end"] - before["ring"]["end"]
    assert new == 16 + 16  # fragments of the same episodes, so 3-step returns go on behind the 2 rows held back
    for name, column in before["ring"]["columns"].items():
        assert np.array_equal(after["ring"]["columns"][name][: 200 - new], column[new:]), name


def test_runs_that_go_on_from_one_checkpoint_are_alike_to_the_last_bit(tmp_path):
    run(dqn(), tmp_path / "run", stop={"env_steps": 320})
    _, first = resumed(tmp_path / "run", tmp_path / "a", env_steps=640)
    _, second = resumed(tmp_path / "run", tmp_path / "b", env_steps=640)
    assert metrics(first) == metrics(second) != []
    for name, column in buffer_of(tmp_path / "a")["ring"]["columns"].items():
        assert np.array_equal(column, buffer_of(tmp_path / "b")["ring"]["columns"][name]), name
    priorities = [buffer_of(tmp_path / folder)["sampling"]["priorities"] for folder in "ab"]
    assert np.array_equal(*priorities)


def test_the_log_says_how_much_memory_the_buffer_takes_before_it_is_filled(tmp_path):
    _, events = run(dqn(), tmp_path / "run", stop={"env_steps": 32})
    (said,) = [event.text for event in events if isinstance(event, Log)]
    assert said == "room for 200 transitions of 62.5 bytes, 12.5 kB when full; every checkpoint keeps them"


def test_large_contents_are_kept_at_the_end_and_not_every_few_seconds(tmp_path, monkeypatch):
    monkeypatch.setattr(replay, "SMALL", 100)  # bytes
    monkeypatch.setattr(session, "SAVE_EVERY", 0.0)  # seconds
    record = RunFolder.create(tmp_path / "run", dqn(), seed=1)
    kept: list[bool] = []

    def look(event: Any) -> None:
        if isinstance(event, CheckpointSaved):
            kept.append("buffer_1" in checkpoints.load(record.path / event.folder).state["nodes"])

    stop = {"env_steps": 160}
    session.run_graph(dqn(), folder=record, seed=1, stop=stop, tell=look, commands=lambda: None)
    assert kept[-1]
    assert len(kept) > 1
    assert not any(kept[:-1])


def test_a_run_that_was_cut_short_says_on_going_on_what_is_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(session, "SAVE_EVERY", 0.0)  # seconds
    record = RunFolder.create(tmp_path / "run", dqn(), seed=1)
    states = []

    def look(event: Any) -> None:
        if isinstance(event, CheckpointSaved):
            states.append((checkpoints.load(record.path / event.folder).state, event.env_steps))

    session.run_graph(dqn(), folder=record, seed=1, stop={"env_steps": 160}, tell=look, commands=lambda: None)
    for (state, env_steps), warnings in ((states[0], [session.CUT_SHORT]), (states[-1], [])):
        folder, stop = RunFolder.create(tmp_path / str(env_steps), dqn(), seed=1), {"env_steps": 176}
        events: list[Any] = []
        session.run_graph(
            dqn(), folder=folder, seed=1, stop=stop, tell=events.append, commands=lambda: None,
            resume=(state, env_steps),
        )  # fmt: skip
        told = [event.text for event in events if isinstance(event, Log) and event.level == "warning"]
        assert told == warnings


def test_the_replay_ratio_is_reported_and_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr(replay, "REPORT_EVERY", 10)
    graph = dqn(**{"replay_1.ratio": 1.0, "rollouts_1.fragment_length": 4})  # 32 rows drawn for every 32 stored
    _, events = run(graph, tmp_path / "run", stop={"env_steps": 640})
    told = [event.values for event in events if isinstance(event, MetricsReported) and event.node == "replay_1"]
    assert told[-1]["replay_ratio_wanted"] == 1.0
    assert told[-1]["replay_ratio"] == pytest.approx(1.0, abs=0.1)
