"""Whole runs of small graphs: what ends them, what they count, and that the same seed gives the same numbers."""

from __future__ import annotations

import platform
import sys
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import pytest

from engine import checkpoints, document
from engine.cluster import Cluster
from engine.document import Document, Edge, Node
from engine.events import (
    ActorRestarted,
    EpisodesFinished,
    Log,
    MetricsReported,
    NodeState,
    Pause,
    Resume,
    RunEnded,
    RunPaused,
    RunResumed,
    RunStarted,
    Stop,
    Telemetry,
)
from engine.operators.learning.train_one_step import TrainOneStep
from engine.problems import InvalidGraph
from engine.runs import RunFolder
from engine.session import Session, run_graph
from tests.engine.host_processes import at_work

PPO = Path(__file__).parents[2] / "saved_graphs" / "ppo_cartpole.json"


def ppo(workers: int = 0, **changes: Any) -> Document:
    """The saved PPO graph, small: 4 environments, fragments of 16, batches of 64."""
    graph = document.load(PPO)
    small = {
        "rollouts_1.workers": workers,
        "rollouts_1.environments_per_worker": 4,
        "rollouts_1.fragment_length": 16,
        "concat_1.min_steps": 64 * max(1, workers),
        "train_1.minibatch": 64,
        "train_1.epochs": 1,
        "report_1.interval": 0.0,
    }
    for name, value in (small | changes).items():
        node, _, param = name.partition(".")
        graph = graph.with_param(node, param, value)
    return graph


def run(graph: Document, folder: Path, *, stop=None, seed=1, commands=(), **more) -> tuple[RunEnded, list[Any]]:
    """Run the graph; `commands` are (predicate of an event, command) pairs, each given once, in order."""
    events: list[Any] = []
    waiting = list(commands)
    seen = [0]

    def next_command():
        if waiting and any(waiting[0][0](event) for event in events[seen[0] :]):
            seen[0] = len(events)
            return waiting.pop(0)[1]
        return None

    record = RunFolder.open(folder) if folder.exists() else RunFolder.create(folder, graph, seed, stop)
    ended = run_graph(
        graph, folder=record, seed=seed, stop=stop or {}, tell=events.append, commands=next_command, **more
    )
    record.close()
    return ended, events


def metrics(events):
    return [(event.env_steps, event.updates, event.values) for event in events if isinstance(event, MetricsReported)]


def test_a_run_stops_at_the_first_condition_met_and_counts_every_step_once(tmp_path):
    ended, events = run(ppo(), tmp_path / "run", stop={"env_steps": 256, "updates": 99})
    assert ended.status == "finished"
    assert ended.summary["env_steps"] == 256
    assert ended.summary["updates"] == 4
    assert [event.env_steps for event in events if isinstance(event, MetricsReported)] == [64, 128, 192, 256]


@pytest.mark.parametrize(("condition", "value"), [("updates", 3), ("episodes", 5), ("seconds", 0.05)])
def test_every_counter_can_stop_a_run(tmp_path, condition, value):
    ended, _ = run(ppo(), tmp_path / "run", stop={condition: value})
    assert ended.status == "finished"
    assert ended.summary[condition] >= value


def test_a_wanted_return_stops_a_run_once_a_hundred_episodes_have_it(tmp_path):
    ended, _ = run(ppo(), tmp_path / "run", stop={"return_mean_100": 5.0})
    assert ended.summary["episodes"] >= 100
    assert ended.summary["seconds_to_stop_return"] > 0


def test_episodes_that_are_told_are_those_that_are_counted(tmp_path):
    ended, events = run(ppo(), tmp_path / "run", stop={"env_steps": 640})
    rows = [row for event in events if isinstance(event, EpisodesFinished) for row in event.rows]
    assert len(rows) == ended.summary["episodes"] > 0
    assert sum(length for *_, length in rows) <= 640
    assert all(total == length for _, _, total, length in rows)  # CartPole gives 1 a step


def test_the_same_seed_gives_the_same_numbers_twice(tmp_path):
    _, first = run(ppo(), tmp_path / "a", stop={"env_steps": 512})
    _, second = run(ppo(), tmp_path / "b", stop={"env_steps": 512})
    assert metrics(first) == metrics(second) != []


