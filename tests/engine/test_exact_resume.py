"""A run that is stopped and resumed is the run that was never stopped: to the last bit where all is in one process."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest

from engine import checkpoints, document
from engine.document import Document, Edge, Node
from engine.events import EpisodesFinished, Log
from engine.packing import pack
from tests.engine.test_replay_runs import dqn
from tests.engine.test_session import metrics, ppo, run


def newest(folder: Path) -> checkpoints.Saved:
    saved = checkpoints.newest(folder / "checkpoints")
    assert saved is not None
    return saved


def flat(folder: Path) -> dict[str, Any]:
    """Everything in a run's last checkpoint by its path, but for the time that it took."""
    arrays, tree = pack(newest(folder).state)
    values: dict[str, Any] = dict(arrays)

    def walk(part: Any, path: str) -> None:
        if isinstance(part, dict | list):
            for name, inner in part.items() if isinstance(part, dict) else enumerate(part):
                walk(inner, f"{path}.{name}")
        else:
            values[path] = part

    walk(tree, "")
    return {path: value for path, value in shown(values).items() if path != ".seconds"}


def shown(values: dict[str, Any]) -> dict[str, Any]:
    """The same with the pictures that each row of a buffer shows, wherever in the buffer they are kept."""
    pools = [path.removesuffix("frames") for path in values if re.search(r"\.images\.\d+\.frames$", path)]
    for pool in pools:
        frames = values.pop(f"{pool}frames")
        for path in values:
            if path.startswith(pool):
                values[path] = frames[values[path]]
    return values


def differing(one: Path, other: Path) -> list[str]:
    first, second = flat(one), flat(other)
    return sorted(
        path
        for path in first.keys() | second.keys()
        if path not in first or path not in second or not np.array_equal(first[path], second[path])
    )


def assert_goes_on_as_if_never_stopped(graph: Document, folder: Path, half: int, whole: int) -> None:
    _, straight = run(graph, folder / "straight", stop={"env_steps": whole})
    _, before = run(graph, folder / "before", stop={"env_steps": half})
    _, after = run(graph, folder / "after", stop={"env_steps": whole}, resume=newest(folder / "before"))
    assert metrics(before) + metrics(after) == metrics(straight) != []
    assert differing(folder / "straight", folder / "after") == []


@pytest.mark.parametrize("half", [48, 320, 336])  # before learning starts, and in the middle of episodes and turns
def test_dqn_goes_on_bit_by_bit(tmp_path: Path, half: int) -> None:
    graph = dqn(**{"union_1.weights": {"broadcast_1": 1.5}, "broadcast_1.every": 3, "replay_1.ratio": 4.0})
    assert_goes_on_as_if_never_stopped(graph, tmp_path, half, 640)


def test_ppo_goes_on_bit_by_bit(tmp_path: Path) -> None:
    graph = ppo(**{"concat_1.min_steps": 192, "train_1.epochs": 2})
    assert_goes_on_as_if_never_stopped(graph, tmp_path, 256, 768)


class Forgetful(gymnasium.Env[Any, Any]):
    """It shows how often it was reset, which no seed and no action decide."""

    observation_space = gymnasium.spaces.Box(-np.inf, np.inf, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)
    resets = 0

    def reset(self, *, seed: int | None = None, options: Any = None) -> tuple[Any, dict[str, Any]]:
        super().reset(seed=seed)
        self.resets, self.left = self.resets + 1, 50
        return np.array([self.resets], np.float32), {}

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        self.left -= 1
        return np.array([self.resets], np.float32), 1.0, not self.left, False, {}


