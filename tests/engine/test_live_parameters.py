"""Parameters turned while a graph runs: what follows is made with them, and the run's record says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine import checkpoints, document
from engine.declare import Operator
from engine.document import Document
from engine.event_log import read_events
from engine.events import Log, MetricsReported, ParamSet, Refused, RunStarted, SetParam, Stop
from engine.operators.flow.every_n import EveryN
from engine.operators.learning.compute_gradients import ComputeGradients
from engine.operators.setup.actor_critic_policy import ActorCriticPolicy
from engine.parameters import Param
from engine.turning import has_copy, turn
from tests.engine.graphs import adding, cutting, node, wiring
from tests.engine.test_session import ppo, run


def reported(event: Any) -> bool:
    return isinstance(event, MetricsReported)


def steady() -> Document:
    """PPO whose learning rate is what its parameter says, at all times."""
    return ppo(**{"policy_1.anneal_over": 0})


def filtering(workers: int) -> Document:
    """PPO whose workers let every batch pass, until the threshold is turned up."""
    graph = cutting(ppo(workers=workers), "rollouts_1.experiences → advantages_1.batches")
    graph = adding(graph, node("Filter", "filter_1", quantity="env_steps", threshold=0))
    return wiring(graph, "rollouts_1.experiences → filter_1.items", "filter_1.passed → advantages_1.batches")


def test_what_is_turned_is_used_from_the_next_item_on_and_recorded(tmp_path: Path) -> None:
    faster = SetParam(node="policy_1", name="learning_rate", value=0.01)
    _, events = run(steady(), tmp_path / "run", stop={"updates": 3}, commands=[(reported, faster)])
    rates = [event.values["learning_rate"] for event in events if isinstance(event, MetricsReported)]
    before = document.load(tmp_path / "run" / "graph.json").node("policy_1").params.get("learning_rate", 3e-4)
    assert rates == pytest.approx([before, 0.01, 0.01])
    (told,) = (event for event in events if isinstance(event, ParamSet))
    assert (told.node, told.name, told.value, told.before) == ("policy_1", "learning_rate", 0.01, before)
    assert (told.env_steps, told.updates) == (64, 1)
    assert told in list(read_events(tmp_path / "run"))


@pytest.mark.parametrize(
    ("wish", "why"),
    [
        (SetParam(node="rollouts_1", name="fragment_length", value=3), "cannot be changed while the graph runs"),
        (SetParam(node="train_1", name="epochs", value=0), "epochs must be at least 1, not 0"),
        (SetParam(node="train_1", name="epoch", value=1), "Train One Step has no parameter epoch"),
        (SetParam(node="train_2", name="epochs", value=1), "the graph that runs has no such node"),
    ],
    ids=["no live parameter", "a value out of range", "no such parameter", "no such node"],
)
def test_what_cannot_be_turned_is_refused_in_words_and_the_run_goes_on(
    wish: SetParam, why: str, tmp_path: Path
) -> None:
    ended, events = run(ppo(), tmp_path / "run", stop={"updates": 2}, commands=[(reported, wish)])
    (refused,) = (event for event in events if isinstance(event, Refused))
    assert refused.command == "set_param"
    assert why in refused.problems[0]["what"]
    assert (refused.problems[0]["node"], refused.problems[0]["field"]) == (wish.node, wish.name)
    assert ended.status == "finished"
    assert not any(isinstance(event, ParamSet) for event in events)


class Runs(Operator):
    """Run Python that was declared live past `param`, which refuses that."""

    code: str = Param("", str, "x = 1", "Python to run", live=True, editor="code")  # type: ignore[assignment]  # text on instances


def test_python_is_never_turned_while_a_graph_runs() -> None:
    operator = Runs("runs_1")
    with pytest.raises(ValueError, match="code cannot be changed while the graph runs: stop the run first"):
        turn(operator, "code", "x = 2")
    assert operator.code == "x = 1"


def test_a_resumed_run_goes_on_with_what_was_turned(tmp_path: Path) -> None:
    turned_then_stopped = [
        (reported, SetParam(node="policy_1", name="learning_rate", value=0.01)),
        (reported, Stop()),
    ]
    ended, _ = run(steady(), tmp_path / "run", commands=turned_then_stopped)
    saved = checkpoints.newest(tmp_path / "run" / "checkpoints")
    stop = {"updates": ended.summary["updates"] + 1}
    _, events = run(steady(), tmp_path / "run", stop=stop, resume=saved)
    assert [event.values["learning_rate"] for event in events if reported(event)] == pytest.approx([0.01])
    (started,) = (event for event in events if isinstance(event, RunStarted))
    assert started.turned == {"policy_1": {"learning_rate": 0.01}}


def test_a_resumed_run_leaves_out_what_was_kept_of_a_node_that_is_gone(tmp_path: Path) -> None:
    turned_then_stopped = [
        (reported, SetParam(node="train_1", name="epochs", value=2)),
        (reported, SetParam(node="policy_1", name="learning_rate", value=0.01)),
        (reported, Stop()),
    ]
    ended, _ = run(steady(), tmp_path / "run", commands=turned_then_stopped)
    state, env_steps = checkpoints.newest(tmp_path / "run" / "checkpoints") or pytest.fail("there is no checkpoint")
    gone = {name: {"policy_2": state[name]["policy_1"]} for name in ("nodes", "turned")}
    gone["turned"]["train_1"] = state["turned"]["train_1"]
    stop = {"updates": ended.summary["updates"] + 1}
    ended, events = run(steady(), tmp_path / "run", stop=stop, resume=({**state, **gone}, env_steps))
    assert ended.status == "finished"
    assert [event.text for event in events if isinstance(event, Log) and event.level == "warning"] == [
        "the state of policy_2 is left out: the graph that runs has no such node",
        "learning_rate of policy_2 is no longer turned to 0.01: the graph that runs has no such node",
    ]
    state, _ = checkpoints.newest(tmp_path / "run" / "checkpoints") or pytest.fail("there is no checkpoint")
    assert state["turned"] == {"train_1": {"epochs": 2}}


def test_copies_on_workers_turn_too(tmp_path: Path) -> None:
    shut = SetParam(node="filter_1", name="threshold", value=1_000)
    ended, _ = run(filtering(workers=0), tmp_path / "run", stop={"env_steps": 640}, commands=[(reported, shut)])
    assert ended.summary["env_steps"] >= 640
    assert ended.summary["updates"] == 1


@pytest.mark.ray
def test_copies_on_remote_workers_turn_too(tmp_path: Path, cluster: Any) -> None:
    shut = SetParam(node="filter_1", name="threshold", value=1_000)
    stop = {"env_steps": 1_024}
    graph = filtering(workers=2)
    ended, _ = run(graph, tmp_path / "run", stop=stop, commands=[(reported, shut)], cluster=cluster)
    assert ended.summary["env_steps"] >= 1_024
    assert ended.summary["updates"] <= 2  # what the workers had made before they heard of it still goes on


def test_an_actor_has_copies_of_its_operators_and_of_those_whose_handles_they_take() -> None:
    gradients, policy = ComputeGradients("gradients_1"), ActorCriticPolicy("policy_1")
    other: Operator = EveryN("every_1")
    gradients.providers = {"policy": policy, "batches": other}
    assert has_copy([gradients], "gradients_1")
    assert has_copy([gradients], "policy_1")
    assert not has_copy([gradients], "every_1")  # what gives it a stream runs elsewhere


def test_a_copy_that_is_made_later_has_what_was_turned() -> None:
    every = EveryN("every_1", {"n": 10})
    turn(every, "n", 3)
    assert (every.n, every.params) == (3, {"n": 3})