def test_another_seed_gives_other_numbers(tmp_path):
    _, first = run(ppo(), tmp_path / "a", stop={"env_steps": 256}, seed=1)
    _, second = run(ppo(), tmp_path / "b", stop={"env_steps": 256}, seed=2)
    assert metrics(first) != metrics(second)


def test_a_synchronous_run_says_that_it_is_deterministic_and_an_asynchronous_one_why_not(tmp_path):
    graph = ppo()
    nodes = tuple(Node(id=n.id, type="GatherAsync") if n.id == "gather_1" else n for n in graph.nodes)
    _, sync = run(graph, tmp_path / "sync", stop={"updates": 1})
    _, free = run(graph.replace(nodes=nodes), tmp_path / "async", stop={"updates": 1})
    assert next(e for e in sync if isinstance(e, RunStarted)).why_not_deterministic == ""
    assert "gather_1" in next(e for e in free if isinstance(e, RunStarted)).why_not_deterministic


def test_stop_ends_a_run_with_a_checkpoint_from_which_it_goes_on(tmp_path):
    stop_soon = [(lambda event: isinstance(event, MetricsReported), Stop())]
    ended, _ = run(ppo(), tmp_path / "run", commands=stop_soon)
    assert ended.status == "stopped"
    state, env_steps = checkpoints.newest(tmp_path / "run" / "checkpoints")
    assert env_steps == ended.summary["env_steps"]
    again, events = run(ppo(), tmp_path / "run", stop={"env_steps": env_steps + 64}, resume=(state, env_steps))
    assert next(event for event in events if isinstance(event, RunStarted)).resumed_at == env_steps
    assert again.summary["env_steps"] == env_steps + 64
    assert again.summary["updates"] == ended.summary["updates"] + 1


def test_a_resumed_policy_is_the_one_that_was_saved(tmp_path):
    run(ppo(), tmp_path / "run", stop={"env_steps": 128})
    state, env_steps = checkpoints.newest(tmp_path / "run" / "checkpoints")
    run(ppo(), tmp_path / "run", stop={"env_steps": env_steps}, resume=(state, env_steps))
    resumed, _ = checkpoints.newest(tmp_path / "run" / "checkpoints")
    assert resumed["nodes"]["policy_1"].keys() == state["nodes"]["policy_1"].keys()
    assert resumed["counters"]["updates"] >= state["counters"]["updates"]


class PausedForAWhile:
    """Commands that pause after the first metrics, look away ten times (a second of the session's), and go on."""

    def __init__(self):
        self.events = []
        self.looks = 0

    def __call__(self):
        if self.looks == 0 and not any(isinstance(event, MetricsReported) for event in self.events):
            return None
        self.looks += 1
        return {1: Pause(), 11: Resume()}.get(self.looks)


def test_a_paused_run_stands_still_until_it_is_resumed_and_its_clock_too(tmp_path):
    watcher = PausedForAWhile()
    record = RunFolder.create(tmp_path / "run", ppo(), 1, {})
    ended = run_graph(ppo(), folder=record, seed=1, stop={"seconds": 0.2}, tell=watcher.events.append, commands=watcher)
    kinds = [type(event) for event in watcher.events]
    pause, resume = kinds.index(RunPaused), kinds.index(RunResumed)
    assert resume == pause + 1  # nothing was told between
    assert MetricsReported in kinds[resume:]
    assert ended.summary["seconds"] < 1  # the pause alone took as much


def test_an_invalid_graph_is_refused_with_all_its_problems(tmp_path):
    graph = ppo().with_param("train_1", "epochs", 0).with_param("concat_1", "min_steps", -1)
    with pytest.raises(InvalidGraph) as refused:
        run(graph, tmp_path / "run")
    assert {(p.where.node, p.where.field) for p in refused.value.problems} == {
        ("train_1", "epochs"),
        ("concat_1", "min_steps"),
    }