def test_where_an_environment_does_not_come_back_the_run_says_so_and_begins_new_episodes(tmp_path: Path) -> None:
    gymnasium.register("Forgetful-v0", Forgetful)
    try:
        graph = ppo(**{"environment_1.id": "Forgetful-v0"})
        run(graph, tmp_path / "before", stop={"env_steps": 448})  # 112 steps each: in their third episodes
        ended, events = run(graph, tmp_path / "after", stop={"env_steps": 768}, resume=newest(tmp_path / "before"))
    finally:
        del gymnasium.registry["Forgetful-v0"]
    (said,) = [event for event in events if isinstance(event, Log)]
    assert (said.level, said.node) == ("warning", "rollouts_1")
    assert said.text.startswith("environment 0 did not come to where it was by the same actions: new episodes begin")
    lengths = [length for event in events if isinstance(event, EpisodesFinished) for *_, length in event.rows]
    assert lengths == [50] * 4  # of 80 steps each, all of new episodes; what was cut off counts as none
    assert ended.summary["env_steps"] == 768


GRAPHS = Path(__file__).parents[2] / "saved_graphs"


SMALL: dict[str, dict[str, Any]] = {
    "Rollouts": {"workers": 0, "environments_per_worker": 2, "fragment_length": 16},
    "MultiAgentRollouts": {"workers": 0, "environments_per_worker": 2, "fragment_length": 16, "sequence_length": 8},
    "Replay": {"batch_size": 32, "learning_starts": 100, "ratio": 2.0},
    "ConcatBatches": {"min_steps": 100},
    "TrainOneStep": {"minibatch": 32, "epochs": 1},
    "PlayAgainst": {"every": 100, "games": 2},
    "ReportMetrics": {"interval": 0.0},
}


def in_one_process(name: str) -> Document:
    """A saved graph with its workers in the engine's process, small."""
    graph = document.load(GRAPHS / f"{name}.json")
    for node in graph.nodes:
        for param, value in SMALL.get(node.type, {}).items():
            graph = graph.with_param(node.id, param, value)
    return graph


@pytest.mark.parametrize(
    "name",
    [
        "a2c_cartpole",
        "a3c_cartpole",  # with one worker in this process there is only one order to be done in
        "ddpg_pendulum",
        "dqn_cartpole",
        "dqn_rainbow_cartpole",
        "pg_cartpole",
        "ppo_and_dqn_cartpole",
        "ppo_recurrent_cartpole",
        "r2d2_cartpole",
        "sac_pendulum",
        "self_play_connect_four",
        "simple_q_cartpole",
        "td3_pendulum",
    ],
)
def test_saved_graphs_go_on_bit_by_bit(tmp_path: Path, name: str) -> None:
    assert_goes_on_as_if_never_stopped(in_one_process(name), tmp_path, 300, 700)


@pytest.mark.parametrize("name", ["sac_halfcheetah", "dqn_upndown"])
def test_mujoco_and_atari_go_on_bit_by_bit(tmp_path: Path, name: str) -> None:
    assert_goes_on_as_if_never_stopped(in_one_process(name), tmp_path, 160, 256)


def split(graph: Document) -> Document:
    """PPO and DQN with a Split By Policy where two Select Experiences stand behind a Duplicate."""
    gone, ends = {"duplicate_1", "select_1"}, {"gather_1.items": "split_1.batches", "ppo_1.policy": "split_1.policy"}
    nodes = [each for each in graph.nodes if each.id not in gone]
    edges = [each for each in graph.edges if {each.source_node, each.target_node}.isdisjoint(gone)]
    wires = {**ends, "split_1.selected": "advantages_1.batches", "split_1.others": "select_2.batches"}
    edges += [Edge(source=source, target=target) for source, target in wires.items()]
    nodes.append(Node(id="split_1", type="SplitByPolicy"))
    return graph.model_copy(update={"nodes": tuple(nodes), "edges": tuple(edges)})


def test_a_split_does_what_two_selections_do_and_goes_on_bit_by_bit(tmp_path: Path) -> None:
    graph = in_one_process("ppo_and_dqn_cartpole")
    run(graph, tmp_path / "selected", stop={"env_steps": 700})
    assert_goes_on_as_if_never_stopped(split(graph), tmp_path, 300, 700)
    assert flat(tmp_path / "selected")["nodes.ppo_1.parameters"].tolist() == (
        flat(tmp_path / "straight")["nodes.ppo_1.parameters"].tolist()
    )
