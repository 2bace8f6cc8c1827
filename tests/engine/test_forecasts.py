"""What a form tells of a node before anything runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import gallery
from engine.catalogue import find
from engine.document import Document, load
from engine.events import Log
from engine.forecasts import foretell
from tests.engine.graphs import carts, dqn, ppo
from tests.engine.test_session import run


def told(graph: Document, node: str) -> str:
    return foretell(graph, find(), node)


def test_agents_are_told_by_name_with_who_plays_them() -> None:
    assert told(carts(), "agents_1") == "It picks cart_0, cart_1; ppo_1 plays them."
    assert told(carts(), "rollouts_1") == "dqn_1 plays cart_2, cart_3; ppo_1 plays cart_0, cart_1."


def test_of_agents_that_nobody_knows_before_the_run_nothing_is_told() -> None:
    graph = carts().with_param("environment_1", "id", "butterfly/arena-v0")
    assert told(graph, "agents_1") == told(graph, "rollouts_1") == ""
    assert told(carts().with_param("agents_1", "agents", "dog_*"), "agents_1") == ""


def test_a_buffer_tells_its_memory_and_which_checkpoints_keep_it() -> None:
    one = "When full it takes 58.5 kB, 58.5 bytes for a transition; every checkpoint keeps them."
    assert told(dqn(), "buffer_1") == one
    large = dqn().with_param("buffer_1", "capacity", 1_000_000).with_param("buffer_1", "prioritised", False)
    assert "takes 50 MB, 50 bytes for a transition; checkpoints at the end" in told(large, "buffer_1")
    assert "no checkpoint keeps them" in told(large.with_param("buffer_1", "save_up_to", 10), "buffer_1")


def test_nothing_is_told_of_other_nodes_and_of_environments_that_nobody_knows() -> None:
    assert told(ppo(), "train_1") == told(ppo(), "no_such_node") == ""
    assert told(dqn().with_param("environment_1", "id", "Arena-v0"), "buffer_1") == ""


def test_what_is_kept_once_for_a_sequence_is_shared_by_its_steps() -> None:
    graph = load(gallery.path("r2d2_cartpole")).with_param("buffer_1", "prioritised", False)
    shorter = graph.with_param("rollouts_1", "fragment_length", 40)
    assert "takes 858 kB, 42.9 bytes" in told(shorter.with_param("buffer_1", "capacity", 20_000), "buffer_1")


def announced(graph: Document, folder: Path, env_steps: int) -> str:
    """The bytes that a run tells of the buffer's transitions."""
    _, events = run(graph, folder, stop={"env_steps": env_steps})
    (said,) = [event.text for event in events if isinstance(event, Log) and event.node == "buffer_1"]
    return said.partition(" bytes")[0].rpartition(" ")[2]


@pytest.mark.parametrize("name", ["dqn_cartpole", "sac_pendulum", "dqn_rainbow_cartpole", "r2d2_cartpole"])
def test_a_run_announces_the_bytes_that_the_form_told(name: str, tmp_path: Path) -> None:
    graph = load(gallery.path(name))
    assert f" {announced(graph, tmp_path / 'run', 40)} bytes for a transition" in told(graph, "buffer_1")


def test_what_agents_of_a_known_environment_store_is_foretold_too(tmp_path: Path) -> None:
    graph = load(gallery.path("ppo_and_dqn_cartpole")).with_param("rollouts_1", "workers", 0)
    assert f" {announced(graph, tmp_path / 'run', 1100)} bytes for a transition" in told(graph, "buffer_1")