def test_a_full_disk_ends_no_run_but_is_told(tmp_path):
    graph = ppo()
    record = RunFolder.create(tmp_path / "run", graph, 1, {})
    (tmp_path / "run" / "events.jsonl").symlink_to("/dev/full")
    events = []
    ended = run_graph(graph, folder=record, seed=1, stop={"updates": 2}, tell=events.append, commands=lambda: None)
    assert ended.status == "finished"
    assert ended.summary["updates"] == 2
    assert "No space left" in ended.problems[0]["what"]
    assert len([event for event in events if isinstance(event, Log)]) == 1


class Crashing(gymnasium.Env[Any, Any]):
    """An environment that fails at its tenth step, or another."""

    observation_space = gymnasium.spaces.Box(-1, 1, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)
    steps = 0

    def __init__(self, at=10):
        self.at = at

    def reset(self, *, seed=None, options=None):
        return np.zeros(1, np.float32), {}

    def step(self, action):
        self.steps += 1
        if self.steps == self.at:
            raise ZeroDivisionError("the cart left the universe")
        return np.zeros(1, np.float32), 1.0, False, False, {}


@pytest.fixture
def _crashing():
    gymnasium.register("Crashing-v0", Crashing)
    yield
    del gymnasium.registry["Crashing-v0"]


def test_an_environment_that_cannot_be_made_ends_the_run_by_the_name_of_its_node(tmp_path):
    graph = ppo(**{"environment_1.kwargs": {"colour": "red"}})
    ended, _ = run(graph, tmp_path / "run", stop={"updates": 1})
    assert ended.status == "failed"
    assert (ended.problems[0]["node"], ended.problems[0]["field"]) == ("environment_1", "kwargs")
    assert ended.problems[0]["hint"] == "look at its keyword arguments"
    assert "colour" in ended.problems[0]["what"]


@pytest.mark.usefixtures("_crashing")
def test_an_environment_that_fails_ends_the_run_by_the_name_of_its_node(tmp_path):
    ended, events = run(ppo(**{"environment_1.id": "Crashing-v0"}), tmp_path / "run", stop={"updates": 1})
    assert ended.status == "failed"
    assert ended.problems[0]["node"] == "rollouts_1"
    assert "the cart left the universe" in ended.problems[0]["what"]
    assert f"[in rollouts_1/0 on {platform.node()}]" in ended.problems[0]["what"]
    line = Crashing.step.__code__.co_firstlineno + 3
    assert ended.problems[0]["hint"] == f"look at line {line} of test_session.py, in step; its traceback is in the log"
    (told,) = [event for event in events if isinstance(event, Log)]
    assert (told.level, told.node) == ("error", "rollouts_1")
    assert told.text.endswith("the cart left the universe\n")
    states = {event.node: event.state for event in events if isinstance(event, NodeState)}
    assert states.pop("rollouts_1") == "failed"
    assert set(states.values()) == {"ready"}


@pytest.mark.usefixtures("_crashing")
def test_a_node_is_told_as_failed_after_the_last_numbers_which_tell_states_too(tmp_path):
    crashing = {"environment_1.id": "Crashing-v0", "environment_1.kwargs": {"at": 40}}
    ended, events = run(ppo(**crashing), tmp_path / "run", stop={"updates": 1000})
    assert ended.summary["updates"] > 0
    told = [(event.type, getattr(event, "state", "")) for event in events]
    assert told.index(("node_state", "failed")) > max(i for i, event in enumerate(events) if event.type == "telemetry")


def test_what_nobody_foresaw_in_an_operator_on_the_driver_is_told_with_its_traceback(tmp_path, monkeypatch):
    def each(self, item):
        return {}["a key that is not there"]

    monkeypatch.setattr(TrainOneStep, "each", each)
    ended, events = run(ppo(), tmp_path / "run", stop={"updates": 1})
    assert (ended.problems[0]["node"], ended.problems[0]["what"]) == ("train_1", "KeyError: 'a key that is not there'")
    line = each.__code__.co_firstlineno + 1
    hint = f"look at line {line} of test_session.py, in each; its traceback is in the log; the batch is kept"
    assert ended.problems[0]["hint"].startswith(hint)
    (told,) = [event for event in events if isinstance(event, Log)]
    assert "in each" in told.text


