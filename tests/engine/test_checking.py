"""Every problem that a check can find: where it is, the sentence, the hint."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import ClassVar

import pytest

from engine import gallery
from engine.catalogue import Catalogue, find
from engine.checking import check, places, why_not_deterministic, wire_fault, wire_rule
from engine.declare import Operator, stream_in, stream_out
from engine.document import Document, Edge, Node, RunSettings, load
from engine.kinds import Anything, Batch
from engine.machine import Machine
from engine.problems import errors_among
from engine.room import Room
from tests.engine import drawing_cases, learning_cases, thread_cases
from tests.engine.graphs import adding, appo, carts, dqn, impala, node, ppo, removing, typed, wiring

STOP = RunSettings(stop={"env_steps": 1000})
SENTENCES = {**drawing_cases.SENTENCES, **learning_cases.SENTENCES, **thread_cases.SENTENCES}
WARNINGS = drawing_cases.WARNINGS | learning_cases.WARNINGS


@pytest.mark.parametrize("case", SENTENCES)
def test_the_problem_is_told_with_place_sentence_and_hint(case: str) -> None:
    edit, sentence = SENTENCES[case]
    found = {str(problem): problem.severity for problem in check(edit(ppo()))}
    assert sentence in found
    assert found[sentence] == ("warning" if case in WARNINGS else "error")


@pytest.mark.parametrize(
    ("steps", "agents", "told"), [(100, 4, True), (101, 4, False), (300, 2, False), (1, "?", False)]
)
def test_each_agent_of_an_env_step_may_bring_a_transition(steps: int, agents: object, told: bool) -> None:
    graph = load(gallery.path("ppo_and_dqn_cartpole")).with_param("replay_1", "learning_starts", 400)
    graph = graph.with_param("environment_1", "kwargs", {"agents": agents})
    problems = check(graph.replace(run=RunSettings(stop={"env_steps": steps})))
    assert told == any("learning starts with 400" in problem.what for problem in problems)


@pytest.mark.parametrize("graph", [ppo(), dqn(), impala(), carts()])
def test_a_graph_that_can_run_has_no_problem(graph: Document) -> None:
    assert check(graph) == ()


@pytest.mark.parametrize("case", thread_cases.AT_REST)
def test_nothing_is_held_against_what_touches_a_policy_while_its_thread_is_at_rest(case: str) -> None:
    assert check(thread_cases.AT_REST[case](appo())) == ()


def test_copies_of_a_policy_on_actors_are_no_concern_of_the_thread_that_trains_it() -> None:
    told = check(thread_cases.on_actors("ApplyGradients", "gather_2.items → other_1.gradients"))
    assert [problem.where.node for problem in told if "in a thread" in problem.what] == ["other_1"]


SMALL = Machine(Room(cores=2, memory=16_000_000_000), gpu=False)


@pytest.mark.parametrize(
    ("workers", "sentence", "severity"),
    [
        (17, "17 actors share 2 cores, so most of them wait for one (4 may be as fast)", "warning"),
        (300, "300 actors need at least 18.0 GB of memory, and 16.0 GB are free (try 133 or fewer)", "error"),
    ],
)
def test_more_workers_than_the_machine_holds_are_told_before_a_run(workers: int, sentence: str, severity: str) -> None:
    graph = ppo().with_param("rollouts_1", "workers", workers)
    (problem,) = check(graph, target=SMALL)
    assert (str(problem), problem.severity) == (f"rollouts_1: {sentence}", severity)
    assert check(graph) == ()


def test_a_gpu_that_the_machine_lacks_is_told_before_a_run_in_the_words_of_its_start() -> None:
    graph = ppo().with_param("policy_1", "device", "cuda")
    (problem,) = check(graph, target=SMALL)
    assert (str(problem), problem.severity) == (
        "policy_1.device: torch finds no CUDA GPU on this machine (set device to auto or cpu)",
        "error",
    )
    assert check(graph, target=replace(SMALL, gpu=True)) == check(graph) == ()
    assert check(graph.with_param("policy_1", "device", "auto"), target=SMALL) == ()


def ddppo(**types: str) -> Document:
    """The saved DD-PPO graph, with nodes of other types."""
    return typed(load(gallery.path("ddppo_cartpole")), **types)


def test_workers_that_learn_in_step_need_no_broadcast() -> None:
    assert check(ddppo()) == ()


def test_workers_that_learn_in_step_are_gathered_in_rounds() -> None:
    assert [str(problem) for problem in check(ddppo(gather_1="GatherAsync"))] == [
        "allreduce_1.results: its workers go forward together, and gather_1 lets each run ahead by itself "
        "(gather them with Gather Sync)"
    ]


def test_what_workers_learn_in_step_should_come_back_to_the_driver() -> None:
    graph = wiring(removing(ddppo(), "fetch_1"), "gather_1.items → report_1.items")
    (problem,) = check(graph)
    assert (str(problem.where), problem.severity) == ("allreduce_1.results", "warning")
    assert "Fetch Weights" in problem.hint


def test_all_problems_come_at_once_and_all_have_hints() -> None:
    problems = check(adding(Document(run=STOP), node("TrainOneStep", "train_1", epochs=0, epoch=1)))
    assert [str(problem.where) for problem in problems] == [
        "train_1.epochs",
        "train_1.epoch",
        "train_1.batches",
        "train_1.policy",
        "train_1.results",
    ]
    assert all(problem.hint for problem in problems)


def test_nothing_is_held_against_the_wires_of_an_unknown_operator() -> None:
    graph = wiring(
        adding(removing(ppo(), "concat_1"), node("FromTheFuture", "future_1")),
        "gather_1.items → future_1.a",
        "future_1.b → standardize_1.batches",
    )
    assert [str(problem.where) for problem in check(graph)] == ["future_1.type"]


def test_environment_ids_are_not_looked_up_where_the_registry_is_not_known_yet() -> None:
    graph = ppo().with_param("environment_1", "id", "Mine-v0")
    assert check(graph, environments=()) == ()
    assert check(graph, environments=("Mine-v0",)) == ()
    assert errors_among(check(graph, environments=("CartPole-v1",)))


def test_streams_are_parallel_up_to_the_gather() -> None:
    found = places(ppo(), find())
    assert [ref for ref, place in found.items() if place == "parallel"] == [
        "rollouts_1.experiences",
        "advantages_1.estimated",
    ]
    assert found["gather_1.items"] == found["train_1.results"] == found["broadcast_1.passed"] == "local"
    assert places(adding(Document(), node("Filter", "a")), find()) == {"a.passed": "local"}


def test_a_synchronous_graph_is_deterministic_and_an_asynchronous_one_says_why_not() -> None:
    assert why_not_deterministic(ppo(), find()) == ""
    asynchronous = wiring(
        adding(removing(ppo(), "gather_1"), node("GatherAsync", "gather_1"), node("Union", "union_1", mode="async")),
        "advantages_1.estimated → gather_1.shards",
        "gather_1.items → concat_1.batches",
    )
    assert why_not_deterministic(asynchronous, find()) == (
        "gather_1 takes items in the order in which the actors finish; "
        "union_1 takes items from whichever branch is ready"
    )


WIRES = {
    "train_1.results → concat_1.batches": "Concat Batches takes a batch here; this is a train result "
    "(wires join ports of the same shape and colour)",
    "broadcast_1.passed → report_1.items": "this wire is there already",
    "train_1.results → report_1.items": "Report Metrics takes one wire here, not 2 (insert Union to merge them)",
    "train_1.results → filter_1.items": "Train One Step gives one wire here, not 2 (insert Duplicate)",
    "filter_2.passed → filter_2.items": "Filter takes one wire here, not 2 (insert Union to merge them)",
    "filter_2.passed → filter_1.items": "this wire would close a loop",
    "filter_1.items → filter_1.passed": "'items' of Filter is not an output (a wire runs from an output to an input)",
    "filter_2.passed → nowhere.items": "there is no node 'nowhere' (add it first)",
    "filter_2.passed → gather_2.shards": None,  # nothing is known yet about what the filter passes on, or where
    "policy_1.policy → evaluate_1.policy": None,  # any number of wires leave a handle
    "environment_1.environment → evaluate_1.policy": "Evaluate takes a policy here; this is an environment "
    "(connect it to 'environment')",
}


@pytest.mark.parametrize("wire", WIRES)
def test_a_wire_is_judged_while_it_is_dragged(wire: str) -> None:
    loose = [node("Filter", "filter_1"), node("Filter", "filter_2"), node("GatherSync", "gather_2")]
    graph = wiring(adding(ppo(), *loose, node("Evaluate", "evaluate_1")), "filter_1.passed → filter_2.items")
    source, target = wire.split(" → ")
    assert wire_fault(graph, find(), source, target) == WIRES[wire]


def test_a_wire_that_may_be_drawn_brings_no_error_of_its_own() -> None:
    catalogue = find()
    graph = adding(ppo(), *(node(type_id, f"new_{type_id}") for type_id in catalogue.operators))
    rule, before = wire_rule(graph, catalogue), set(errors_among(check(graph, catalogue)))
    outputs = [f"{n.id}.{p.name}" for n in graph.nodes for p in catalogue.operators[n.type].spec.outputs]
    inputs = [f"{n.id}.{p.name}" for n in graph.nodes for p in catalogue.operators[n.type].spec.inputs]
    drawable = [(source, target) for source in outputs for target in inputs if rule(source, target) is None]
    assert len(drawable) > 50
    for source, target in drawable:
        after = errors_among(check(wiring(graph, f"{source} → {target}"), catalogue))
        assert not {problem for problem in after if str(problem.where) == target} - before


class Both(Operator):
    """Take two streams, each on the driver or the actors."""

    section: ClassVar[str] = "Flow"
    left = stream_in(Anything, "one")
    right = stream_in(Anything, "other")
    out = stream_out(Batch, "what comes of them")


def test_a_node_runs_in_one_place_only() -> None:
    catalogue = Catalogue({**find().operators, "Both": Both})
    graph = wiring(
        adding(Document(run=STOP), *(node(type_id, type_id) for type_id in ("Rollouts", "Evaluate", "Both"))),
        "Rollouts.experiences → Both.left",
        "Evaluate.passed → Both.right",
    )
    assert (
        "Both.left: Both takes this stream from the actors and another from the driver "
        "(insert Gather Sync or Gather Async)"
    ) in [str(problem) for problem in check(graph, catalogue)]


def chain(length: int, **params: str) -> Document:
    """Filters in a row."""
    nodes = tuple(node("Filter", f"filter_{index}", **params) for index in range(length))
    edges = (Edge(source=f"filter_{i}.passed", target=f"filter_{i + 1}.items") for i in range(length - 1))
    return Document(nodes=nodes, edges=tuple(edges), run=STOP)


def test_a_thousand_nodes_are_checked_in_half_a_second() -> None:
    graph, catalogue = chain(1000, quantty="reward"), find()
    start = time.process_time()
    problems = check(graph, catalogue)
    assert time.process_time() - start < 0.5
    assert len(problems) == 1000 + 1
    assert str(problems[-1]) == "there are more than 1000 problems (mend some of these first)"


def test_a_queue_with_a_thousand_nodes_at_each_end_is_checked_in_a_second() -> None:
    nodes = [node("Enqueue", f"in_{index}") for index in range(1000)]
    nodes += [node("Dequeue", f"out_{index}") for index in range(1000)]
    graph = adding(Document(run=STOP), node("LearnerQueue", "queue_1"), node("Union", "union_1"), *nodes)
    chained = (f"in_{index}.passed → in_{index + 1}.items" for index in range(999))
    merged = (f"out_{index}.items → union_1.items" for index in range(1000))
    graph = wiring(graph, *(f"queue_1.queue → {one.id}.queue" for one in nodes), *chained, *merged)
    start = time.process_time()
    problems = check(graph)
    assert time.process_time() - start < 1
    assert not any("queue" in str(problem.where) for problem in problems)


def test_an_error_after_a_thousand_warnings_is_not_lost() -> None:
    handles = (node("Environment", f"environment_{index}") for index in range(1001))
    graph = adding(Document(run=STOP), *handles, node("Filter", "filter_1"))
    assert "needs 'items'" not in str(check(graph)[:-1])
    assert [problem.what for problem in errors_among(check(graph))] == ["there are more than 1000 problems"]


def test_a_wire_among_fifty_nodes_is_judged_in_a_millisecond() -> None:
    graph, catalogue = chain(50), find()
    seconds = []
    for _ in range(20):
        start = time.process_time()
        assert wire_fault(graph, catalogue, "filter_49.passed", "filter_0.items") == "this wire would close a loop"
        seconds.append(time.process_time() - start)
    assert min(seconds) < 1e-3


def test_a_loop_of_thousands_is_found_in_linear_time_and_told_in_one_line() -> None:
    graph = chain(5000)
    ring = graph.replace(edges=(*graph.edges, Edge(source="filter_4999.passed", target="filter_0.items")))
    start = time.process_time()
    loops = [problem.what for problem in check(ring) if "loop" in problem.what]
    assert time.process_time() - start < 2
    assert loops == ["this wire closes a loop: filter_0 → filter_1 → filter_2 → filter_3 → filter_4 → filter_5 → …"]


def test_every_pair_of_a_dense_graph_is_walked_once() -> None:
    """As many wires as a file may hold, each way between a hundred nodes."""
    nodes = tuple(Node(id=f"n{index}", type="Unknown") for index in range(100))
    edges = tuple(Edge(source=f"n{i}.a", target=f"n{j}.b") for i in range(100) for j in range(100))
    start = time.process_time()
    check(Document(nodes=nodes, edges=edges, run=STOP))
    assert time.process_time() - start < 2