class Leaving(gymnasium.Env[Any, Any]):
    """An environment that ends the program at its third step."""

    observation_space = gymnasium.spaces.Box(-1, 1, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)
    steps = 0

    def reset(self, *, seed=None, options=None):
        return np.zeros(1, np.float32), {}

    def step(self, action):
        self.steps += 1
        if self.steps == 3:
            sys.exit("no licence")
        return np.zeros(1, np.float32), 1.0, False, False, {}


def test_an_environment_that_calls_sys_exit_ends_the_run_and_not_the_engine(tmp_path):
    gymnasium.register("Leaving-v0", Leaving)
    ended, events = run(ppo(**{"environment_1.id": "Leaving-v0"}), tmp_path / "run", stop={"updates": 1})
    del gymnasium.registry["Leaving-v0"]
    assert (ended.status, ended.problems[0]["node"]) == ("failed", "rollouts_1")
    assert ended.problems[0]["what"].startswith("SystemExit: no licence")
    assert events[-1] == ended
    assert RunFolder.open(tmp_path / "run").summary() == ended.summary


def test_an_operator_that_calls_sys_exit_is_told_by_its_node(tmp_path, monkeypatch):
    monkeypatch.setattr(TrainOneStep, "each", lambda self, item: sys.exit(3))
    ended, _ = run(ppo(), tmp_path / "run", stop={"updates": 1})
    assert (ended.problems[0]["node"], ended.problems[0]["what"]) == ("train_1", "SystemExit: 3")


class Jammed(gymnasium.Env[Any, Any]):
    """An environment that cannot be closed once it has been stepped."""

    observation_space = gymnasium.spaces.Box(-1, 1, (1,), np.float32)
    action_space = gymnasium.spaces.Discrete(2)
    stepped = False

    def reset(self, *, seed=None, options=None):
        return np.zeros(1, np.float32), {}

    def step(self, action):
        self.stepped = True
        return np.zeros(1, np.float32), 1.0, False, False, {}

    def close(self):
        if self.stepped:
            raise OSError("the lid is jammed")


def test_an_environment_that_cannot_be_closed_is_told_and_the_run_ends_whole(tmp_path):
    gymnasium.register("Jammed-v0", Jammed)
    ended, events = run(ppo(**{"environment_1.id": "Jammed-v0"}), tmp_path / "run", stop={"updates": 1})
    del gymnasium.registry["Jammed-v0"]
    assert ended.status == "finished"
    assert RunFolder.open(tmp_path / "run").summary() == ended.summary
    assert [(event.level, event.node, event.text) for event in events if isinstance(event, Log)] == [
        ("warning", "rollouts_1", "it did not close: OSError: the lid is jammed")
    ]


def test_a_run_that_nothing_can_move_any_more_ends_and_says_who_waits_for_what(tmp_path):
    nodes = [Node(id="queue_1", type="LearnerQueue"), Node(id="dequeue_1", type="Dequeue")]
    nodes += [Node(id="enqueue_1", type="Enqueue"), Node(id="report_1", type="ReportMetrics")]
    wires = [
        Edge(source="queue_1.queue", target="dequeue_1.queue"),
        Edge(source="queue_1.queue", target="enqueue_1.queue"),
        Edge(source="dequeue_1.items", target="enqueue_1.items"),  # the queue is filled with what comes out of it
        Edge(source="enqueue_1.passed", target="report_1.items"),
    ]
    ended, _ = run(Document(nodes=tuple(nodes), edges=tuple(wires)), tmp_path / "run", stop={"updates": 1})
    assert ended.status == "failed"
    assert ended.problems[0]["node"] == "dequeue_1"
    assert ended.problems[0]["what"] == "the run stands still: it waits for an item in queue_1"


def with_a_learner(workers: int = 0) -> Document:
    """PPO whose batches go through a queue of 1 to a learner's thread; two more are gathered meanwhile."""
    graph = ppo(workers)
    old = {"train_1", "gather_1"}
    nodes = [node for node in graph.nodes if node.id not in old]
    nodes += [Node(id="gather_1", type="GatherAsync"), Node(id="queue_1", type="LearnerQueue", params={"size": 1})]
    nodes += [Node(id="enqueue_1", type="Enqueue"), Node(id="learner_1", type="Learner", params={"minibatch": 64})]
    nodes += [Node(id="union_1", type="Union", params={"mode": "async"})]
    wires = [edge for edge in graph.edges if "train_1" not in (edge.source_node, edge.target_node)]
    wires = [edge for edge in wires if edge.target != "report_1.items"]
    ends = [
        ("standardize_1.standardized", "enqueue_1.items"),
        ("queue_1.queue", "enqueue_1.queue"),
        ("queue_1.queue", "learner_1.queue"),
        ("policy_1.policy", "learner_1.policy"),
        ("learner_1.results", "broadcast_1.items"),
        ("broadcast_1.passed", "union_1.items"),
        ("enqueue_1.passed", "union_1.driven"),
        ("union_1.merged", "report_1.items"),
    ]
    wires += [Edge(source=source, target=target) for source, target in ends]
    return graph.replace(nodes=tuple(nodes), edges=tuple(wires))


def test_a_learner_in_a_thread_trains_and_counts_what_it_trained(tmp_path):
    ended, events = run(with_a_learner(), tmp_path / "run", stop={"updates": 5})
    assert (ended.status, ended.summary["updates"]) == ("finished", 5)
    assert 5 * 64 <= ended.summary["env_steps"] <= 8 * 64  # trained, queued, in the learner, and one more
    assert [event.updates for event in events if isinstance(event, MetricsReported)] == [1, 2, 3, 4, 5]
    state, _ = checkpoints.newest(tmp_path / "run" / "checkpoints")
    assert state["counters"]["trained_steps"] == 5 * 64
    assert state["nodes"]["policy_1"]["version"] == state["counters"]["updates"] == 5


def test_a_stopped_learner_counts_the_batch_that_it_was_at_and_goes_on_from_there(tmp_path):
    stop_soon = [(lambda event: isinstance(event, MetricsReported), Stop())]
    run(with_a_learner(), tmp_path / "run", commands=stop_soon)
    state, env_steps = checkpoints.newest(tmp_path / "run" / "checkpoints")
    done = state["counters"]["updates"]
    assert state["nodes"]["policy_1"]["version"] == done
    again, _ = run(with_a_learner(), tmp_path / "run", stop={"updates": done + 1}, resume=(state, env_steps))
    assert (again.status, again.summary["updates"]) == ("finished", done + 1)


def test_a_paused_learner_ends_its_batch_and_begins_no_other(tmp_path):
    watcher = PausedForAWhile()
    graph = with_a_learner()
    record = RunFolder.create(tmp_path / "run", graph, 1, {})
    run_graph(graph, folder=record, seed=1, stop={"updates": 6}, tell=watcher.events.append, commands=watcher)
    kinds = [type(event) for event in watcher.events]
    assert kinds.index(RunResumed) == kinds.index(RunPaused) + 1


def test_two_rollouts_side_by_side_are_one_stream_of_both_their_fragments(tmp_path):
    graph = ppo()
    nodes = [node for node in graph.nodes if node.id != "standardize_1"]
    other = {"workers": 0, "environments_per_worker": 2, "fragment_length": 16}
    nodes += [Node(id="rollouts_2", type="Rollouts", params=other), Node(id="beside_1", type="ParallelUnion")]
    moved = {"advantages_1.batches": "beside_1.streams", "standardize_1.batches": "train_1.batches"}
    wires = [Edge(source=e.source, target=moved.get(e.target, e.target)) for e in graph.edges]
    wires = [edge for edge in wires if edge.source_node != "standardize_1"]
    ends = [
        ("environment_1.environment", "rollouts_2.environment"),
        ("policy_1.policy", "rollouts_2.policy"),
        ("rollouts_2.experiences", "beside_1.streams"),
        ("beside_1.together", "advantages_1.batches"),
    ]
    wires += [Edge(source=source, target=target) for source, target in ends]
    nodes = [n.model_copy(update={"params": {"joined": True}}) if n.id == "gather_1" else n for n in nodes]
    small = graph.replace(nodes=tuple(nodes), edges=tuple(wires)).with_param("concat_1", "min_steps", 1)
    ended, events = run(small, tmp_path / "run", stop={"updates": 3})
    assert not ended.problems
    assert (ended.status, ended.summary["env_steps"]) == ("finished", 3 * (64 + 32))
    last = [event for event in events if isinstance(event, Telemetry)][-1].nodes
    assert [last[node].items for node in ("rollouts_1", "rollouts_2", "advantages_1", "gather_1")] == [3, 3, 6, 3]


def test_what_waits_in_a_queue_is_told(tmp_path):
    _, events = run(with_a_learner(), tmp_path / "run", stop={"updates": 20})
    last = [event for event in events if isinstance(event, Telemetry)][-1].nodes
    assert last["queue_1"].queued <= 1
    assert last["queue_1"].items >= last["learner_1"].items >= 19
    assert last["learner_1"].busy > 0


@pytest.mark.ray
class TestOnRay:
    """The same on remote workers."""

    def test_remote_workers_repeat_with_the_seed_whoever_of_them_is_first(self, tmp_path, cluster):
        stop = {"env_steps": 448}  # reached in the middle of the fourth round of 128, which is counted whole
        ended, first = run(ppo(workers=2), tmp_path / "a", stop=stop, cluster=cluster)
        again, second = run(ppo(workers=2), tmp_path / "b", stop=stop, cluster=cluster)
        counted = ("env_steps", "updates", "episodes", "return_mean_100")
        assert ended.summary["env_steps"] == 512
        assert [ended.summary[name] for name in counted] == [again.summary[name] for name in counted]
        assert metrics(first) == metrics(second) != []

    def test_workers_that_are_killed_come_back_and_the_run_goes_on(self, tmp_path, cluster):
        killed = []

        def two_updates_done(event):
            if not killed and isinstance(event, MetricsReported) and event.updates >= 2:
                killed.extend(kill_hosts(cluster))
            return bool(killed) and isinstance(event, ActorRestarted)

        def enough_updates(event):
            return isinstance(event, MetricsReported) and event.updates >= 200

        commands = [(two_updates_done, None), (enough_updates, Stop())]
        ended, events = run(ppo(workers=2), tmp_path / "run", cluster=cluster, commands=commands)
        lost = {event.source for event in events if isinstance(event, ActorRestarted)}
        assert ended.status == "stopped"
        assert killed
        assert lost == {"rollouts_1/0", "rollouts_1/1"}

    def test_a_worker_that_hangs_is_replaced_when_its_call_is_overdue(self, tmp_path, cluster):
        stopped = []

        def two_updates_done(event):
            if not stopped and isinstance(event, MetricsReported) and event.updates >= 2:
                stopped.extend(at_work(cluster)[:1])
                stopped[0].suspend()
            return bool(stopped) and isinstance(event, ActorRestarted)

        commands = [(two_updates_done, None), (lambda event: isinstance(event, MetricsReported), Stop())]
        graph = ppo(workers=2, **{"rollouts_1.call_deadline": 2.0})
        ended, events = run(graph, tmp_path / "run", cluster=cluster, commands=commands)
        lost = [event for event in events if isinstance(event, ActorRestarted)]
        assert ended.status == "stopped"
        assert len(lost) == 1
        assert "no answer" in lost[0].cause

    def test_weights_too_large_for_an_argument_reach_every_worker_by_reference(self, tmp_path, cluster):
        graph = ppo(workers=2, **{"policy_1.hidden": [200, 200]})  # 330 kB of weights
        ended, events = run(graph, tmp_path / "run", stop={"updates": 3}, cluster=cluster)
        assert ended.status == "finished"
        assert [values["policy_lag"] for _, _, values in metrics(events)] == [0, 0, 0]

    @pytest.mark.parametrize("made", [ppo, with_a_learner])
    def test_every_call_is_received_failed_or_in_flight(self, tmp_path, cluster, made):
        graph = made(workers=2)
        record = RunFolder.create(tmp_path / "run", graph, 1, {})
        session = Session(graph, record, 1, {"updates": 50}, lambda event: None, lambda: None, cluster)
        assert session.run().status == "finished"
        calls = session.calls
        assert calls.submitted == calls.received + calls.failed + len(calls.in_flight) > 100


def kill_hosts(cluster: Cluster) -> list[int]:
    """Kill -9 every actor process of the run; return their ids."""
    killed = at_work(cluster)
    for process in killed:
        process.kill()
    return [process.pid for process in killed]
